// Collections that this browser keeps, each under its own key, as the server wrote them (browser_collections.py). They
// are there only for who is not signed in.

import { showToast } from "./messages.js";
import { store } from "./storage.js";

const KEY = "article-assistant-collection/";
const MOST = 100; // collections
const MOST_SENT = 220_000; // characters of a packed one: the server takes no longer requests

export function textOf(id) {
  return store.get(KEY + id) ?? "";
}

// What tells whether a collection has something already; browser_collections.mark makes the same.
function markOf(item) {
  const { answer, citation } = item?.content ?? {};
  if (answer) return ["answer", answer.question, answer.text].join("\n");
  return citation ? ["passage", citation.article_id, citation.quote].join("\n") : "";
}

function summary(id) {
  try {
    const [{ name, items }] = JSON.parse(textOf(id));
    return { id, name: String(name), count: items.length, marks: items.map(markOf) };
  } catch {
    return { id, name: "A collection that cannot be read", count: 0, marks: [] };
  }
}

// All of them, by name.
export function kept() {
  const ids = store.keys().filter((key) => key.startsWith(KEY)).map((key) => key.slice(KEY.length));
  return ids.map(summary).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

export async function packed(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  bytes.forEach((byte) => { binary += String.fromCharCode(byte); });
  return btoa(binary);
}

// Whether it is kept now. What could not be sent again would be lost to its user.
export async function keep(id, text) {
  const isNew = !textOf(id);
  const problem = isNew && kept().length >= MOST
    ? `This browser keeps ${MOST} collections, the most there can be: delete one that is done.`
    : (await packed(text)).length > MOST_SENT
      ? "This collection is full: take something out, or begin another one."
      : !store.put(KEY + id, text)
        ? "The browser has no room for this: delete conversations in History, or a collection."
        : "";
  showToast(problem);
  return !problem;
}

export function drop(id) {
  store.drop(KEY + id);
}
