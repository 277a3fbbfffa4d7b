// The list of the shortcuts, in a dialog of the browser; there the single keys can be switched off.

import { create, find, page } from "./dom.js";
import { store } from "./storage.js";

const KEY = "article-assistant-single-keys";
const NAMES = { Escape: "Esc" };

export function singleKeysAreOn() {
  return store.get(KEY) !== "off";
}

export function isShortcutsOpen() {
  return Boolean(find("#shortcuts[open]"));
}

export function showShortcuts(shortcuts) {
  const dialog = find("#shortcuts") ?? make();
  find("dl", dialog).replaceChildren(...shortcuts.map(row));
  find("input", dialog).checked = singleKeysAreOn();
  dialog.showModal();
}

function row({ keys, says }) {
  const shown = keys.map((key) => create("kbd", {}, NAMES[key] ?? key));
  return create("div", {}, create("dt", {}, ...shown), create("dd", {}, says));
}

function make() {
  const box = create("input", { type: "checkbox" });
  box.addEventListener("change", () => store.put(KEY, box.checked ? "on" : "off"));
  const close = create("button", { type: "button", className: "act", autofocus: true }, "Close");
  const title = create("h2", { id: "shortcuts-title" }, "Keyboard shortcuts");
  const dialog = create("dialog", { id: "shortcuts" },
    title, create("dl", {}), create("label", {}, box, "Single keys are shortcuts"), close);
  dialog.setAttribute("aria-labelledby", title.id);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }); // beside it
  page.body.append(dialog);
  return dialog;
}
