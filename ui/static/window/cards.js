// The card of a citation: what it cites, shown beside its number while the pointer or the focus is there. It is filled
// from the source card of the page, so that nothing is asked of the server.

import { create, find, findAll, page } from "./dom.js";

const DELAY = 250; // milliseconds until it is shown, so that passing over a number shows nothing
const GRACE = 200; // milliseconds in which the pointer may cross from the number to the card
const GAP = 8; // pixels between the number and the card, and to the edges of the screen

const card = create("div", { className: "cite-card", id: "cite-card", role: "tooltip", hidden: true });
page.body.append(card);

let cite = null; // the number whose card it is
let timer = 0;

// What a number leads to: its passage in the page, and what opens the article there.
export function citedBy(link) {
  const passage = page.getElementById(link?.getAttribute("href")?.slice(1) ?? "");
  const source = passage?.closest(".card");
  const read = source && find("[data-act=read]", source);
  if (!read) return null;
  const { article, turn } = read.dataset;
  return { passage, source, article: { article, turn, at: passage.id.split("-s")[1] } };
}

export function isCardOpen() {
  return !card.hidden;
}

export function hideCard() {
  clearTimeout(timer);
  card.hidden = true;
  cite?.removeAttribute("aria-describedby");
  cite = null;
}

function prepare(link, byKeyboard) {
  const cited = citedBy(link);
  if (!cited) return;
  if (cite !== link) hideCard();
  clearTimeout(timer);
  cite = link;
  const about = find(".about", cited.source).cloneNode(true);
  const title = create("p", { className: "title", dir: "auto" }, find(".title", cited.source).textContent);
  const hint = byKeyboard ? "Enter opens the article" : "Click to find it among the sources";
  card.replaceChildren(about, title, quoteOf(cited.passage), create("p", { className: "how" }, hint));
  // At once: a screen reader reads the description when the number has the focus.
  link.setAttribute("aria-describedby", card.id);
  timer = setTimeout(show, DELAY);
}

function quoteOf(passage) {
  const quote = create("blockquote", { dir: "auto" }, ...[...passage.childNodes].map((node) => node.cloneNode(true)));
  findAll(".inline-label", quote).forEach((label) => label.remove());
  return quote;
}

function show() {
  if (!cite?.isConnected) return;
  card.hidden = false;
  place();
  // Of a long passage the quoted words are what is seen.
  const quote = find("blockquote", card);
  const mark = find("mark", quote);
  if (mark) quote.scrollTop = mark.offsetTop - quote.offsetTop - GAP;
}

// Below the number, or above it where there is more room, and never over an edge.
function place() {
  if (card.hidden || !cite) return;
  const at = [...cite.getClientRects()][0];
  if (!at) { hideCard(); return; }
  const { width, height } = card.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + height <= innerHeight - GAP || at.top < innerHeight / 2 ? below : at.top - GAP - height;
  card.style.left = `${Math.max(GAP, Math.min(at.left - GAP, page.documentElement.clientWidth - width - GAP))}px`;
  card.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}

function leave() {
  clearTimeout(timer);
  timer = setTimeout(() => { if (cite !== page.activeElement || !cite?.matches(":focus-visible")) hideCard(); }, GRACE);
}

page.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const link = event.target.closest?.("a.cite");
  if (link && link !== cite) prepare(link, false);
  else if (link || card.contains(event.target)) {
    clearTimeout(timer);
    if (card.hidden) timer = setTimeout(show, DELAY);
  } else if (cite) leave();
});

page.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("a.cite");
  if (link?.matches(":focus-visible")) prepare(link, true);
  else if (cite) hideCard();
});

page.addEventListener("focusout", (event) => { if (event.target === cite) leave(); });
page.addEventListener("pointerdown", (event) => { if (!card.contains(event.target)) hideCard(); }, true);
page.addEventListener("pointerleave", leave);
addEventListener("scroll", (event) => { if (!card.contains(event.target)) place(); }, { capture: true, passive: true });
addEventListener("resize", hideCard);

// What is drawn anew takes its numbers with it.
const watch = new MutationObserver(() => { if (cite && !cite.isConnected) hideCard(); });
watch.observe(page.body, { childList: true, subtree: true });
