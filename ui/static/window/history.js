// The History tab: conversations that are kept in this browser are opened, renamed and deleted.

import { tell } from "./bus.js";
import { lastTurns, load, savedKeys } from "./conversations.js";
import { create, find, findAll } from "./dom.js";
import { announce } from "./messages.js";
import { session, store } from "./storage.js";

export function showSaved() {
  const list = find("[data-saved]");
  if (!list) return;
  const all = savedKeys().map((key) => [key, load(key)]).filter(([, saved]) => saved).sort((a, b) => b[1].at - a[1].at);
  list.replaceChildren(all.length
    ? create("ol", { className: "saved" }, ...all.map(([key, saved]) => savedItem(key, saved)))
    : create("p", { className: "hint", textContent: "None yet. What you ask is kept here, in this browser only." }));
}

function savedItem(key, saved) {
  const title = String(saved.title || "A conversation");
  const when = create("p", { className: "about" },
    `${new Date(saved.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })} · `
    + `${saved.turns} question${saved.turns === 1 ? "" : "s"}`);
  return create("li", {},
    create("button", { type: "button", className: "headline", data: { local: "open", key } }, create("bdi", {}, title)),
    when,
    create("div", { className: "actions" },
      savedButton("rename", "Rename", key, title), savedButton("delete", "Delete", key, title)));
}

function savedButton(action, label, key, title) {
  return create("button", { type: "button", className: "act quiet", data: { local: action, key } },
    label, create("span", { className: "screen-reader-only" }, ` ${title}`));
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

// The first click asks, the second deletes.
function remove(button) {
  if (!button.classList.contains("confirming")) {
    button.classList.add("confirming");
    button.firstChild.textContent = "Delete for good";
    return;
  }
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

export const historyActions = { open: (button) => reopen(button.dataset.key), rename, renamed, delete: remove };
