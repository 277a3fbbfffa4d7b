// What the buttons and forms of the page do: by itself, or by an event that is told to the server.

import { accountActions } from "./account.js";
import { addingActions } from "./adding.js";
import { afterAnswer, beginQuestion, isAnswering, isBusy, WAIT } from "./asking.js";
import { tell } from "./bus.js";
import { afterChoosing, choose, isChoosing } from "./choosing.js";
import { composerActions } from "./composer.js";
import { collectionActions } from "./collections.js";
import { copyFrom } from "./copying.js";
import { dialogActions } from "./dialogs.js";
import { find, findAll, page, scrollBehavior } from "./dom.js";
import { historyActions } from "./history.js";
import { askForList, fieldsOf, listActions } from "./lists.js";
import { menuActions } from "./menu.js";
import { showToast } from "./messages.js";
import { inPath } from "./names.js";
import { closeReader, highlight, isReading, noteOpening } from "./reader.js";
import { readingActions } from "./reading.js";
import { leavePanel } from "./router.js";
import { closeShared, sharingActions } from "./sharing.js";
import { toggleTheme } from "./theme.js";

// Events that change the conversation under an answer that is being made, or need the answer as the server has it.
const AFTER_ANSWER = new Set(["edit", "cancel_edit", "reuse", "rate", "reason", "watch"]);
const ASKING = new Set(["ask_offered", "retry", "ask_all", "reinterpret", "ask_quotes"]);
const CHOOSING = new Set(["edit", "cancel_edit", "reuse"]);
const LISTS = new Set(["browse", "news"]);
const READ = new Set(["read", "story"]); // what is read beside the page
const LONGEST_QUOTE = 200; // characters, as in addresses.py

export function send(act, data) {
  if (AFTER_ANSWER.has(act) || ASKING.has(act)) {
    if (isAnswering()) {
      showToast(WAIT);
      return;
    }
    if (isBusy()) {
      afterAnswer(() => send(act, data));
      return;
    }
    if (ASKING.has(act) && isChoosing()) {
      afterChoosing(() => send(act, data));
      return;
    }
    if (ASKING.has(act)) beginQuestion(data.question);
  }
  if (LISTS.has(act)) {
    askForList(act, data);
    return;
  }
  if (READ.has(act)) noteOpening(data.at, data.by === "address" ? "" : addressOf(act, data));
  if (CHOOSING.has(act)) choose(act, data);
  else tell(act, data);
}

// The address of an article at the words that are cited, or of a story.
function addressOf(act, data) {
  if (act === "story") return `story/${inPath(data.story)}`;
  const quote = data.turn && find(`#a${data.turn}-s${data.at} mark`)?.textContent;
  const at = (data.quote ?? quote ?? "").trim().replace(/\s+/g, " ").slice(0, LONGEST_QUOTE);
  return `article/${inPath(data.article)}${at ? `#${encodeURIComponent(at)}` : ""}`;
}

function close() {
  closeReader();
  leavePanel();
}

// Other modules put theirs in: the name of an action, and what is done with the button or the form.
export const pageActions = {
  close,
  copy: copyFrom,
  ...accountActions,
  ...listActions,
  ...readingActions,
  ask: (button) => send("ask_offered", { question: button.dataset.question }),
  back: (button) => {
    const turn = page.getElementById(`t${button.dataset.turn}`);
    turn?.scrollIntoView({ block: "start", behavior: scrollBehavior() });
    if (turn) find(".cite", turn)?.focus({ preventScroll: true });
  },
  theme: toggleTheme,
  ...composerActions,
  jump: () => page.getElementById("watched-questions")?.scrollIntoView({ behavior: scrollBehavior() }),
  ...menuActions,
  ...dialogActions,
  ...sharingActions,
  ...collectionActions,
  ask_again: (button) => {
    const { act, ...asked } = button.dataset;
    closeShared();
    send("ask_offered", asked);
  },
};

const localActions = { ...historyActions, ...addingActions };

page.addEventListener("click", (event) => {
  const cite = event.target.closest("a.cite");
  if (cite && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    if (isReading() && !cite.closest("#reader")) close(); // what is cited lies under the panel
    highlight(cite.getAttribute("href").slice(1));
    return;
  }
  const button = event.target.closest("button[data-act], button[data-local], a[data-act]");
  // A link that is opened in another tab is left to the browser.
  if (!button || (button.matches("a") && (event.metaKey || event.ctrlKey || event.shiftKey || event.button))) return;
  if (button.matches("a")) event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") {
    showToast(button.title);
    return;
  }
  const { act, local, ...data } = button.dataset;
  if (local) localActions[local](button);
  else if (pageActions[act]) pageActions[act](button);
  else send(act, data);
});

page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act], form[data-local]");
  if (!form) return;
  event.preventDefault();
  if (event.submitter?.getAttribute("aria-disabled") === "true") {
    showToast(event.submitter.title);
    return;
  }
  const { act, local, ...data } = form.dataset;
  if (local) localActions[local](form);
  else if (pageActions[act]) pageActions[act](form);
  else send(act, { ...data, ...fieldsOf(new FormData(form, event.submitter)) });
  // The options of a refresh hold for one refresh.
  if (act === "refresh") findAll("input[type=checkbox]", form).forEach((box) => { box.checked = false; });
});
