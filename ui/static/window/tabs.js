// The tabs of the window, by the names that addresses have for them.

import { find, findAll } from "./dom.js";

const nameOf = (tab) => tab.textContent.trim().toLowerCase();

export function tabNow() {
  const tab = find("#tabs [role=tab][aria-selected=true]");
  return tab ? nameOf(tab) : "ask";
}

// The tab of that name that can be pressed; Gradio measures with others.
export function tabNamed(name) {
  return findAll("#tabs .tab-container:not(.visually-hidden) [role=tab]").find((tab) => nameOf(tab) === name);
}

// Goes to a tab. Whether it went: not where it is in front already, or not there.
export function openTab(name) {
  const tab = tabNow() === name ? null : tabNamed(name);
  tab?.click();
  return Boolean(tab);
}
