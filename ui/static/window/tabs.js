// The tabs of the window, by the names that addresses have for them.

import { find, findAll } from "./dom.js";

const nameOf = (tab) => tab.textContent.trim().toLowerCase();

export function tabNow() {
  const tab = find("#tabs [role=tab][aria-selected=true]");
  return tab ? nameOf(tab) : "ask";
}

// Goes to a tab, where it is not in front already. Whether it went, or null where there is no such tab.
export function openTab(name) {
  if (tabNow() === name) return false;
  const tabs = findAll("#tabs .tab-container:not(.visually-hidden) [role=tab]"); // Gradio measures with others
  const tab = tabs.find((each) => nameOf(each) === name);
  if (!tab) return null;
  tab.click();
  return true;
}
