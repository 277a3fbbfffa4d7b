// The first look: more stories on request, and the way to a tab.

import { pageActions } from "./actions.js";
import { find, findAll, narrow, page } from "./dom.js";
import { openTab } from "./tabs.js";

let before = 0; // how many stories there were

Object.assign(pageActions, { tab: (button) => openTab(button.dataset.tab) });

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button?.dataset.act === "more_stories") before = findAll("#first-look .story").length;
  if (!button?.closest("#reader")) return;
  // What is asked in the panel is answered behind it.
  if (button.dataset.act === "ask" || (button.dataset.act === "scope" && narrow.matches)) pageActions.close();
  if (button.dataset.act === "ask") openTab("ask");
}, true);

// The button that was pressed is further down now, or gone: the first of the new stories has the focus.
export function storiesShown() {
  find(".headline", findAll("#first-look .story")[before])?.focus({ preventScroll: true });
}
