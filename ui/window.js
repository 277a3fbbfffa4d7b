// What the page does by itself: leads from a number to its words, keeps conversations in this browser, copies, saves.
// It is the script of the component `bus` (Gradio gives it `element` and `trigger`); what needs the server is passed
// on by `trigger`. Texts are only ever put in as text.

const STORE = "article-assistant/";
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

function close() {
  if (!page.body.classList.contains("reading")) return;
  page.body.classList.remove("reading");
  one("#reader").classList.remove("open");
  others(false);
  if (opener?.isConnected) opener.focus();
}

// Conversations, kept under a key each, so that two windows do not overwrite each other's.

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(STORE));
}

function stored(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key));
    return found && typeof found.kept === "string" ? found : null;
  } catch {
    return null;
  }
}

function keep(text) {
  if (!text) return;
  const talk = JSON.parse(text);
  const key = STORE + talk.id;
  const title = stored(key)?.title ?? talk.turns[0]?.question ?? "";
  const value = JSON.stringify({ title, at: Date.now(), turns: talk.turns.length, kept: text });
  remember(talk.id);
  for (;;) {
    try {
      localStorage.setItem(key, value);
      return;
    } catch {
      const oldest = keys().filter((other) => other !== key)
        .sort((a, b) => (stored(a)?.at ?? 0) - (stored(b)?.at ?? 0))[0];
      if (!oldest) return;
      localStorage.removeItem(oldest); // the browser's store is full
    }
  }
}

// A window that is loaded again goes on where it was.
function remember(id) {
  try { sessionStorage.setItem(STORE, id); } catch { /* it begins anew then */ }
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

const own = {
  open: (button) => send("open", { kept: stored(button.dataset.key)?.kept ?? "" }),
  rename,
  renamed: (form) => {
    const talk = stored(form.dataset.key);
    const title = new FormData(form).get("name").trim();
    if (talk && title) localStorage.setItem(form.dataset.key, JSON.stringify({ ...talk, title }));
    shelve();
  },
  // Once to ask, once to do it.
  delete: (button) => {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.firstChild.textContent = "Delete for good";
      return;
    }
    const next = button.closest("li").nextElementSibling;
    localStorage.removeItem(button.dataset.key);
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

// One question at a time: clicks that come faster than the page can show that one is on its way are let go.
let asked = -Infinity;

function mayAsk() {
  if (one(".turn.running") || performance.now() - asked < 1000) return false;
  asked = performance.now();
  return true;
}

function holdBack(event) {
  const enter = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  const asks = event.type === "click" ? event.target.closest("#send") : enter && event.target.closest("#question");
  if (!asks || mayAsk()) return;
  event.stopImmediatePropagation();
  event.preventDefault();
}

page.addEventListener("click", holdBack, true);
page.addEventListener("keydown", holdBack, true);

function send(act, data) {
  if (["ask_offered", "retry", "reread"].includes(act) && !mayAsk()) return;
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
    localStorage.setItem("article-assistant-theme", dark ? "dark" : "light");
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
  else send(act, { ...data, ...Object.fromEntries(new FormData(form)) });
});

page.addEventListener("reset", (event) => {
  const form = event.target.closest("form[data-act]");
  if (form) setTimeout(() => form.requestSubmit());
});

page.addEventListener("change", (event) => {
  if (event.target.matches("form.filter :is(select, input[type=date])")) event.target.form.requestSubmit();
});

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

new MutationObserver(rove).observe(page.body, { childList: true, subtree: true });

const theme = localStorage.getItem("article-assistant-theme");
if (theme) page.body.classList.toggle("dark", theme === "dark");

// Called when the server has answered.
window.articleAssistant = {
  keep,
  deliver,
  reading,
  shelve,
  answered: (kept, heard) => {
    asked = -Infinity;
    keep(kept);
    announce(heard);
    one("#now .turn")?.scrollIntoView({ block: "nearest", behavior: smooth() });
  },
  opened: (kept) => {
    if (kept) keep(kept);
    else remember("");
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
const last = stored(STORE + sessionStorage.getItem(STORE));
if (last) send("open", { kept: last.kept });
