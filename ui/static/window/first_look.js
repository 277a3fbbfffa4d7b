// The first look: more stories on request, and the way to a tab.

import { pageActions } from "./actions.js";
import { find, findAll } from "./dom.js";

let before = 0; // how many stories there were

Object.assign(pageActions, {
  tab: (button) => find(`#tab-${CSS.escape(button.dataset.tab)}-button`)?.click(),
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-act=more_stories]")) before = findAll("#first-look .story").length;
});

// The button that was pressed is further down now, or gone: the first of the new stories has the focus.
export function storiesShown() {
  find(".headline", findAll("#first-look .story")[before])?.focus({ preventScroll: true });
}
