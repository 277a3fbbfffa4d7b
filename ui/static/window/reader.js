// From a citation to its passage, and the panel beside the page in which an article is read.

import { find, findAll, narrow, page, scrollBehavior } from "./dom.js";

let openAt = null; // the citation number to scroll to in the article that is being opened
let openingPath = ""; // the address of what is being opened
let focusBefore = null; // what had the focus before the article was opened

export function highlight(id) {
  const passage = page.getElementById(id);
  if (!passage) return;
  const folder = passage.closest("details");
  if (folder) folder.open = true;
  findAll(".highlighted").forEach((node) => node.classList.remove("highlighted"));
  passage.classList.add("highlighted");
  passage.closest(".card")?.classList.add("highlighted");
  passage.focus({ preventScroll: true });
  (find("mark", passage) ?? passage).scrollIntoView({ block: "center", behavior: scrollBehavior() });
}

// An article is about to be shown, at the citation of that number; `path` is its address.
export function noteOpening(at, path) {
  openAt = at ?? null;
  openingPath = path;
  if (!isReading()) focusBefore = page.activeElement;
}

export function isReading() {
  return page.body.classList.contains("reading");
}

// Show what the panel has been filled with; gives its address.
export function showReader() {
  const panel = find("#reader");
  panel.classList.add("open");
  page.body.classList.add("reading");
  setBackgroundInert(narrow.matches);
  const label = openAt && find(`#r-s${openAt}`, panel);
  const pointed = find("mark.quoted", panel); // the words that an address points to
  const quote = label?.nextElementSibling ?? pointed ?? find("mark", panel);
  find("h2", panel)?.focus({ preventScroll: true });
  panel.scrollTop = 0;
  if ((openAt || pointed) && quote) {
    quote.classList.add("highlighted");
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }
  openAt = null;
  return openingPath;
}

// On a small screen the article lies over everything, which is then out of reach.
function setBackgroundInert(isInert) {
  findAll("#top, #tabs").forEach((node) => { node.inert = isInert; });
}

narrow.addEventListener("change", () => setBackgroundInert(narrow.matches && isReading()));

// Close the panel, whatever is below it.
export function closeReader({ refocus = true } = {}) {
  if (!isReading()) return;
  page.body.classList.remove("reading");
  find("#reader").classList.remove("open");
  setBackgroundInert(false);
  if (!refocus) return;
  // Where the page was loaded with it there is nothing to go back to.
  const before = focusBefore?.isConnected && focusBefore !== page.body ? focusBefore : find("#tabs [role=tab][aria-selected=true]");
  before?.focus();
}
