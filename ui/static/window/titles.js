// Articles are found by their titles as one types: a combobox with a list, after the ARIA pattern. What is found comes
// as data and is put in as text.

import { send } from "./actions.js";
import { create, find, findAll, page } from "./dom.js";

const PAUSE = 120; // milliseconds without a key before the server is asked
let request = 0; // the number of the last request: answers to earlier ones come too late
let timer = null;

const field = () => find("#title-field");
const list = () => find("#title-list");
const options = () => findAll("[role=option]", list());
const active = () => find("[aria-selected=true]", list());

function close() {
  request += 1;
  clearTimeout(timer);
  list()?.replaceChildren();
  setOpen(false);
  say("");
}

function setOpen(isOpen) {
  if (!field()) return;
  list().hidden = !isOpen;
  field().setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) field().removeAttribute("aria-activedescendant");
}

function say(text) {
  const status = find(".finder [role=status]");
  if (status) status.textContent = text;
}

function ask() {
  const text = field().value.trim();
  if (!text) {
    close();
    return;
  }
  request += 1;
  send("titles", { text, request: String(request) });
}

export function titlesFound(answer) {
  const { request: answered, found } = JSON.parse(answer);
  const text = field()?.value.trim();
  if (answered !== String(request) || !text || page.activeElement !== field()) return;
  const all = option({ all: text }, create("span", { className: "title", textContent: `All articles with “${text}”` }));
  const titles = found.map(({ article, title, where }) => option(
    { article },
    create("bdi", { className: "title", textContent: title }),
    create("span", { className: "where", textContent: where }),
  ));
  list().replaceChildren(...titles, all);
  options().forEach((node, n) => { node.id = `title-option-${n}`; });
  setOpen(true);
  say(found.length ? `${found.length} ${found.length === 1 ? "article" : "articles"} found` : "No title has these words");
}

function option(data, ...children) {
  return create("li", { role: "option", ariaSelected: "false", data }, ...children);
}

function select(chosen) {
  options().forEach((node) => node.setAttribute("aria-selected", String(node === chosen)));
  if (!chosen) {
    field().removeAttribute("aria-activedescendant");
    return;
  }
  field().setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

// Past either end one is back in the field, with nothing selected.
function move(step) {
  const places = [null, ...options()];
  select(places.at((places.indexOf(active()) + step) % places.length));
}

function choose(chosen) {
  const { article } = chosen.dataset;
  const text = chosen.dataset.all ?? field().value.trim();
  close();
  field().value = "";
  if (article) send("read", { article });
  else send("browse", { by: "plot", text });
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => choose(active() ?? options().at(-1)),
  Escape: close,
};

page.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  clearTimeout(timer);
  if (event.target.value.trim()) timer = setTimeout(ask, PAUSE);
  else close();
});

page.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.isComposing) return;
  if (list().hidden) {
    if (event.key === "ArrowDown") ask();
    else if (event.key === "Enter" && field().value.trim()) choose({ dataset: { all: field().value.trim() } });
    return;
  }
  if (!KEYS[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key]();
}, true);

page.addEventListener("focusin", (event) => { if (event.target === field() && field().value) ask(); });
page.addEventListener("focusout", (event) => { if (event.target === field()) close(); });
// Not on click: the field would have lost the focus, and the list would be gone.
page.addEventListener("pointerdown", (event) => { if (event.target.closest("#title-list")) event.preventDefault(); });
page.addEventListener("click", (event) => {
  const chosen = event.target.closest("#title-list [role=option]");
  if (chosen) choose(chosen);
});
