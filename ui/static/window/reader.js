// From a citation to its passage, and the panel beside the page in which an article is read.

import { find, findAll, narrow, page, scrollBehavior } from "./dom.js";

let openAt = null; // the citation number to scroll to in the article that is being opened
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

// An article is about to be shown, at the citation of that number.
export function noteOpening(at) {
  openAt = at ?? null;
  if (!isReading()) focusBefore = page.activeElement;
}

export function isReading() {
  return page.body.classList.contains("reading");
}

export function showArticle() {
  const panel = find("#reader");
  panel.classList.add("open");
  page.body.classList.add("reading");
  setBackgroundInert(narrow.matches);
  const label = openAt && find(`#r-s${openAt}`, panel);
  const quote = label?.nextElementSibling ?? find("mark", panel);
  find("h2", panel)?.focus({ preventScroll: true });
  panel.scrollTop = 0;
  if (openAt && quote) {
    quote.classList.add("highlighted");
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }
  openAt = null;
}

// On a small screen the article lies over everything, which is then out of reach.
function setBackgroundInert(isInert) {
  findAll("#head, #tabs").forEach((node) => { node.inert = isInert; });
}

narrow.addEventListener("change", () => setBackgroundInert(narrow.matches && isReading()));

export function closeArticle() {
  if (!isReading()) return;
  page.body.classList.remove("reading");
  find("#reader").classList.remove("open");
  setBackgroundInert(false);
  if (focusBefore?.isConnected) focusBefore.focus();
}
