// Articles are added: files are handed in, what was mended is noted and sent along, and the count is kept.

import { tell } from "./bus.js";
import { create, find, findAll, page } from "./dom.js";
import { showToast } from "./messages.js";
import { upload } from "./uploads.js";

const AT_ONCE = 10; // files that are looked at together
const LONGEST = 60_000; // characters that an event takes; what is longer goes as a file
const changes = new Map(); // what was mended in each draft and whether it is left out, by its key

// Files

let sending = Promise.resolve(); // one batch after the other

function take(files) {
  const batches = [];
  for (let n = 0; n < files.length; n += AT_ONCE) batches.push(files.slice(n, n + AT_ONCE));
  batches.forEach((batch) => { sending = sending.then(() => sendBatch(batch)); });
}

async function sendBatch(files) {
  const rows = files.map((file) => row(file.name));
  const tokens = [];
  for (const [n, file] of files.entries()) {
    try {
      tokens.push(await hand(file, rows[n]));
      rows[n].remove();
    } catch (error) {
      refuse(rows[n], file.name, error.message);
    }
  }
  if (tokens.length) await look({ tokens: tokens.join(" ") });
}

function hand(file, item) {
  const most = Number(find("[data-drop]")?.dataset.max);
  if (file.size > most) {
    throw new Error(`This file is too big: more than ${Math.floor(most / 1e6)} MB. On the server, run: assistant add FILE`);
  }
  const bar = find("progress", item);
  return upload(file, file.name, (done, total) => Object.assign(bar, { max: total, value: done }));
}

function row(name) {
  const item = create("li", {}, create("bdi", { textContent: name }), create("progress", { ariaLabel: `Sending ${name}` }));
  find("[data-uploads]")?.append(item);
  return item;
}

function refuse(item, name, reason) {
  const close = create("button", { type: "button", className: "act quiet", textContent: "Dismiss" });
  close.addEventListener("click", () => item.remove());
  item.className = "warning";
  item.replaceChildren(create("span", {}, create("bdi", { textContent: name }), `: ${reason}`), close);
}

// Have the server look at something, with what was mended so far; done once its drafts are shown.

let shown = () => {};

async function look(data) {
  const done = new Promise((resolve) => { shown = resolve; });
  tell("look", { ...data, ...await changesToSend() });
  await done;
}

async function changesToSend() {
  const text = JSON.stringify(Object.fromEntries(changes));
  if (text.length < LONGEST) return { changes: text };
  return { changes_token: await upload(new Blob([text]), "changes.json") };
}

async function lookAt(form) {
  const { address, text } = Object.fromEntries(new FormData(form));
  try {
    if (text?.length > LONGEST) {
      const token = await upload(new Blob([text]), "text.txt");
      sending = sending.then(() => look({ tokens: token }));
    } else {
      sending = sending.then(() => look(text ? { text } : { address }));
    }
    await sending;
    form.reset();
  } catch (error) {
    showToast(error.message);
  }
}

async function addDrafts() {
  try {
    tell("add_drafts", await changesToSend());
  } catch (error) {
    showToast(error.message);
  }
}

export const addingActions = { lookAt, addDrafts };

// The drafts are drawn anew: what was typed meanwhile is put back, and what is gone is forgotten.
export function draftsShown() {
  const drafts = findAll("#drafts .draft");
  const keys = new Set(drafts.map((draft) => draft.dataset.key));
  if (!find("#drafts [data-more]:not([data-more='0'])")) {
    [...changes.keys()].filter((key) => !keys.has(key)).forEach((key) => changes.delete(key));
  }
  drafts.forEach((draft) => {
    const { out, ...fields } = changes.get(draft.dataset.key) ?? {};
    Object.entries(fields).forEach(([name, value]) => { find(`[name=${name}]`, draft).value = value; });
    if (out !== undefined) find("[name=in]", draft).checked = !out;
    showLacking(draft);
  });
  count();
  shown();
  if (page.activeElement === page.body) find("#drafts h3, #added h3")?.focus({ preventScroll: true });
}

function note(field) {
  const draft = field.closest("#drafts .draft");
  if (!draft) return;
  const noted = changes.get(draft.dataset.key) ?? {};
  if (field.name === "in") noted.out = !field.checked;
  else noted[field.name] = field.value;
  changes.set(draft.dataset.key, noted);
  draft.classList.toggle("left-out", Boolean(noted.out));
  showLacking(draft);
  count();
}

function showLacking(draft) {
  findAll("[data-lacking]", draft).forEach((hint) => {
    hint.hidden = Boolean(find(`[name=${hint.dataset.lacking}]`, draft).value);
  });
}

function count() {
  const button = find("#drafts [data-add]");
  if (!button) return;
  const number = findAll("#drafts [name=in]:checked").length + Number(find("#drafts form").dataset.more);
  button.textContent = `Add ${number.toLocaleString("en-GB")} ${number === 1 ? "article" : "articles"}`;
  button.disabled = !number;
}

page.addEventListener("input", (event) => note(event.target));
page.addEventListener("change", (event) => {
  if (!event.target.matches("[data-files]")) return;
  take([...event.target.files]);
  event.target.value = "";
});

// A file that misses the zone must not take the place of the page.
["dragover", "drop"].forEach((name) => page.addEventListener(name, (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const zone = event.target.closest?.("[data-drop]");
  findAll("[data-drop]").forEach((each) => each.classList.toggle("over", each === zone && name === "dragover"));
  if (zone && name === "drop") take([...event.dataTransfer.files]);
}));
page.addEventListener("dragleave", (event) => event.target.closest?.("[data-drop]")?.classList.remove("over"));

// What was mended is lost when the page is left.
window.addEventListener("beforeunload", (event) => {
  if (find("#drafts .draft") && changes.size) event.preventDefault();
});
