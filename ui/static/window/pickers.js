// The publications that are chosen for a list or a question: found as one types, and gone through with the arrows, also
// from the field above them; there Enter takes the first.

import { find, findAll, page } from "./dom.js";

const PANEL = ".popover:has(.boxes)";
const boxes = (panel) => findAll("[type=checkbox]", panel);
const shown = (panel) => boxes(panel).filter((box) => !box.closest("li").hidden);
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filterBoxes(panel) {
  const words = plain(find("[type=search]", panel).value).split(/\s+/);
  boxes(panel).forEach((box) => {
    box.closest("li").hidden = !words.every((word) => plain(box.value).includes(word));
  });
  find(".none", panel).hidden = shown(panel).length > 0;
}

page.addEventListener("beforetoggle", ({ target, newState }) => {
  if (newState !== "open" || !target.matches?.(PANEL)) return;
  find("[type=search]", target).value = "";
  filterBoxes(target);
}, true);

page.addEventListener("input", ({ target }) => {
  const panel = target.matches("[type=search]") && target.closest(PANEL);
  if (panel) filterBoxes(panel);
});

page.addEventListener("keydown", (event) => {
  const panel = event.target.closest?.(PANEL);
  if (!panel) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = shown(panel);
  if (step) {
    event.preventDefault();
    const next = all.indexOf(event.target) + step;
    (next < 0 ? find("[type=search]", panel) : all[Math.min(next, all.length - 1)])?.focus();
  } else if (event.key === "Enter" && event.target.type === "search") {
    event.preventDefault();
    all[0]?.click();
  }
});
