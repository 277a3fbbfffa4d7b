// Popovers are the browser's own, which closes them by Escape or a click beside them and gives the focus back. Here they
// are put where their button is: above it where there is more room; on a small screen they are sheets (composer.css).

import { find, findAll, page } from "./dom.js";

const GAP = 6; // pixels
const openerOf = (panel) => find(`.opener[popovertarget="${panel.id}"]`);

function place(panel) {
  const at = openerOf(panel)?.getBoundingClientRect();
  if (!at) return;
  const { innerWidth, innerHeight } = window;
  const above = at.top > innerHeight - at.bottom;
  const style = panel.style;
  style.setProperty("--top", above ? "auto" : `${at.bottom + GAP}px`);
  style.setProperty("--bottom", above ? `${innerHeight - at.top + GAP}px` : "auto");
  style.setProperty("--room", `${(above ? at.top : innerHeight - at.bottom) - 2 * GAP}px`);
  const width = panel.offsetWidth || 320;
  style.setProperty("--left", `${Math.max(GAP, Math.min(at.left, page.documentElement.clientWidth - width - GAP))}px`);
}

function placeOpen() {
  findAll(".popover:popover-open").forEach(place);
}

// These two do not bubble.
page.addEventListener("beforetoggle", (event) => {
  if (event.target.matches?.(".popover") && event.newState === "open") place(event.target);
}, true);

page.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(".popover")) return;
  openerOf(event.target)?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState === "open") place(event.target);
}, true);

window.addEventListener("resize", placeOpen);
window.addEventListener("scroll", placeOpen, { passive: true });

// Escape closes what is open here, and nothing beneath it.
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find(".popover:popover-open")) event.stopPropagation();
}, true);
