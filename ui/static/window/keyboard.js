// Keys. The table below is the one place where the keys of the window are named: what they do and what the list of
// shortcuts says of them. Rows of bars and the tabs are gone through with the arrows.

import { pageActions, send } from "./actions.js";
import { citedBy, hideCard, isCardOpen } from "./cards.js";
import { find, findAll, page } from "./dom.js";
import { isReading } from "./reader.js";
import { stepPlace } from "./reading.js";
import { isShortcutsOpen, showShortcuts, singleKeysAreOn } from "./shortcuts.js";
import { openTab } from "./tabs.js";
import { copyTurn, isAmong, leaveQuestion, openOriginal, stepTo } from "./statements.js";

// `run` gets the event and gives false where the key is not its own just then. `always`: also where single keys are off.
const SHORTCUTS = [
  { keys: ["/"], says: "Ask: put the cursor in the question", run: () => askHere() },
  { keys: ["j"], says: "Next statement, or next source", run: () => stepTo(1) },
  { keys: ["k"], says: "Previous statement, or previous source", run: () => stepTo(-1) },
  { keys: ["Enter"], says: "Open the article at the words that are cited", run: openCited, always: true },
  { keys: ["o"], says: "Open the original on its own site", run: () => openOriginal() },
  { keys: ["n"], says: "Next place in the article with the words of your search", run: () => stepPlace(1) },
  { keys: ["p"], says: "Previous place with these words", run: () => stepPlace(-1) },
  { keys: ["c"], says: "Copy the answer with its citations", run: () => copyTurn() },
  { keys: ["Escape"], says: "Close what is open, or leave the question", run: escape, always: true },
  { keys: ["?"], says: "Show this list", run: () => showShortcuts(SHORTCUTS) },
];

pageActions.shortcuts = () => showShortcuts(SHORTCUTS);

function askHere() {
  const box = find("#question textarea");
  if (!box) return false;
  openTab("ask");
  requestAnimationFrame(() => box.focus());
  return true;
}

function openCited(event) {
  const item = isAmong(event.target) ? event.target : null;
  const cited = citedBy(event.target.closest?.("a.cite") ?? (item && find("a.cite", item)));
  const read = item && find("[data-act=read]", item);
  if (!cited && !read) return false;
  hideCard();
  if (cited) send("read", cited.article);
  else read.click();
  return true;
}

function escape(event) {
  if (isCardOpen()) { hideCard(); return true; }
  if (isReading()) { pageActions.close(); return true; }
  return leaveQuestion(event.target);
}

const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

page.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isShortcutsOpen() || find("dialog[open]")) return; // it has keys of its own
  if (event.target.matches?.(FIELDS) && event.key !== "Escape") return;
  const shortcut = SHORTCUTS.find(({ keys, always }) => keys.includes(event.key) && (always || singleKeysAreOn()));
  if (shortcut && shortcut.run(event) !== false) event.preventDefault();
});

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

page.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const group = step && event.target.closest?.("[data-roving], [role=tablist]");
  if (!group) return;
  const buttons = findAll("button:not([disabled])", group);
  const next = buttons[Math.min(buttons.length - 1, Math.max(0, buttons.indexOf(event.target) + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Of the bars of a row the first is reached with Tab, the others from there with the arrows.
function setTabStops() {
  findAll("[data-roving]").forEach((row) => findAll("button", row).forEach((bar, n) => { bar.tabIndex = n ? -1 : 0; }));
}

page.addEventListener("focusin", setTabStops);
page.addEventListener("keydown", setTabStops, true);
