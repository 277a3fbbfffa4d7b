// Keys: rows of bars and the tabs are gone through with the arrows, Escape closes the article.

import { findAll, page } from "./dom.js";
import { pageActions } from "./actions.js";
import { isReading } from "./reader.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

page.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isReading()) pageActions.close();
  const step = STEPS[event.key];
  const group = step && event.target.closest?.("[data-roving], [role=tablist]");
  if (!group) return;
  const buttons = findAll("button:not([disabled])", group);
  const next = buttons[Math.min(buttons.length - 1, Math.max(0, buttons.indexOf(event.target) + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Of the bars of a row the first is reached with Tab, the others from there with the arrows.
function setTabStops() {
  findAll("[data-roving]").forEach((row) => findAll("button", row).forEach((bar, n) => { bar.tabIndex = n ? -1 : 0; }));
}

page.addEventListener("focusin", setTabStops);
page.addEventListener("keydown", setTabStops, true);
