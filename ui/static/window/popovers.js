// Popovers are the browser's own, which closes them by Escape or a click beside them and gives the focus back. Here they
// are put where their button is: above it where there is more room; on a small screen they are sheets (composer.css).

import { tell } from "./bus.js";
import { find, findAll, narrow, page } from "./dom.js";

const GAP = 6; // pixels
const LIMITS = ".popover:has(.boxes, .range)"; // what they offer follows the articles
let opened = ""; // the id of the one that is open
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

// Where the server has drawn anew what is offered, the popover that was open is open again.
export function filtersRenewed() {
  const panel = opened && page.getElementById(opened);
  if (panel && !panel.matches(":popover-open")) panel.showPopover();
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
  const isOpen = event.newState === "open";
  openerOf(event.target)?.setAttribute("aria-expanded", String(isOpen));
  opened = isOpen ? event.target.id : "";
  if (!isOpen) return;
  place(event.target);
  if (event.target.matches(LIMITS)) tell("renew_filters");
}, true);

window.addEventListener("resize", placeOpen);
window.addEventListener("scroll", placeOpen, { passive: true });

// A tap beside a sheet closes it and does nothing to what is dimmed beneath.
let isDismissing = false;

window.addEventListener("pointerdown", ({ target }) => {
  isDismissing = narrow.matches && Boolean(find(".popover:popover-open")) && !target.closest?.(".popover, .opener");
}, true);

window.addEventListener("click", (event) => {
  if (!isDismissing) return;
  isDismissing = false;
  event.stopImmediatePropagation();
  event.preventDefault();
}, true);

// Escape closes what is open here, and nothing beneath it.
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find(".popover:popover-open")) event.stopPropagation();
}, true);
