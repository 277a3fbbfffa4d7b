// Addresses: what the page shows has one (addresses.py), opening one shows it, back and forward go through them.
//
// A place is a tab, in Ask with the turn that is looked at, and perhaps a panel over it: an article or a story. The
// entry of the history has it as its state: { tab, path, conversation, turn, panel }.

import { tell } from "./bus.js";
import { isKept, keyNow } from "./conversations.js";
import { find, page, scrollBehavior } from "./dom.js";
import { reopen } from "./history.js";
import { fieldsOf } from "./lists.js";
import { send } from "./actions.js";
import { fromPath } from "./names.js";
import { closeReader, isReading } from "./reader.js";
import { closeShared } from "./sharing.js";
import { session } from "./storage.js";
import { openTab, tabNamed, tabNow } from "./tabs.js";

const TITLE = "Article Assistant";
const LONGEST_TITLE = 80;
const PANELS = { article: "read", story: "story" };
const TABS = ["ask", "articles", "coverage", "news", "collections", "history", "maintenance"];
const LISTS = { articles: "browse", news: "news" }; // tabs, and the events that list what is in them
const SCOPE = ["source", "dates", "since", "until", "story", "article", "model"];
const root = new URL(page.baseURI); // page.py: the base of the page is the window's root

let at = null; // the place that is shown
let listWanted = null; // the place whose list is asked for once its tab has listed what it lists by itself
let isTyping = false; // in the field of a list, since it was listed last
let going = 0; // how many changes of tab are ours, and no place of their own

// What an address names.
export function parse(url) {
  const path = url.pathname.slice(root.pathname.length).replace(/\/$/, "");
  const [kind, id] = path.split("/");
  const fields = url.searchParams;
  if (PANELS[kind] && id) return { tab: "ask", path: "", panel: path + url.hash };
  if (kind === "answer" && id) return { tab: "ask", path, shared: id };
  if (TABS.includes(kind)) return { tab: kind, path: path + url.search, fields };
  return { tab: "ask", path: url.search, fields, question: fields.get("q") ?? "" };
}

// What a question is limited to.
function limitsIn(fields) {
  return Object.fromEntries(Object.entries(fieldsOf(fields)).filter(([name]) => SCOPE.includes(name)));
}

function selectTab(name) {
  const isThere = Boolean(tabNamed(name));
  if (openTab(name)) going += 1;
  return isThere;
}

// The place in which the page is, as its entry in the history has it.

function here() {
  return history.state?.tab ? history.state : { tab: "ask", path: "" };
}

function isSame(a, b) {
  return ["tab", "path", "panel", "turn"].every((name) => (a[name] ?? "") === (b[name] ?? ""));
}

function go(place, { replacing = false } = {}) {
  const url = new URL(place.panel || place.path || "", root);
  const known = isSame(place, here());
  history[replacing || known ? "replaceState" : "pushState"](place, "", url);
  at = place;
  setTitle(place);
}

// The title follows what an address has opened, once it is there.
export function nameHere() {
  setTitle(here());
}

function setTitle(place) {
  const panel = place.panel && isReading() && find("#reader h2")?.textContent;
  const question = place.tab === "ask" && place.turn && find(`[data-key="${CSS.escape(place.turn)}"] .question`)?.textContent;
  const shared = page.body.classList.contains("showing-shared") && find("#shared-question")?.textContent;
  const tab = place.tab === "ask" ? "" : place.tab[0].toUpperCase() + place.tab.slice(1);
  const name = (panel || shared || question || tab || "").trim();
  page.title = name ? `${name.length > LONGEST_TITLE ? `${name.slice(0, LONGEST_TITLE)}…` : name} – ${TITLE}` : TITLE;
}

// What happened in the page: it is at another place now.

// The answer of the last turn is there.
export function noteAnswered() {
  const turn = find("#now .turn");
  if (!turn) return;
  const path = turn.dataset.address ?? "";
  const asked = here();
  const replacing = asked.tab === "ask" && asked.path === path && !asked.turn;
  go({ tab: "ask", path, conversation: keyNow(), turn: turn.dataset.key }, { replacing });
}

// Another conversation is shown, or an empty one.
export function noteOpened() {
  if (tabNow() !== "ask") {
    if (here().panel) showPanel(here());
    return;
  }
  const turn = find("#now .turn");
  if (wanted?.shared) {
    tell("shared", { key: wanted.shared });
    wanted = null;
    return;
  }
  if (wanted?.turn || wanted?.panel) {
    const isGone = wanted.turn && !turn; // its conversation is not kept any more
    const place = isGone ? { tab: "ask", path: "", panel: wanted.panel } : wanted;
    wanted = null;
    if (isGone) go(place, { replacing: true });
    showTurn(place.turn ?? "");
    showPanel(place);
    setTitle(place);
    return;
  }
  if (!turn) go({ tab: "ask", path: "" }, { replacing: wanted !== null });
  else go({ tab: "ask", path: turn.dataset.address ?? "", conversation: keyNow(), turn: turn.dataset.key },
    { replacing: here().path === "" || wanted !== null });
  wanted = null;
}

// An article or a story is shown in the panel. `path` is its address.
export function notePanel(path) {
  const { panel, ...place } = here();
  go({ ...place, panel: path, below: panel === undefined || here().below });
}

// The panel was closed by the user: what is below it has its address again.
export function leavePanel() {
  const { panel, below, ...place } = here();
  if (panel === undefined) return;
  if (below && history.length > 1) history.back();
  else go(place, { replacing: true });
}

// The panel was closed for something else: going back opens it again.
export function dropPanel() {
  const { panel, below, ...place } = here();
  if (panel !== undefined) go(place);
}

// A list shows what its address says.
export function noteList(tab, path) {
  if (listWanted?.tab === tab) {
    const place = listWanted;
    listWanted = null;
    if (at === place && isListedOtherwise(place)) {
      askList(place);
      return;
    }
  }
  if (tabNow() !== tab || here().panel) return;
  const before = here();
  // What a tab lists at first, more of the same and what is still being typed are no places of their own.
  const replacing = before.tab === tab && (!before.listed || isTyping || isMore(before.path, path || tab));
  isTyping = page.activeElement?.matches("form.filter input[name=text]") ?? false;
  go({ tab, path: path || tab, listed: true }, { replacing });
}

function isMore(...paths) {
  const [before, after] = paths.map((path) => {
    const url = new URL(path, root);
    url.searchParams.delete("shown");
    return url.href;
  });
  return before === after;
}

page.addEventListener("focusout", () => { isTyping = false; });

function noteTab() {
  const tab = tabNow();
  if (going > 0) {
    going -= 1;
    return;
  }
  if (here().tab === tab) return;
  const panel = here().panel ? { panel: here().panel } : {}; // it stays open beside the other tab
  if (tab !== "ask") go({ tab, path: find(`#tab-${tab} [data-address]`)?.dataset.address ?? tab, ...panel });
  else goAsk(panel);
}

// To the conversation, as it is.
export function goAsk(panel = {}) {
  const turn = find("#now .turn");
  const conversation = turn ? keyNow() : "";
  go({ tab: "ask", path: turn?.dataset.address ?? "", conversation, turn: turn?.dataset.key, ...panel });
}

// Back and forward.

let wanted = null; // the place that is gone to while the server opens its conversation

function showTurn(key) {
  const turn = find(`[data-key="${CSS.escape(key)}"]`);
  turn?.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  return Boolean(turn);
}

function showPanel(place) {
  if (!place.panel) {
    closeReader();
    return;
  }
  const [path, ...rest] = place.panel.split("#");
  const [kind, id] = path.split("/");
  const quote = decoded(rest.join("#"));
  send(PANELS[kind], { [kind]: fromPath(id), ...(quote ? { quote } : {}), by: "address" });
}

// What was typed into an address may hold a % that is only that.
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function showConversation(place) {
  if (place.turn && showTurn(place.turn)) return;
  if (isKept(place.conversation)) {
    wanted = place;
    reopen(place.conversation, { again: true });
  } else if (place.turn || place.question) {
    ask(place);
  } else if (find(".turn")) {
    wanted = place;
    tell("new");
  }
}

function ask(place) {
  const fields = place.fields ?? new URL(place.path, root).searchParams;
  const question = fields.get("q");
  if (question) send("ask_offered", { question, afresh: "yes", ...limitsIn(fields) });
}

// Whether the list of a tab shows something else than the place says.
function isListedOtherwise({ tab, path }) {
  const listed = find(`#tab-${tab} [data-address]`)?.dataset.address;
  return listed === undefined ? path.includes("?") : listed !== path;
}

function listFields({ tab, path }) {
  return { ...fieldsOf(new URL(path, root).searchParams), ...(tab === "articles" ? { by: "address" } : {}) };
}

function askList(place) {
  send(LISTS[place.tab], listFields(place));
}

// Some tabs come once it is known that this user may see them.
function awaitTab(place) {
  const watch = new MutationObserver(() => {
    if (at === place && !tabNamed(place.tab)) return;
    watch.disconnect();
    if (at === place) show(place);
  });
  watch.observe(page.body, { childList: true, subtree: true });
}

function show(place) {
  at = place;
  const isThere = tabNow() === place.tab;
  if (!selectTab(place.tab)) {
    awaitTab(place);
    return;
  }
  if (!place.shared) closeShared();
  if (place.shared) tell("shared", { key: place.shared });
  else if (place.tab === "ask") showConversation(place);
  else if (place.tab in LISTS && isListedOtherwise(place)) {
    if (isThere) askList(place);
    else listWanted = place;
  }
  // What is opened for it closes the panel, and opens it again once it is there.
  if (!place.panel || wanted !== place) showPanel(place);
  setTitle(place);
}

window.addEventListener("popstate", (event) => {
  const place = event.state?.tab ? event.state : parse(new URL(location.href));
  if (at && tabNow() === place.tab && isSame({ ...at, panel: "" }, { ...place, panel: "" })) {
    at = place;
    showPanel(place); // nothing below it is scrolled
    setTitle(place);
    return;
  }
  show(place);
});

// The page is drawn: what its address names is shown, or where this window was before it was loaded again. Whether a
// conversation is opened for it is given back.
export function start() {
  watchTabs();
  const kept = history.state?.tab ? history.state : null;
  const place = kept ?? parse(new URL(location.href));
  const named = place.panel || place.shared || place.question || place.tab !== "ask";
  const before = kept?.conversation || (named && !kept ? "" : session.get("current"));
  const isRestored = Boolean(before) && reopen(before, { staying: place.tab !== "ask", again: true });
  if (!kept) history.replaceState(serializable(place), "");
  if (isRestored && place.tab === "ask") wanted = place;
  else if (place.tab !== "ask" || place.question || place.shared) show(place);
  if (place.panel && !isRestored) showPanel(place);
  return isRestored;
}

function serializable({ tab, path, panel, shared, question }) {
  return { tab, path, ...(panel ? { panel } : {}), ...(shared ? { shared } : {}), ...(question ? { question } : {}) };
}

function watchTabs() {
  const tabs = find("#tabs");
  if (!tabs) {
    requestAnimationFrame(watchTabs);
    return;
  }
  let last = tabNow();
  new MutationObserver(() => {
    if (tabNow() === last) return;
    last = tabNow();
    noteTab();
  }).observe(tabs, { attributes: true, attributeFilter: ["aria-selected"], subtree: true });
}
