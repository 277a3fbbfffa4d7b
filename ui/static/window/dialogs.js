// Small dialogs that lie over the page near what opened them. The browser keeps the focus in them, closes them on
// Escape and gives the focus back.

import { find, narrow, page } from "./dom.js";

const GAP = 8; // pixels from what opened it, and from the edges

export function openDialog(dialog, by) {
  if (dialog.open) return;
  dialog.style.left = dialog.style.top = "";
  dialog.showModal();
  if (!by?.isConnected || narrow.matches) return;
  const { left, bottom } = by.getBoundingClientRect();
  const most = page.documentElement.clientWidth - dialog.offsetWidth - GAP;
  dialog.style.left = `${Math.max(GAP, Math.min(left, most))}px`;
  dialog.style.top = `${Math.max(GAP, Math.min(bottom + GAP, window.innerHeight - dialog.offsetHeight - GAP))}px`;
}

// A click beside it closes it.
page.addEventListener("click", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.matches(".panel")) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const isInside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  if (!isInside) dialog.close();
});

// Other keys of the page do nothing while one is open.
page.addEventListener("keydown", (event) => {
  if (find("dialog.panel[open]")) event.stopPropagation();
}, true);

export const dialogActions = { close_dialog: (button) => button.closest("dialog").close() };
