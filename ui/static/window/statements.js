// Going through an answer by keyboard: its statements, or the source cards when the focus is among them.

import { citedBy } from "./cards.js";
import { find, findAll, page, scrollBehavior } from "./dom.js";

const STATEMENTS = ".statement, .related li, .refusal li";
const SOURCES = ".card";
const ITEMS = `${STATEMENTS}, ${SOURCES}`;

export function isAmong(node) {
  return Boolean(node.matches?.(ITEMS));
}

// The one of them that has the focus, or has it within.
function current() {
  return page.activeElement?.closest(ITEMS);
}

// Goes to the next one (1) or the one before (-1); from elsewhere to the first of the last answer.
export function stepTo(step) {
  const at = current();
  const all = findAll(at?.matches(SOURCES) ? SOURCES : STATEMENTS).filter((item) => item.checkVisibility());
  const next = at ? all[all.indexOf(at) + step] : all.find((item) => item.closest("#now")) ?? all.at(-1);
  if (!next) return Boolean(at);
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
  return true;
}

export function openOriginal() {
  const item = current();
  const source = item && (citedBy(find("a.cite", item))?.source ?? item);
  const link = source && find("a.original", source);
  link?.click();
  return Boolean(link);
}

// Copies the answer that has the focus, else the last one.
export function copyTurn() {
  const turn = page.activeElement?.closest(".turn") ?? find("#now .turn");
  const button = turn?.checkVisibility() && find(".actions [data-act=copy]", turn);
  if (button) button.click();
  return Boolean(button);
}

// From the box for the question to the last answer, where the keys for it are shortcuts.
export function leaveQuestion(target) {
  if (!target.closest?.("#question")) return false;
  target.blur();
  find("#now .question")?.focus({ preventScroll: true });
  return true;
}
