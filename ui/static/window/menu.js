// Menus that a button opens: gone through with the arrows, left with Escape or a click elsewhere.

import { afterAnswer, isAnswering, isBusy } from "./asking.js";
import { tell } from "./bus.js";
import { find, findAll, page } from "./dom.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
let opener = null; // the button whose menu is open

// An answer is there a moment before the server has it: what is done with it then waits.
export function tellSettled(name, data) {
  if (isBusy() && !isAnswering()) afterAnswer(() => tell(name, data));
  else tell(name, data);
}

function itemsOf(button) {
  return button.nextElementSibling;
}

function openMenu(button, last = false) {
  closeMenu();
  opener = button;
  const menu = itemsOf(button);
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  place(menu);
  const items = findAll("[role=menuitem]", menu);
  items.at(last ? -1 : 0)?.focus();
  if (button.dataset.loads) tellSettled(button.dataset.loads, { turn: button.dataset.turn });
}

// Below its button and to the right, unless there is no room.
function place(menu) {
  menu.classList.remove("leftward", "upward");
  const { right, bottom } = menu.getBoundingClientRect();
  const floor = Math.min(window.innerHeight, find("#composer")?.getBoundingClientRect().top || Infinity);
  menu.classList.toggle("leftward", right > page.documentElement.clientWidth);
  menu.classList.toggle("upward", bottom > floor);
}

function closeMenu({ refocus = false } = {}) {
  if (!opener) return;
  itemsOf(opener).hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (refocus && opener.isConnected) opener.focus();
  opener = null;
}

function step(event, menu) {
  const items = findAll("[role=menuitem]", menu);
  const at = items.indexOf(page.activeElement);
  const next = event.key === "Home" || event.key === "End" ? STEPS[event.key] : at + STEPS[event.key];
  const clamped = Number.isFinite(next) ? (next + items.length) % items.length : next < 0 ? 0 : items.length - 1;
  items[clamped]?.focus();
}

function onKey(event) {
  const button = event.target.closest?.("[data-act=menu]");
  if (!opener && button && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    openMenu(button, event.key === "ArrowUp");
  } else if (opener && event.key === "Escape") {
    closeMenu({ refocus: true });
  } else if (opener && event.key in STEPS) {
    step(event, itemsOf(opener));
  } else {
    if (opener && event.key === "Tab") closeMenu();
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Before others act on the key or the click: what they open takes the focus from the button.
page.addEventListener("keydown", onKey, true);
page.addEventListener("click", (event) => {
  if (!opener || opener.contains(event.target)) return;
  closeMenu({ refocus: itemsOf(opener).contains(event.target) });
}, true);

export const menuActions = {
  menu: (button) => (opener === button ? closeMenu({ refocus: true }) : openMenu(button)),
};
