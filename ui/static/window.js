// What the page does by itself: leads from a number to its words, keeps conversations in this browser, copies, saves.
// It is the script of the component `bus` (Gradio gives it `element` and `trigger`); what needs the server is passed
// on by `trigger`. Texts are only ever put in as text.

const STORE = "article-assistant/";
const THEME = "article-assistant-theme";
const page = document;
const one = (selector, inside = page) => inside.querySelector(selector);
const all = (selector, inside = page) => [...inside.querySelectorAll(selector)];
const narrow = window.matchMedia("(max-width: 60rem)");
let at = null; // the number whose words are wanted in the article that is being opened
let opener = null; // where the focus was before it
let byPlot = false; // whether a plot asked for the articles, and not the form

function made(tag, properties, ...inside) {
  const { data = {}, ...rest } = properties;
  const node = Object.assign(page.createElement(tag), rest);
  Object.assign(node.dataset, data);
  node.append(...inside);
  return node;
}

// Said to a screen reader, once. The place must be there before it says something.
const heardAt = made("div", { className: "unseen", id: "announcer" });
heardAt.setAttribute("role", "status");
page.body.append(heardAt);

function announce(text) {
  heardAt.textContent = "";
  requestAnimationFrame(() => { heardAt.textContent = text; });
}

function smooth() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

// From a number to the words that it stands for.

function bringForward(place) {
  const passage = page.getElementById(place);
  if (!passage) return;
  const folder = passage.closest("details");
  if (folder) folder.open = true;
  all(".forward").forEach((node) => node.classList.remove("forward"));
  passage.classList.add("forward");
  passage.closest(".card")?.classList.add("forward");
  passage.focus({ preventScroll: true });
  (one("mark", passage) ?? passage).scrollIntoView({ block: "center", behavior: smooth() });
}

// The article that is read beside the conversation.

function reading() {
  const panel = one("#reader");
  panel.classList.add("open");
  page.body.classList.add("reading");
  others(narrow.matches);
  const label = at && one(`#r-s${at}`, panel);
  const words = label?.nextElementSibling ?? one("mark", panel);
  one("h2", panel)?.focus({ preventScroll: true });
  panel.scrollTop = 0;
  if (at && words) {
    words.classList.add("forward");
    words.scrollIntoView({ block: "center" });
    words.focus({ preventScroll: true });
  }
  at = null;
}

// On a small screen the article lies over everything, which is then out of reach.
function others(away) {
  all("#head, #tabs").forEach((node) => { node.inert = away; });
}

narrow.addEventListener("change", () => others(narrow.matches && page.body.classList.contains("reading")));

function close() {
  if (!page.body.classList.contains("reading")) return;
  page.body.classList.remove("reading");
  one("#reader").classList.remove("open");
  others(false);
  if (opener?.isConnected) opener.focus();
}

// What the browser keeps. It may not let us, and it may be full: then the window works without.

const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* it is not there either */ } },
  keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
};

// What this window alone remembers, also when it is loaded again.
const mine = {
  get: (name) => { try { return sessionStorage.getItem(STORE + name); } catch { return null; } },
  put: (name, value) => { try { sessionStorage.setItem(STORE + name, value); } catch { /* it begins anew then */ } },
};

// Conversations, under a key each, so that two windows do not overwrite each other's.

function keys() {
  return store.keys().filter((key) => key.startsWith(STORE));
}

function stored(key) {
  try {
    const found = JSON.parse(store.get(key));
    return found && typeof found.kept === "string" ? found : null;
  } catch {
    return null;
  }
}

// Where a conversation is kept: where it was, unless another window has gone on with it there.
function placeOf(id) {
  const key = mine.get(`key ${id}`) ?? STORE + id;
  const there = stored(key);
  if (!there || String(there.at) === mine.get(`seen ${key}`)) return key;
  return `${STORE}${id} ${Math.random().toString(36).slice(2)}`;
}

function keep(text) {
  if (!text) return;
  const talk = JSON.parse(text);
  const key = placeOf(talk.id);
  const at = Date.now();
  const title = stored(key)?.title ?? talk.turns[0]?.question ?? "";
  if (!put(key, JSON.stringify({ title, at, turns: talk.turns.length, kept: text }))) {
    tell("This conversation could not be kept: the browser has no room for it.");
    return;
  }
  mine.put(`key ${talk.id}`, key);
  mine.put(`seen ${key}`, String(at));
  mine.put("current", key);
}

// The oldest conversations make room, if that helps.
function put(key, value) {
  if (store.put(key, value)) return true;
  const oldest = keys().filter((other) => other !== key).sort((a, b) => (stored(a)?.at ?? 0) - (stored(b)?.at ?? 0));
  const gone = [];
  for (const other of oldest) {
    gone.push([other, store.get(other)]);
    store.drop(other);
    if (store.put(key, value)) {
      tell("The browser’s store is full: the oldest conversations were removed from History.");
      return true;
    }
  }
  gone.forEach(([other, was]) => store.put(other, was));
  return false;
}

// Said for a moment, to be seen and heard.
const told = made("div", { className: "told", id: "told" });
told.setAttribute("role", "status");
page.body.append(told);

function tell(text) {
  told.textContent = text;
  setTimeout(() => { if (told.textContent === text) told.textContent = ""; }, 8000);
}

function shelve() {
  const place = one("[data-shelf]");
  if (!place) return;
  const found = keys().map((key) => [key, stored(key)]).filter(([, talk]) => talk).sort((a, b) => b[1].at - a[1].at);
  place.replaceChildren(found.length
    ? made("ol", { className: "shelf" }, ...found.map(([key, talk]) => shelved(key, talk)))
    : made("p", { className: "hint", textContent: "None yet. What you ask is kept here, in this browser only." }));
}

function shelved(key, talk) {
  const title = String(talk.title || "A conversation");
  const when = made("p", { className: "about" },
    `${new Date(talk.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })} · `
    + `${talk.turns} question${talk.turns === 1 ? "" : "s"}`);
  return made("li", {},
    made("button", { type: "button", className: "headline", data: { own: "open", key } }, made("bdi", {}, title)), when,
    made("div", { className: "actions" },
      shelfButton("rename", "Rename", key, title), shelfButton("delete", "Delete", key, title)));
}

function shelfButton(own, label, key, title) {
  return made("button", { type: "button", className: "act quiet", data: { own, key } },
    label, made("span", { className: "unseen" }, ` ${title}`));
}

function rename(button) {
  const item = button.closest("li");
  const talk = stored(button.dataset.key);
  if (!talk) return;
  const name = made("input", { name: "name", value: talk.title, maxLength: 200 });
  const form = made("form", { className: "reason", data: { own: "renamed", key: button.dataset.key } },
    made("label", {}, "Name ", name), made("button", { type: "submit", className: "act quiet" }, "Save"));
  item.replaceChildren(form);
  name.focus();
  name.select();
}

function reopen(key) {
  const talk = stored(key);
  if (!talk) return;
  mine.put("opened", key);
  mine.put(`seen ${key}`, String(talk.at));
  send("open", { kept: talk.kept });
}

const own = {
  open: (button) => reopen(button.dataset.key),
  rename,
  renamed: (form) => {
    const talk = stored(form.dataset.key);
    const title = new FormData(form).get("name").trim();
    if (talk && title) store.put(form.dataset.key, JSON.stringify({ ...talk, title }));
    shelve();
    all(".shelf .headline").find((button) => button.dataset.key === form.dataset.key)?.focus();
  },
  // Once to ask, once to do it.
  delete: (button) => {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.firstChild.textContent = "Delete for good";
      return;
    }
    const next = button.closest("li").nextElementSibling;
    store.drop(button.dataset.key);
    shelve();
    announce("Deleted.");
    (next ? all(".shelf .headline")[0] : one("#shelf h2"))?.focus();
  },
};

// Copying and saving.

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https a browser offers only the old way.
    const box = made("textarea", { value: text, className: "unseen" });
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
  const link = made("a", { href: address, download: name });
  if (kind === "text/html" && window.open(address, "_blank")) return;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// What a reader does.

// One question at a time. An answer is there a moment before the server is done with it; what a reader does in that
// moment waits until it is, and clicks that come while it is on its way are let go.
let asked = null; // when the last question was asked, until it is done with
let before = null; // the answer that stood last then
let waiting = []; // what is done then

function onItsWay() {
  return Boolean(one(".turn.running"));
}

function isBusy() {
  return onItsWay() || (asked !== null && performance.now() - asked < 5000);
}

function done() {
  asked = null;
  const now = waiting;
  waiting = [];
  now.forEach((act) => act());
}

function begin() {
  asked = performance.now();
  before = one("#now .turn")?.dataset.key;
}

function holdBack(event) {
  const enter = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  const asks = event.type === "click" ? event.target.closest("#send") : enter && event.target.closest("#question");
  if (!asks) return;
  if (!isBusy()) {
    begin();
    return;
  }
  event.stopImmediatePropagation();
  event.preventDefault();
  if (!onItsWay() && one("#now .turn")?.dataset.key !== before) waiting = [() => one("#send").click()];
}

page.addEventListener("click", holdBack, true);
page.addEventListener("keydown", holdBack, true);

// What would change the conversation under an answer that is on its way, or needs the answer as the server has it.
const LATER = ["edit", "keep", "reuse", "scope", "unscope", "rate", "reason", "watch"];

const ASKING = ["ask_offered", "retry", "reread"];

function send(act, data) {
  if (LATER.includes(act) || ASKING.includes(act)) {
    if (onItsWay()) {
      tell("Wait for the answer, or stop it.");
      return;
    }
    if (isBusy()) {
      waiting.push(() => send(act, data));
      return;
    }
    if (ASKING.includes(act)) begin();
  }
  if (act === "browse") byPlot = "by" in data;
  if (act === "read") {
    at = data.at ?? null;
    opener = page.activeElement;
  }
  trigger(act, data);
}

const acts = {
  close,
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
    turn?.scrollIntoView({ block: "start", behavior: smooth() });
    if (turn) one(".cite", turn)?.focus({ preventScroll: true });
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
    bringForward(cite.getAttribute("href").slice(1));
    return;
  }
  const button = event.target.closest("button[data-act], button[data-own]");
  if (!button) return;
  const { act, own: mine, ...data } = button.dataset;
  if (mine) own[mine](button);
  else if (acts[act]) acts[act](button);
  else send(act, data);
});

page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act], form[data-own]");
  if (!form) return;
  event.preventDefault();
  const { act, own: mine, ...data } = form.dataset;
  if (mine) own[mine](form);
  else send(act, { ...data, ...Object.fromEntries(new FormData(form, event.submitter)) });
  // What is ticked before a refresh is meant once.
  if (act === "refresh") all("input[type=checkbox]", form).forEach((box) => { box.checked = false; });
});

page.addEventListener("reset", (event) => {
  const form = event.target.closest("form.filter[data-act]");
  if (form) setTimeout(() => form.requestSubmit());
});

page.addEventListener("change", (event) => {
  const { target } = event;
  if (!target.matches("form.filter:not(.compare) :is(select, input[type=date], input[type=radio])")) return;
  if (target.name === "day" || target.type === "radio") choose(target);
  target.form.requestSubmit();
});

// News are looked for since one of the days that are offered, or since one that is typed.
function choose(field) {
  const offered = all("input[type=radio]", field.form);
  if (field.type === "radio") field.form.elements.day.value = "";
  else offered.forEach((radio, n) => { radio.checked = !field.value && n === 0; });
}

page.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  const bars = step && event.target.closest?.("[data-roving], [role=tablist]");
  if (!bars) return;
  const among = all("button:not([disabled])", bars);
  const next = among[Math.min(among.length - 1, Math.max(0, among.indexOf(event.target) + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// Of the bars of a row one is reached with Tab, the others from there with the arrows.
function rove() {
  all("[data-roving]").forEach((row) => all("button", row).forEach((bar, n) => { bar.tabIndex = n ? -1 : 0; }));
}

page.addEventListener("focusin", rove);
page.addEventListener("keydown", rove, true);

const theme = store.get(THEME);
if (theme) page.body.classList.toggle("dark", theme === "dark");

// Called when the server has answered.
window.articleAssistant = {
  isBusy,
  keep,
  deliver,
  reading,
  shelve,
  // The button that was pressed may have been drawn anew.
  refreshed: () => {
    if (page.activeElement === page.body) one(".upkeep button")?.focus({ preventScroll: true });
  },
  note: (text) => { if (text) tell(text); },
  answered: (kept, heard) => {
    keep(kept);
    announce(heard);
    one("#now .turn")?.scrollIntoView({ block: "nearest", behavior: smooth() });
    // What was pressed is gone or at rest now: the answer is where reading goes on.
    if (page.activeElement === page.body) one("#now .question")?.focus({ preventScroll: true });
    done();
  },
  opened: (kept) => {
    if (kept) {
      const id = JSON.parse(kept).id;
      if (mine.get("opened")) mine.put(`key ${id}`, mine.get("opened"));
      keep(kept);
    } else {
      mine.put("current", "");
    }
    mine.put("opened", "");
    done();
    close();
    type();
  },
  type,
  found,
};

// The form says what is listed, also when a plot asked for it; its tab may only be about to be drawn then.
function found(tries = 100) {
  const form = one("form.filter");
  const list = one("#list .articles");
  if (!byPlot) return;
  if (!(form && list) && tries) {
    requestAnimationFrame(() => found(tries - 1));
    return;
  }
  byPlot = false;
  ["text", "source", "since", "until"].forEach((name) => { form.elements[name].value = list.dataset[name] ?? ""; });
}

function type() {
  if (!narrow.matches) one("#question textarea")?.focus();
}

// Where this window was before it was loaded again.
if (mine.get("current")) reopen(mine.get("current"));
