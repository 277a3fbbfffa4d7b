// The History tab: conversations that are kept in this browser, or on the server for who is signed in, are opened,
// renamed and deleted.

import { tell } from "./bus.js";
import { isConfirmed } from "./confirming.js";
import { lastTurns, load, savedKeys } from "./conversations.js";
import { create, find, findAll, page } from "./dom.js";
import { announce, showToast } from "./messages.js";
import { isOnServer, session, store } from "./storage.js";

const MOST_WITHOUT_SEARCH = 10; // conversations
const TYPING = 300; // milliseconds without a key after which the server is asked
let number = 0; // of what the server was asked last
let after = null; // what is done once it has answered
let timer = null;

export function showSaved() {
  if (isOnServer) askServer();
  else draw(savedKeys().length, inBrowser());
}

function words() {
  const search = find(".saved-search");
  return search && !search.hidden ? find("input", search).value : "";
}

function inBrowser() {
  const all = savedKeys().map((key) => [key, load(key)]).filter(([, saved]) => saved).sort((a, b) => b[1].at - a[1].at);
  const wanted = all.length > MOST_WITHOUT_SEARCH ? words().toLowerCase().split(/\s+/) : [];
  return all.filter(([, saved]) => wanted.every((word) => textOf(saved).includes(word)));
}

// Its title and its questions: what one remembers of a conversation.
function textOf(saved) {
  let questions = [];
  try { questions = JSON.parse(saved.kept).turns.map((turn) => turn.question); } catch { /* then its title alone */ }
  return [saved.title, ...questions].join(" ").toLowerCase();
}

function askServer(change = {}, then = null) {
  after = then;
  tell("history", { ask: String((number += 1)), words: words(), ...change });
}

// The server has listed what it keeps. What was asked before the last change is out of date.
export function conversationsTold(reply) {
  const told = JSON.parse(reply || "{}");
  if (told.ask !== String(number)) return;
  if (told.problem) showToast(told.problem);
  else draw(told.total, told.found);
  after?.();
  after = null;
}

function draw(total, found) {
  const search = find(".saved-search");
  if (!search) return;
  search.hidden = total <= MOST_WITHOUT_SEARCH;
  find("[data-none-saved]").hidden = total > 0;
  find("[data-saved-count]").textContent = search.hidden ? "" : `${found.length} of ${total} conversations.`;
  const rows = found.map(([key, saved]) => savedItem(key, saved));
  find("[data-saved]").replaceChildren(create("ol", { className: "saved" }, ...rows));
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
  const title = find("bdi", item).textContent;
  const name = create("input", { name: "name", value: title, maxLength: 120 });
  const form = create("form", { className: "reason", data: { local: "renamed", key: button.dataset.key } },
    create("label", {}, "Name ", name), create("button", { type: "submit", className: "act quiet" }, "Save"));
  item.replaceChildren(form);
  name.focus();
  name.select();
}

function renamed(form) {
  const { key } = form.dataset;
  const title = new FormData(form).get("name").trim();
  const focus = () => findAll(".saved .headline").find((button) => button.dataset.key === key)?.focus();
  if (isOnServer) {
    askServer({ change: "rename", id: key, title }, focus);
    return;
  }
  const saved = load(key);
  if (saved && title) store.put(key, JSON.stringify({ ...saved, title }));
  showSaved();
  focus();
}

function remove(button) {
  if (!isConfirmed(button, "Delete for good")) return;
  const next = button.closest("li").nextElementSibling;
  const done = () => {
    announce("Deleted.");
    (next ? findAll(".saved .headline")[0] : find("#saved-conversations h2"))?.focus();
  };
  if (isOnServer) {
    askServer({ change: "delete", id: button.dataset.key }, done);
    return;
  }
  store.drop(button.dataset.key);
  showSaved();
  done();
}

// Go on with the conversation under that key, in its tab unless `staying`; false where there is none. `again`: this
// window has had it before.
export function reopen(key, { staying = false, again = false } = {}) {
  const where = staying ? { staying: "yes" } : {};
  if (isOnServer) {
    tell("open", { id: key, ...where, ...(again ? { again: "yes" } : {}) });
    return true;
  }
  const saved = load(key);
  if (!saved) return false;
  session.put("opened", key);
  session.put(`seen ${key}`, String(saved.at));
  tell("open", { stored: lastTurns(saved.kept), ...where });
  return true;
}

page.addEventListener("input", (event) => {
  if (!event.target.closest(".saved-search")) return;
  clearTimeout(timer);
  if (isOnServer) timer = setTimeout(showSaved, TYPING);
  else showSaved();
});

export const historyActions = { search: showSaved, open: (button) => reopen(button.dataset.key), rename, renamed, delete: remove };
