// The table of sources is drawn anew after each event: the focus goes to what was opened, or back to what was pressed.

import { find, findAll, page } from "./dom.js";
import { showToast } from "./messages.js";

let pressed = null; // the data of the button or form that was used last

function notePressed(event) {
  const used = event.target.closest?.("#source-list [data-act]");
  if (used?.dataset.source) pressed = { ...used.dataset };
}

["click", "submit"].forEach((name) => page.addEventListener(name, notePressed, true));

export function sourcesShown(toast) {
  showToast(toast);
  if (page.activeElement !== page.body || !pressed) return;
  const panel = find("#source-list .panel");
  if (panel) {
    (find("input, .actions button", panel) ?? panel).focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
    return;
  }
  const own = findAll(`#source-list .row-actions [data-source="${CSS.escape(pressed.source)}"]`);
  const same = own.find((button) => button.dataset.what === pressed.what && button.dataset.act === pressed.act);
  (same ?? own.find((button) => !button.ariaDisabled) ?? own[0])?.focus({ preventScroll: true });
}
