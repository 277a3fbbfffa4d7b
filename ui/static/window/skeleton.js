// The skeleton of the page goes once what it stands for is there, or when that does not come.

import { focusQuestion } from "./asking.js";
import { find, page } from "./dom.js";
import { applyTheme } from "./theme.js";

const PATIENCE = 8000; // milliseconds
const LOADING = "gradio-app .loader, gradio-app .loading"; // of Gradio
const skeleton = find("#skeleton");

const FRAMES = 1; // after which nothing has moved any more

// Where a password is asked for there is a form and no masthead.
function isDrawn() {
  if (find("gradio-app form:not(#tabs form)")) return true;
  return find("#head .masthead") && find("#tabs [role=tab]") && find("#question textarea") && !find(LOADING);
}

// Gradio draws one part after the other, and its own sign of loading among them: what it has drawn must have come to rest.
function shape() {
  return ["#head .masthead h1", "#tabs", "#composer", "gradio-app"].map((part) => {
    const { top, height } = find(part)?.getBoundingClientRect() ?? {};
    return `${top} ${height}`;
  }).join();
}

function removeAtRest(before = "", left = FRAMES) {
  const now = isDrawn() ? shape() : "";
  if (!skeleton?.isConnected) return;
  if (now && now === before && left === 0) remove();
  else requestAnimationFrame(() => removeAtRest(now, now && now === before ? left - 1 : FRAMES));
}

function remove() {
  if (!skeleton?.isConnected) return;
  skeleton.remove();
  applyTheme();
  // What is below the skeleton cannot have the focus. Who has scrolled to a story meanwhile stays there.
  if (page.activeElement === page.body) focusQuestion({ preventScroll: true });
}

removeAtRest();
setTimeout(remove, PATIENCE);
