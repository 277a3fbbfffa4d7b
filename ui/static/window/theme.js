// Light or dark, as the system has it until one is chosen here. What is chosen is kept in this browser.

import { find, page } from "./dom.js";
import { store } from "./storage.js";

const KEY = "article-assistant-theme"; // page.py reads it before anything is drawn
const system = window.matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = store.get(KEY);
  return chosen ? chosen === "dark" : system.matches;
}

// Gradio sets the class of the body by the system when it is drawn; it is applied once more then.
export function applyTheme() {
  const dark = isDark();
  page.documentElement.classList.toggle("dark", dark);
  page.body.classList.toggle("dark", dark);
  find("[data-act=theme]")?.setAttribute("aria-checked", String(dark));
}

export function toggleTheme() {
  store.put(KEY, isDark() ? "light" : "dark");
  applyTheme();
}

system.addEventListener("change", applyTheme);
new MutationObserver(() => {
  if (page.body.classList.contains("dark") !== isDark()) applyTheme();
}).observe(page.body, { attributes: true, attributeFilter: ["class"] });

// The masthead is drawn anew after each answer, and its switch with it.
export function watchMasthead() {
  const head = find("#head");
  if (!head) return;
  new MutationObserver(() => {
    const knob = find("[data-act=theme]", head);
    if (knob && knob.getAttribute("aria-checked") !== String(isDark())) applyTheme();
  }).observe(head, { childList: true, subtree: true });
  applyTheme();
}
applyTheme();
