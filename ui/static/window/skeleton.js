// The skeleton of the page goes once what it stands for is there, or when that does not come.

import { focusQuestion } from "./asking.js";
import { find, page } from "./dom.js";
import { applyTheme } from "./theme.js";

const PATIENCE = 8000; // milliseconds
const skeleton = find("#skeleton");

function isDrawn() {
  // Where a password is asked for there is a form and no masthead.
  return find("#head .masthead") || find("gradio-app form");
}

function remove() {
  watch.disconnect();
  skeleton?.remove();
  applyTheme();
  // What is below the skeleton cannot have the focus.
  if (page.activeElement === page.body) focusQuestion();
}

const watch = new MutationObserver(() => { if (isDrawn()) remove(); });
watch.observe(page.body, { childList: true, subtree: true });
setTimeout(remove, PATIENCE);
