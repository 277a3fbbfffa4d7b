// Conversations that this browser keeps, each under its own key, so that two windows do not overwrite each other's. For
// who is signed in the server keeps them, under the ids that are the keys then, and the browser has nothing of them.

import { showToast } from "./messages.js";
import { isOnServer, PREFIX, session, store } from "./storage.js";

// The server takes no longer requests: of a long conversation it has the last turns, and the first ones stay here.
const MOST_SENT = 200_000; // bytes
const MOST_KEPT = 200; // turns

export function savedKeys() {
  return store.keys().filter((key) => key.startsWith(PREFIX));
}

export function load(key) {
  try {
    const saved = JSON.parse(store.get(key));
    return saved && typeof saved.kept === "string" ? saved : null;
  } catch {
    return null;
  }
}

// Whether there may be a conversation under that key.
export function isKept(key) {
  return Boolean(isOnServer ? key : load(key));
}

// The key of a conversation: the one it had, unless another window has gone on with it under that key.
function keyOf(id) {
  const key = session.get(`key ${id}`) ?? PREFIX + id;
  const saved = load(key);
  if (!saved || String(saved.at) === session.get(`seen ${key}`)) return key;
  return `${PREFIX}${id} ${Math.random().toString(36).slice(2)}`;
}

// The key of the conversation that is shown; "" for one that is not kept.
export function keyNow() {
  return session.get("current") ?? "";
}

export function lastTurns(text) {
  let conversation;
  try { conversation = JSON.parse(text); } catch { return text; } // the server says what is wrong with it
  let sent = text;
  while (conversation?.turns?.length > 1 && new Blob([JSON.stringify(sent)]).size > MOST_SENT) {
    conversation.turns.shift();
    sent = JSON.stringify(conversation);
  }
  return sent;
}

function withFirstTurns(conversation, kept) {
  let before = [];
  try { before = JSON.parse(kept).turns; } catch { /* then there are none */ }
  const first = before?.findIndex?.((turn) => turn?.key === conversation.turns[0].key);
  if (!(first > 0)) return null;
  return { ...conversation, turns: [...before.slice(0, first), ...conversation.turns].slice(-MOST_KEPT) };
}

export function save(text) {
  let conversation = text ? JSON.parse(text) : null;
  if (!conversation?.turns.length) return; // without a question there is nothing to come back to
  if (isOnServer) {
    session.put("current", conversation.id);
    return;
  }
  const key = keyOf(conversation.id);
  const whole = withFirstTurns(conversation, load(key)?.kept);
  if (whole) [conversation, text] = [whole, JSON.stringify(whole)];
  const at = Date.now();
  const title = load(key)?.title ?? conversation.turns[0]?.question ?? "";
  if (!putWithRoom(key, JSON.stringify({ title, at, turns: conversation.turns.length, kept: text }))) {
    showToast("This conversation could not be kept: the browser has no room for it.");
    return;
  }
  session.put(`key ${conversation.id}`, key);
  session.put(`seen ${key}`, String(at));
  session.put("current", key);
}

// Stores a value; when there is no room, the oldest conversations are removed if that helps.
function putWithRoom(key, text) {
  if (store.put(key, text)) return true;
  const oldest = savedKeys().filter((other) => other !== key).sort((a, b) => (load(a)?.at ?? 0) - (load(b)?.at ?? 0));
  const removed = [];
  for (const other of oldest) {
    removed.push([other, store.get(other)]);
    store.drop(other);
    if (store.put(key, text)) {
      showToast("The browser’s store is full: the oldest conversations were removed from History.");
      return true;
    }
  }
  removed.forEach(([other, value]) => store.put(other, value));
  return false;
}

// The server has opened the conversation that was asked for, or begun an empty one.
export function noteOpened(stored) {
  const id = stored ? JSON.parse(stored).id : "";
  if (id) {
    if (session.get("opened")) session.put(`key ${id}`, session.get("opened"));
    save(stored);
  } else {
    session.put("current", "");
  }
  session.put("opened", "");
}
