// What the page does by itself: it leads from citations to passages, stores conversations in this browser, copies and
// saves. It is the script of the component `bus` (Gradio gives it `element` and `trigger`); what needs the server is
// passed on by `trigger`. Text is only ever inserted as text.

const STORE = "article-assistant/";
const THEME = "article-assistant-theme";
const page = document;
const find = (selector, root = page) => root.querySelector(selector);
const findAll = (selector, root = page) => [...root.querySelectorAll(selector)];
const narrow = window.matchMedia("(max-width: 60rem)");
let openAt = null; // the citation number to scroll to in the article that is being opened
let focusBefore = null; // what had the focus before the article was opened
let byPlot = false; // whether a plot asked for the articles, and not the form

function create(tag, properties, ...children) {
  const { data = {}, ...rest } = properties;
  const node = Object.assign(page.createElement(tag), rest);
  Object.assign(node.dataset, data);
  node.append(...children);
  return node;
}

// Read out by a screen reader, once. The element must be there before its text is.
const announcer = create("div", { className: "screen-reader-only", id: "announcer" });
announcer.setAttribute("role", "status");
page.body.append(announcer);

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

function scrollBehavior() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

// From a citation to its passage.

function highlight(id) {
  const passage = page.getElementById(id);
  if (!passage) return;
  const folder = passage.closest("details");
  if (folder) folder.open = true;
  findAll(".highlighted").forEach((node) => node.classList.remove("highlighted"));
  passage.classList.add("highlighted");
  passage.closest(".card")?.classList.add("highlighted");
  passage.focus({ preventScroll: true });
  (find("mark", passage) ?? passage).scrollIntoView({ block: "center", behavior: scrollBehavior() });
}

// The article that is read beside the conversation.

function showArticle() {
  const panel = find("#reader");
  panel.classList.add("open");
  page.body.classList.add("reading");
  setBackgroundInert(narrow.matches);
  const label = openAt && find(`#r-s${openAt}`, panel);
  const quote = label?.nextElementSibling ?? find("mark", panel);
  find("h2", panel)?.focus({ preventScroll: true });
  panel.scrollTop = 0;
  if (openAt && quote) {
    quote.classList.add("highlighted");
    quote.scrollIntoView({ block: "center" });
    quote.focus({ preventScroll: true });
  }
  openAt = null;
}

// On a small screen the article lies over everything, which is then out of reach.
function setBackgroundInert(isInert) {
  findAll("#head, #tabs").forEach((node) => { node.inert = isInert; });
}

narrow.addEventListener("change", () => setBackgroundInert(narrow.matches && page.body.classList.contains("reading")));

function closeArticle() {
  if (!page.body.classList.contains("reading")) return;
  page.body.classList.remove("reading");
  find("#reader").classList.remove("open");
  setBackgroundInert(false);
  if (focusBefore?.isConnected) focusBefore.focus();
}

// The browser's storage. It may be forbidden or full: then the window works without it.

const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* then it is not there either */ } },
  keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
};

// What this window alone remembers, also when it is loaded again.
const session = {
  get: (name) => { try { return sessionStorage.getItem(STORE + name); } catch { return null; } },
  put: (name, value) => { try { sessionStorage.setItem(STORE + name, value); } catch { /* then it is forgotten */ } },
};

// Conversations, each under its own key, so that two windows do not overwrite each other's.

function savedKeys() {
  return store.keys().filter((key) => key.startsWith(STORE));
}

function load(key) {
  try {
    const saved = JSON.parse(store.get(key));
    return saved && typeof saved.kept === "string" ? saved : null;
  } catch {
    return null;
  }
}

// The key of a conversation: the one it had, unless another window has gone on with it under that key.
function keyOf(id) {
  const key = session.get(`key ${id}`) ?? STORE + id;
  const saved = load(key);
  if (!saved || String(saved.at) === session.get(`seen ${key}`)) return key;
  return `${STORE}${id} ${Math.random().toString(36).slice(2)}`;
}

// The server takes no longer requests: of a long conversation it has the last turns, and the first ones stay here.
const MOST_SENT = 200_000; // bytes
const MOST_KEPT = 200; // turns

function lastTurns(text) {
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
  const first = before?.findIndex?.((turn) => turn.key === conversation.turns[0].key);
  if (!(first > 0)) return null;
  return { ...conversation, turns: [...before.slice(0, first), ...conversation.turns].slice(-MOST_KEPT) };
}

function save(text) {
  if (!text) return;
  let conversation = JSON.parse(text);
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

// A message that is shown and read out for a moment.
const toast = create("div", { className: "toast", id: "toast" });
toast.setAttribute("role", "status");
page.body.append(toast);

function showToast(text) {
  if (!text) return;
  toast.textContent = text;
  setTimeout(() => { if (toast.textContent === text) toast.textContent = ""; }, 8000);
}

function showSaved() {
  const list = find("[data-saved]");
  if (!list) return;
  const all = savedKeys().map((key) => [key, load(key)]).filter(([, saved]) => saved).sort((a, b) => b[1].at - a[1].at);
  list.replaceChildren(all.length
    ? create("ol", { className: "saved" }, ...all.map(([key, saved]) => savedItem(key, saved)))
    : create("p", { className: "hint", textContent: "None yet. What you ask is kept here, in this browser only." }));
}

function savedItem(key, saved) {
  const title = String(saved.title || "A conversation");
  const when = create("p", { className: "about" },
    `${new Date(saved.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })} · `
    + `${saved.turns} question${saved.turns === 1 ? "" : "s"}`);
  return create("li", {},
    create("button", { type: "button", className: "headline", data: { local: "open", key } }, create("bdi", {}, title)),
    when,
    create("div", { className: "actions" },
      savedButton("rename", "Rename", key, title), savedButton("delete", "Delete", key, title)));
}

function savedButton(action, label, key, title) {
  return create("button", { type: "button", className: "act quiet", data: { local: action, key } },
    label, create("span", { className: "screen-reader-only" }, ` ${title}`));
}

function rename(button) {
  const item = button.closest("li");
  const saved = load(button.dataset.key);
  if (!saved) return;
  const name = create("input", { name: "name", value: saved.title, maxLength: 200 });
  const form = create("form", { className: "reason", data: { local: "renamed", key: button.dataset.key } },
    create("label", {}, "Name ", name), create("button", { type: "submit", className: "act quiet" }, "Save"));
  item.replaceChildren(form);
  name.focus();
  name.select();
}

function reopen(key) {
  const saved = load(key);
  if (!saved) return;
  session.put("opened", key);
  session.put(`seen ${key}`, String(saved.at));
  send("open", { stored: lastTurns(saved.kept) });
}

const localActions = {
  open: (button) => reopen(button.dataset.key),
  rename,
  renamed: (form) => {
    const saved = load(form.dataset.key);
    const title = new FormData(form).get("name").trim();
    if (saved && title) store.put(form.dataset.key, JSON.stringify({ ...saved, title }));
    showSaved();
    findAll(".saved .headline").find((button) => button.dataset.key === form.dataset.key)?.focus();
  },
  // The first click asks, the second deletes.
  delete: (button) => {
    if (!button.classList.contains("confirming")) {
      button.classList.add("confirming");
      button.firstChild.textContent = "Delete for good";
      return;
    }
    const next = button.closest("li").nextElementSibling;
    store.drop(button.dataset.key);
    showSaved();
    announce("Deleted.");
    (next ? findAll(".saved .headline")[0] : find("#saved-conversations h2"))?.focus();
  },
};

// Copying and saving.

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https a browser offers only the old way.
    const box = create("textarea", { value: text, className: "screen-reader-only" });
    page.body.append(box);
    box.select();
    page.execCommand("copy");
    box.remove();
  }
}

function deliver(file) {
  if (!file) return;
  const { name, kind, text } = JSON.parse(file);
  const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  const link = create("a", { href: address, download: name });
  if (kind === "text/html" && window.open(address, "_blank")) return;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// What a user does.

// One question at a time. An answer is there a moment before the server is done with it; what a user does in that
// moment waits until it is, and clicks while the answer is being made are ignored.
let askedAt = null; // when the last question was asked, until the server is done with it
let keyBefore = null; // the key of the turn that was the last one then
let waiting = []; // what is done once the server is done

function isAnswering() {
  return Boolean(find(".turn.running"));
}

function isBusy() {
  return isAnswering() || (askedAt !== null && performance.now() - askedAt < 5000);
}

function finishQuestion() {
  askedAt = null;
  const actions = waiting;
  waiting = [];
  actions.forEach((action) => action());
}

function beginQuestion() {
  askedAt = performance.now();
  keyBefore = find("#now .turn")?.dataset.key;
}

function holdBackQuestion(event) {
  const enter = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  const asks = event.type === "click" ? event.target.closest("#send") : enter && event.target.closest("#question");
  if (!asks) return;
  if (!isBusy()) {
    beginQuestion();
    return;
  }
  event.stopImmediatePropagation();
  event.preventDefault();
  if (!isAnswering() && find("#now .turn")?.dataset.key !== keyBefore) waiting = [() => find("#send").click()];
}

page.addEventListener("click", holdBackQuestion, true);
page.addEventListener("keydown", holdBackQuestion, true);

// Events that change the conversation under an answer that is being made, or need the answer as the server has it.
const AFTER_ANSWER = ["edit", "cancel_edit", "reuse", "scope", "unscope", "rate", "reason", "watch"];

const ASKING = ["ask_offered", "retry", "reinterpret"];

function send(act, data) {
  if (AFTER_ANSWER.includes(act) || ASKING.includes(act)) {
    if (isAnswering()) {
      showToast("Wait for the answer, or stop it.");
      return;
    }
    if (isBusy()) {
      waiting.push(() => send(act, data));
      return;
    }
    if (ASKING.includes(act)) beginQuestion();
  }
  if (act === "browse" || act === "news") {
    askForList(act, data);
    return;
  }
  if (act === "read") {
    openAt = data.at ?? null;
    focusBefore = page.activeElement;
  }
  trigger(act, data);
}

// The articles and the news are asked for one list after the other, as requests that are under way together may end in
// another order. "Show more" goes on with what was asked for last, which may not be shown yet.
const lists = {};

function askForList(act, data) {
  const list = lists[act] ??= { asked: data };
  const { by, ...fields } = list.asked;
  list.asked = "shown" in data ? { ...fields, shown: data.shown } : data;
  if (performance.now() - list.since < 10_000) list.isStale = true;
  else loadList(act);
}

function loadList(act) {
  const list = lists[act];
  Object.assign(list, { since: performance.now(), isStale: false });
  if (act === "browse") byPlot = "by" in list.asked;
  trigger(act, list.asked);
}

function listed(act) {
  const list = lists[act];
  list.since = NaN;
  if (list.isStale) loadList(act);
  else if (act === "browse") fillForm();
}

const pageActions = {
  close: closeArticle,
  copy: async (button) => {
    await copy(button.dataset.text);
    const label = button.firstChild;
    label.textContent = "Copied";
    announce("Copied.");
    setTimeout(() => { label.textContent = "Copy"; }, 2000);
  },
  ask: (button) => send("ask_offered", { question: button.dataset.question }),
  back: (button) => {
    const turn = page.getElementById(`t${button.dataset.turn}`);
    turn?.scrollIntoView({ block: "start", behavior: scrollBehavior() });
    if (turn) find(".cite", turn)?.focus({ preventScroll: true });
  },
  theme: () => {
    const dark = page.body.classList.toggle("dark");
    store.put(THEME, dark ? "dark" : "light");
  },
};

page.addEventListener("click", (event) => {
  const cite = event.target.closest("a.cite");
  if (cite && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    highlight(cite.getAttribute("href").slice(1));
    return;
  }
  const button = event.target.closest("button[data-act], button[data-local]");
  if (!button) return;
  const { act, local, ...data } = button.dataset;
  if (local) localActions[local](button);
  else if (pageActions[act]) pageActions[act](button);
  else send(act, data);
});

page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act], form[data-local]");
  if (!form) return;
  event.preventDefault();
  const { act, local, ...data } = form.dataset;
  if (local) localActions[local](form);
  else send(act, { ...data, ...Object.fromEntries(new FormData(form, event.submitter)) });
  // The options of a refresh hold for one refresh.
  if (act === "refresh") findAll("input[type=checkbox]", form).forEach((box) => { box.checked = false; });
});

page.addEventListener("reset", (event) => {
  const form = event.target.closest("form.filter[data-act]");
  if (form) setTimeout(() => form.requestSubmit());
});

page.addEventListener("change", (event) => {
  const { target } = event;
  if (!target.matches("form.filter:not(.compare) :is(select, input[type=date], input[type=radio])")) return;
  if (target.name === "day" || target.type === "radio") syncSince(target);
  target.form.requestSubmit();
});

// News are listed since one of the days that are offered, or since one that is typed.
function syncSince(field) {
  const radios = findAll("input[type=radio]", field.form);
  if (field.type === "radio") field.form.elements.day.value = "";
  else radios.forEach((radio, n) => { radio.checked = !field.value && n === 0; });
}

page.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeArticle();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
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

const theme = store.get(THEME);
if (theme) page.body.classList.toggle("dark", theme === "dark");

// Called when the server has answered.
window.articleAssistant = {
  isBusy,
  save,
  deliver,
  showArticle,
  showSaved,
  // The button that was pressed may have been drawn anew.
  refreshed: () => {
    if (page.activeElement === page.body) find(".refresh-form button")?.focus({ preventScroll: true });
  },
  showToast,
  answered: (stored, announcement) => {
    save(stored);
    announce(announcement);
    find("#now .turn")?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    // What was pressed is gone or disabled now: the answer is where reading goes on.
    if (page.activeElement === page.body) find("#now .question")?.focus({ preventScroll: true });
    finishQuestion();
  },
  opened: (stored) => {
    if (stored) {
      const id = JSON.parse(stored).id;
      if (session.get("opened")) session.put(`key ${id}`, session.get("opened"));
      save(stored);
    } else {
      session.put("current", "");
    }
    session.put("opened", "");
    finishQuestion();
    closeArticle();
    focusQuestion();
  },
  focusQuestion,
  articlesListed: () => listed("browse"),
  newsListed: () => listed("news"),
};

// The form says what is listed, also when a plot asked for it; then its tab may not be drawn yet.
function fillForm(tries = 100) {
  const form = find("#article-form form");
  const list = find("#article-list .articles");
  if (!byPlot) return;
  if (!(form && list) && tries) {
    requestAnimationFrame(() => fillForm(tries - 1));
    return;
  }
  byPlot = false;
  ["text", "source", "since", "until"].forEach((name) => { form.elements[name].value = list.dataset[name] ?? ""; });
}

function focusQuestion() {
  if (!narrow.matches) find("#question textarea")?.focus();
}

// Where this window was before it was loaded again.
if (session.get("current")) reopen(session.get("current"));
