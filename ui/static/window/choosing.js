// What is chosen beside the question goes to the server one change after the other, and a question waits for the last:
// it is asked of what can be seen to be chosen.

import { tell } from "./bus.js";
import { save } from "./conversations.js";

const PATIENCE = 10_000; // milliseconds after which a change that nothing was heard of is given up

let toldAt = null;
let changes = []; // that wait for the one that is under way
let afterwards = [];

export function isChoosing() {
  return toldAt !== null && performance.now() - toldAt < PATIENCE;
}

export function afterChoosing(action) {
  afterwards.push(action);
}

export function choose(act, data) {
  if (!isChoosing()) {
    toldAt = performance.now();
    tell(act, data);
    return;
  }
  const last = changes.at(-1);
  if (act === "scope" && last?.[0] === act) Object.assign(last[1], data);
  else changes.push([act, { ...data }]);
}

export function chosen(stored) {
  save(stored);
  toldAt = null;
  const next = changes.shift();
  if (next) {
    choose(...next);
    return;
  }
  const actions = afterwards;
  afterwards = [];
  actions.forEach((action) => action());
}
