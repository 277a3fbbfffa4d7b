// What is said for a moment, and what a screen reader reads out.

import { create, page } from "./dom.js";

// Read out by a screen reader, once. The element must be there before its text is.
const announcer = create("div", { className: "screen-reader-only", id: "announcer", role: "status" });
const toast = create("div", { className: "toast", id: "toast", role: "status" });
page.body.append(announcer, toast);

const SECONDS = 8;

export function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

// A message that is shown and read out for a moment.
export function showToast(text) {
  if (!text) return;
  toast.textContent = text;
  setTimeout(() => { if (toast.textContent === text) toast.textContent = ""; }, SECONDS * 1000);
}
