// The Collections tab and pinning. The server is asked for one thing after the other, so that no change is lost.

import { isConfirmed } from "./confirming.js";
import { deliver } from "./copying.js";
import { create, find, findAll, page } from "./dom.js";
import { tellSettled } from "./menu.js";
import { openDialog } from "./dialogs.js";
import { announce, showToast } from "./messages.js";
import { drop, keep, kept, packed, textOf } from "./shelf.js";
import { session } from "./storage.js";
import { openTab } from "./tabs.js";

const PATIENCE = 15_000; // milliseconds after which nothing more is waited for
const TYPING = 1500; // milliseconds without a key after which a note is saved
let listed = null; // all collections, where the server keeps them
let current = null; // what is being asked for
let waiting = [];
let number = 0;

function ask(event, data, done = () => {}) {
  waiting.push({ event, data, done });
  if (current && performance.now() - current.since > PATIENCE) current = null;
  if (!current) askNext();
}

async function askNext() {
  current = waiting.shift() ?? null;
  if (!current) return;
  Object.assign(current, { ask: String((number += 1)), since: performance.now() });
  const { event, data, ask: count } = current;
  const text = listed || !data.id ? "" : textOf(data.id);
  tellSettled(event, { ...data, ask: count, packed: text ? await packed(text) : "" });
}

export async function collected(reply) {
  const answered = current;
  if (!answered) return;
  const told = JSON.parse(reply || "{}");
  if (told.ask !== answered.ask) {
    showToast("That did not work. Try it again.");
  } else {
    listed = told.listed ?? null;
    if (told.problem) showToast(told.problem);
    else if (told.stored && !(await keep(told.id, told.stored))) waiting.unshift(shownAgain(answered));
    else answered.done(told);
    if (told.file) deliver(JSON.stringify(told.file));
  }
  drawList();
  askNext();
}

// The server has drawn what could not be kept.
function shownAgain({ data: { id } }) {
  return { event: "collections", data: { id: id && textOf(id) ? id : "" }, done: () => {} };
}

function all() {
  return listed ?? kept();
}

function shownId() {
  return find("#collection [data-collection]")?.dataset.collection ?? session.get("collection") ?? "";
}

// The list

function drawList() {
  const list = find("[data-collections]");
  if (!list) return;
  const focused = page.activeElement?.closest?.("[data-act=show_collection]")?.dataset.id;
  const shown = session.get("collection");
  const rows = all().map(({ id, name, count }) => {
    const row = find("[data-collection-row]").content.firstElementChild.cloneNode(true);
    row.dataset.id = id;
    find("bdi", row).textContent = name;
    find(".about", row).textContent = `${count} item${count === 1 ? "" : "s"}`;
    if (id === shown) row.setAttribute("aria-current", "true");
    return row;
  });
  list.replaceChildren(...rows);
  rows.find((row) => row.dataset.id === focused)?.focus();
}

function show(id, then) {
  ask("collections", { id }, (told) => {
    session.put("collection", told.id);
    if (then) requestAnimationFrame(then);
  });
}

export function showCollections() {
  const wanted = session.get("collection");
  const ids = kept().map((each) => each.id);
  show(ids.includes(wanted) || !ids.length ? wanted ?? "" : ids[0]);
}

// Changes

function change(what, data, focus) {
  ask("collect", { change: what, ...data }, (told) => {
    if (what === "delete") drop(data.id);
    if (what !== "note") session.put("collection", told.id);
    if (focus) requestAnimationFrame(focus);
  });
}

const focusName = () => find("#collection-name")?.focus();
const itemOf = (id) => findAll("#collection [data-item]").find((node) => node.dataset.item === id);

function moveItem({ dataset: { item, place } }, act = "move_item") {
  const down = Number(place) > Number(itemOf(item).dataset.place);
  change("move", { id: shownId(), item, place }, () => {
    const moved = itemOf(item);
    const buttons = findAll(`[data-act=${act}]`, moved);
    (act === "move_item" ? buttons[down ? 1 : 0] : moved)?.focus();
    announce(`Now item ${Number(moved?.dataset.place) + 1} of ${findAll("#collection [data-item]").length}.`);
  });
}

function removeItem(button) {
  if (!isConfirmed(button, "Remove for good")) return;
  const item = button.closest("[data-item]");
  const next = (item.nextElementSibling ?? item.previousElementSibling)?.dataset.item;
  change("remove", { id: shownId(), item: button.dataset.item }, () => {
    (itemOf(next) ?? find("#collection-name"))?.focus();
    announce("Removed.");
  });
}

function rename(button) {
  const heading = find("#collection-name");
  const field = create("input", { name: "name", value: button.dataset.name, maxLength: 120, required: true });
  field.className = "field";
  const form = create("form", { className: "rename", data: { act: "renamed_collection", id: button.dataset.id } },
    create("label", {}, "Name ", field), create("button", { type: "submit", className: "act" }, "Save"));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { form.replaceWith(heading); heading.focus(); }
  });
  heading.replaceWith(form);
  field.select();
}

function remove(button) {
  if (!isConfirmed(button, "Delete for good")) return;
  const { id } = button.dataset;
  change("delete", { id }, () => {
    announce("Deleted.");
    const rest = kept();
    if (!listed && rest.length) show(rest[0].id, focusName);
    else (find("#collection-name") ?? find("[data-act=begin_collection]"))?.focus();
  });
}

function begin(button) {
  const form = find(".new-collection");
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) find("input", form).focus();
}

function begun(form) {
  const name = new FormData(form).get("name");
  form.reset();
  form.hidden = true;
  change("new", { text: name }, focusName);
}

// Notes are saved when they are left, and while nothing is typed.

const saved = new WeakMap(); // the text of each note as it was saved last
let timer = null;

function saveNote(field) {
  clearTimeout(timer);
  if (field.value === (saved.get(field) ?? field.defaultValue)) return;
  saved.set(field, field.value);
  change("note", { id: shownId(), item: field.dataset.note, text: field.value });
}

page.addEventListener("change", ({ target }) => { if (target.matches("[data-note]")) saveNote(target); });
page.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-note]")) return;
  clearTimeout(timer);
  timer = setTimeout(() => saveNote(target), TYPING);
});

// Alt with an arrow moves the item that has the focus.
page.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const item = step && event.altKey && event.target.closest?.("#collection [data-item]");
  if (!item || event.target.matches("textarea")) return;
  event.preventDefault();
  const place = Number(item.dataset.place) + step;
  if (place < 0 || place >= findAll("#collection [data-item]").length) return;
  moveItem({ dataset: { item: item.dataset.item, place } }, "item");
});

// Pinning

let pinned = null; // what the dialog is about

function pin(button) {
  const { turn = "", numbers = "", key = "" } = button.dataset;
  ask("pin_choices", { turn, numbers, key }, ({ marks, where }) => {
    pinned = { turn, numbers, key, marks };
    const dialog = find("#pin-dialog");
    find("[data-kept]", dialog).textContent = where;
    find("form", dialog).reset();
    drawChoices();
    openDialog(dialog, button);
    (find("[role=checkbox]", dialog) ?? find("input", dialog)).focus();
  });
}

function drawChoices() {
  const dialog = find("#pin-dialog");
  find("[data-choices]", dialog).replaceChildren(...all().map((each) => {
    const row = find("[data-choice]", dialog).content.firstElementChild.cloneNode(true);
    const has = each.has ?? pinned.marks.every((mark) => each.marks.includes(mark));
    row.dataset.id = each.id;
    row.setAttribute("aria-checked", String(has));
    find("bdi", row).textContent = each.name;
    find(".about", row).textContent = `${each.count} item${each.count === 1 ? "" : "s"}`;
    return row;
  }));
}

function pinTo(row) {
  const { marks, ...what } = pinned;
  const off = row.getAttribute("aria-checked") === "true" ? "yes" : "";
  ask("pin", { ...what, id: row.dataset.id, off }, () => {
    drawChoices();
    findAll("#pin-dialog [data-act=pin_to]").find((other) => other.dataset.id === row.dataset.id)?.focus();
  });
}

function pinToNew(form) {
  const { marks, ...what } = pinned;
  const name = new FormData(form).get("name");
  ask("pin", { ...what, text: name }, (told) => {
    session.put("collection", told.id);
    find("#pin-dialog").close();
    showToast(`Pinned to “${name.trim()}”. See Collections.`);
  });
}

export const collectionActions = {
  pin,
  pin_to: pinTo,
  pin_to_new: pinToNew,
  show_collection: ({ dataset: { id } }) => show(id),
  begin_collection: begin,
  new_collection: begun,
  rename_collection: rename,
  renamed_collection: (form) => change("rename", { id: form.dataset.id, text: new FormData(form).get("name") }, focusName),
  delete_collection: remove,
  export_collection: ({ dataset: { id, form } }) => ask("export_collection", { id, form }),
  move_item: moveItem,
  remove_item: removeItem,
  go_ask: () => {
    openTab("ask");
    find("#question textarea")?.focus();
  },
};
