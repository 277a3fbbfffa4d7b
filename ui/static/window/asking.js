// One question at a time. An answer is there a moment before the server is done with it; what a user does in that
// moment waits until it is, and clicks while the answer is being made are ignored.

import { afterChoosing, isChoosing } from "./choosing.js";
import { find, narrow, page } from "./dom.js";
import { closeReader } from "./reader.js";
import { noteAnswered, noteQuestion } from "./unanswered.js";

const LONGEST = 5000; // milliseconds from a question until its answer must have begun

let askedAt = null; // when the last question was asked, until the server is done with it
let keyBefore = null; // the key of the turn that was the last one then
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
  askedAt = performance.now();
  keyBefore = find("#now .turn")?.dataset.key;
  page.body.classList.remove("showing-shared"); // its answer is shown in the conversation
  closeReader({ refocus: false }); // its sources are shown in that place
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
  if (!isBusy()) afterChoosing(() => find("#send").click());
  else if (!isAnswering() && find("#now .turn")?.dataset.key !== keyBefore) waiting = [() => find("#send").click()];
}

page.addEventListener("click", holdBackQuestion, true);
page.addEventListener("keydown", holdBackQuestion, true);

export function focusQuestion() {
  if (!narrow.matches) find("#question textarea")?.focus();
}
