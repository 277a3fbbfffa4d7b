// A question that was being answered when the page was left comes back into the box, with what it was limited to.

import { choices } from "./composer.js";
import { choose } from "./choosing.js";
import { find } from "./dom.js";
import { session } from "./storage.js";

const NAME = "unanswered";
let left = session.get(NAME);

export function noteQuestion(question) {
  left = null;
  if (question.trim()) session.put(NAME, JSON.stringify({ question, scope: choices() }));
}

export function noteAnswered() {
  session.put(NAME, "");
}

// Once the conversation is there again.
export function bringBack() {
  if (!left) return;
  const box = find("#question textarea");
  if (!box) {
    requestAnimationFrame(bringBack);
    return;
  }
  const { question, scope } = JSON.parse(left);
  left = null;
  noteAnswered();
  if (Object.values(scope).some((value) => value.length)) choose("scope", scope);
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
