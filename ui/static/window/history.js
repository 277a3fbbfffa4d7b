// The History tab: conversations that are kept in this browser are opened, renamed and deleted.

import { tell } from "./bus.js";
import { isConfirmed } from "./confirming.js";
import { lastTurns, load, savedKeys } from "./conversations.js";
import { create, find, findAll, page } from "./dom.js";
import { announce } from "./messages.js";
import { session, store } from "./storage.js";

const MOST_WITHOUT_SEARCH = 10; // conversations

export function showSaved() {
  const list = find("[data-saved]");
  if (!list) return;
  const all = savedKeys().map((key) => [key, load(key)]).filter(([, saved]) => saved).sort((a, b) => b[1].at - a[1].at);
  const search = find(".saved-search");
  search.hidden = all.length <= MOST_WITHOUT_SEARCH;
  const words = search.hidden ? [] : find("input", search).value.toLowerCase().split(/\s+/);
  const found = all.filter(([, saved]) => words.every((word) => textOf(saved).includes(word)));
  find("[data-none-saved]").hidden = all.length > 0;
  find("[data-saved-count]").textContent = search.hidden ? "" : `${found.length} of ${all.length} conversations.`;
  list.replaceChildren(create("ol", { className: "saved" }, ...found.map(([key, saved]) => savedItem(key, saved))));
}

// Its title and its questions: what one remembers of a conversation.
function textOf(saved) {
  let questions = [];
  try { questions = JSON.parse(saved.kept).turns.map((turn) => turn.question); } catch { /* then its title alone */ }
  return [saved.title, ...questions].join(" ").toLowerCase();
}

function savedItem(key, saved) {
  const title = String(saved.title || "A conversation");
  const item = find("[data-saved-row]").content.firstElementChild.cloneNode(true);
  findAll("button", item).forEach((button) => { button.dataset.key = key; });
  find("bdi", item).textContent = title;
  find(".about", item).textContent = `${new Date(saved.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })} · `
    + `${saved.turns} question${saved.turns === 1 ? "" : "s"}`;
  findAll(".actions .screen-reader-only", item).forEach((node) => { node.textContent = ` ${title}`; });
  return item;
}

function rename(button) {
  const item = button.closest("li");
  const saved = load(button.dataset.key);
  if (!saved) return;
  const name = create("input", { name: "name", value: saved.title, maxLength: 200 });
  const form = create("form", { className: "reason", data: { local: "renamed", key: button.dataset.key } },
    create("label", {}, "Name ", name), create("button", { type: "submit", className: "act quiet" }, "Save"));
  item.replaceChildren(form);
  name.focus();
  name.select();
}

function renamed(form) {
  const saved = load(form.dataset.key);
  const title = new FormData(form).get("name").trim();
  if (saved && title) store.put(form.dataset.key, JSON.stringify({ ...saved, title }));
  showSaved();
  findAll(".saved .headline").find((button) => button.dataset.key === form.dataset.key)?.focus();
}

function remove(button) {
  if (!isConfirmed(button, "Delete for good")) return;
  const next = button.closest("li").nextElementSibling;
  store.drop(button.dataset.key);
  showSaved();
  announce("Deleted.");
  (next ? findAll(".saved .headline")[0] : find("#saved-conversations h2"))?.focus();
}

// Go on with the conversation under that key, in its tab unless `staying`; false where there is none.
export function reopen(key, { staying = false } = {}) {
  const saved = load(key);
  if (!saved) return false;
  session.put("opened", key);
  session.put(`seen ${key}`, String(saved.at));
  tell("open", { stored: lastTurns(saved.kept), ...(staying ? { staying: "yes" } : {}) });
  return true;
}

page.addEventListener("input", (event) => { if (event.target.closest(".saved-search")) showSaved(); });

export const historyActions = { search: showSaved, open: (button) => reopen(button.dataset.key), rename, renamed, delete: remove };
