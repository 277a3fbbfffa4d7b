// The tabs of the window, by the names that addresses have for them.

import { find, findAll } from "./dom.js";

const nameOf = (tab) => tab.textContent.trim().toLowerCase();

export function tabNow() {
  const tab = find("#tabs [role=tab][aria-selected=true]");
  return tab ? nameOf(tab) : "ask";
}

function tabOf(name) {
  const tabs = findAll("#tabs .tab-container:not(.visually-hidden) [role=tab]"); // Gradio measures with others
  return tabs.find((each) => nameOf(each) === name);
}

export function hasTab(name) {
  return Boolean(tabOf(name));
}

// Goes to a tab, where it is not in front already. Whether it went, or null where there is no such tab.
export function openTab(name) {
  if (tabNow() === name) return false;
  const tab = tabOf(name);
  if (!tab) return null;
  tab.click();
  return true;
}
