// One question at a time. An answer is there a moment before the server is done with it; what a user does in that
// moment waits until it is, and clicks while the answer is being made are ignored.

import { afterChoosing, isChoosing } from "./choosing.js";
import { find, narrow, page } from "./dom.js";
import { showToast } from "./messages.js";
import { closeReader } from "./reader.js";
import { noteAnswered, noteQuestion } from "./unanswered.js";

export const WAIT = "Wait for the answer, or stop it.";
const LONGEST = 5000; // milliseconds from a question until its answer must have begun

let askedAt = null; // when the last question was asked, until the server is done with it
let keyBefore = null; // the key of the turn that was the last one then
let typedSince = ""; // in the box since the question was asked: the server empties it a moment later
let waiting = []; // what is done once the server is done

export function isAnswering() {
  return Boolean(find(".turn.running"));
}

export function isBusy() {
  return isAnswering() || (askedAt !== null && performance.now() - askedAt < LONGEST);
}

export function afterAnswer(action) {
  waiting.push(action);
}

export function beginQuestion(question = "") {
  noteQuestion(question);
  watchBox(question);
  askedAt = performance.now();
  keyBefore = find("#now .turn")?.dataset.key;
  page.body.classList.remove("showing-shared"); // its answer is shown in the conversation
  closeReader({ refocus: false }); // its sources are shown in that place
}

// What is typed before the server has emptied the box is put back into it.
function watchBox(question) {
  typedSince = "";
  const box = find("#question textarea");
  if (!box) return; // an address asks before it is drawn
  const note = () => { typedSince = box.value.startsWith(question) ? box.value.slice(question.length) : box.value; };
  const watch = new MutationObserver(() => {
    if (!isAnswering() && askedAt !== null) return;
    watch.disconnect();
    box.removeEventListener("input", note);
    if (box.value || !typedSince) return;
    box.value = typedSince;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  box.addEventListener("input", note);
  watch.observe(find("#now"), { childList: true, subtree: true });
}

export function finishQuestion() {
  noteAnswered();
  askedAt = null;
  const actions = waiting;
  waiting = [];
  actions.forEach((action) => action());
}

function holdBackQuestion(event) {
  const enter = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  const asks = event.type === "click" ? event.target.closest("#send") : enter && event.target.closest("#question");
  if (!asks) return;
  if (!isBusy() && !isChoosing()) {
    beginQuestion(find("#question textarea").value);
    return;
  }
  event.stopImmediatePropagation();
  event.preventDefault();
  if (isAnswering() && event.type === "keydown") showToast(WAIT);
  if (!isBusy()) afterChoosing(() => find("#send").click());
  else if (!isAnswering() && find("#now .turn")?.dataset.key !== keyBefore) waiting = [() => find("#send").click()];
}

page.addEventListener("click", holdBackQuestion, true);
page.addEventListener("keydown", holdBackQuestion, true);

export function focusQuestion(options) {
  if (!narrow.matches) find("#question textarea")?.focus(options);
}
