// Panels: small dialogs that lie over the page near what opened them. The browser keeps the focus in them, closes them
// on Escape and gives the focus back.

import { find, narrow, page } from "./dom.js";

const GAP = 8; // pixels from what opened it, and from the edges

export function openPanel(panel, by) {
  if (panel.open) return;
  panel.style.left = panel.style.top = "";
  panel.showModal();
  if (!by?.isConnected || narrow.matches) return;
  const { left, bottom } = by.getBoundingClientRect();
  const most = page.documentElement.clientWidth - panel.offsetWidth - GAP;
  panel.style.left = `${Math.max(GAP, Math.min(left, most))}px`;
  panel.style.top = `${Math.max(GAP, Math.min(bottom + GAP, window.innerHeight - panel.offsetHeight - GAP))}px`;
}

// A click beside it closes it.
page.addEventListener("click", (event) => {
  const panel = event.target;
  if (!(panel instanceof HTMLDialogElement) || !panel.matches(".panel")) return;
  const { left, right, top, bottom } = panel.getBoundingClientRect();
  const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  if (!isInside) panel.close();
});

// Other keys of the page do nothing while one is open.
page.addEventListener("keydown", (event) => {
  if (find("dialog.panel[open]")) event.stopPropagation();
}, true);

export const panelActions = { close_panel: (button) => button.closest("dialog").close() };
