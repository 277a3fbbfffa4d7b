// The composer: the filters beside the question, the model that answers, and the keys of the box. What is chosen stands
// in the data of .composer-notes, as the server has it; the popovers follow that.

import { send } from "./actions.js";
import { focusQuestion } from "./asking.js";
import { choose, chosen } from "./choosing.js";
import { find, findAll, narrow, page } from "./dom.js";
import { closeReader } from "./reader.js";
import { dropPanel } from "./router.js";
import { store } from "./storage.js";

const MODEL = "article-assistant-model"; // the model that was chosen last in this browser
const NO_DATES = { dates: "", since: "", until: "" };
let removedAt = null; // the place of the chip that is being taken away, which had the focus
let isFromElsewhere = false; // an article or a story is being chosen where it is read

export function choices() {
  const { source, dates = "", since = "", until = "", story = "", article = "" } =
    find("#composer-notes .composer-notes")?.dataset ?? {};
  return { source: source ? JSON.parse(source) : [], dates, since, until, story, article };
}

export function scopeChanged(stored) {
  chosen(stored);
  const left = findAll("#composer-notes .remove");
  if (removedAt !== null && page.activeElement === page.body) {
    const next = left[Math.min(removedAt, left.length - 1)];
    (next ?? find("#question textarea"))?.focus();
  }
  if (isFromElsewhere) {
    if (narrow.matches) leaveForQuestion(); // there the panel lies over the box
    focusBox();
  }
  removedAt = null;
  isFromElsewhere = false;
}

function leaveForQuestion() {
  closeReader({ refocus: false });
  dropPanel();
}

export function focusBox() {
  // A popover that is open keeps the focus.
  if (!find(".popover:popover-open")) focusQuestion();
}

function unscope(button) {
  const { act, ...data } = button.dataset;
  removedAt = findAll("#composer-notes .remove").indexOf(button);
  choose("unscope", data);
}

function scopeTo(button) {
  const { act, ...data } = button.dataset;
  isFromElsewhere = true;
  choose("scope", data);
}

function choosePreset(button) {
  const dates = button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.dates;
  choose("scope", { ...NO_DATES, dates });
  find("#choose-dates").hidePopover();
}

function allDates() {
  choose("scope", NO_DATES);
  find("#choose-dates").hidePopover();
}

function allPublications() {
  boxes().forEach((box) => { box.checked = false; });
  choose("scope", { source: [] });
  find("#choose-publications [type=search]").focus();
}

function chooseModel(button) {
  const { model } = button.dataset;
  store.put(MODEL, model);
  find("#choose-models")?.hidePopover();
  choose("choose_model", { model });
}

function askQuotes() {
  store.put(MODEL, "quotes");
  send("ask_quotes", {});
}

export const composerActions = {
  unscope,
  scope: scopeTo,
  preset: choosePreset,
  all_dates: allDates,
  all_publications: allPublications,
  choose_model: chooseModel,
  ask_quotes: askQuotes,
};

// The model of the last visit.
if (store.get(MODEL)) choose("choose_model", { model: store.get(MODEL) });

// The popovers

const boxes = () => findAll("#choose-publications [type=checkbox]");

function fillPublications() {
  const { source } = choices();
  boxes().forEach((box) => { box.checked = source.includes(box.value); });
}

function fillDates() {
  const { dates, since, until } = choices();
  findAll("#choose-dates [data-dates]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.dates === dates));
  });
  Object.entries({ since, until }).forEach(([name, value]) => { find(`#choose-dates [name=${name}]`).value = value; });
}

page.addEventListener("beforetoggle", ({ target, newState }) => {
  if (newState !== "open") return;
  if (target.id === "choose-publications") fillPublications();
  if (target.id === "choose-dates") fillDates();
}, true);

page.addEventListener("change", ({ target }) => {
  if (target.matches("#choose-publications [type=checkbox]")) {
    choose("scope", { source: boxes().filter((box) => box.checked).map((box) => box.value) });
  }
  if (target.matches("#choose-dates [type=date]")) changeDates();
});

// While a year is typed it is a year of the Middle Ages for a moment.
function changeDates() {
  const fields = findAll("#choose-dates [type=date]");
  if (!fields.every((field) => field.checkValidity())) return;
  const [since, until] = fields.map((field) => field.value);
  choose("scope", { dates: "", since, until });
}

// How much is chosen, on the buttons.
function sayChosen() {
  const { source, dates, since, until } = choices();
  const said = { "choose-publications": source.length, "choose-dates": dates || since || until ? 1 : 0 };
  Object.entries(said).forEach(([name, number]) => {
    const place = find(`.opener[popovertarget=${name}] .chosen`);
    const text = number ? String(number) : "";
    if (place && place.textContent !== text) place.textContent = text;
  });
  const hint = find("#choose-publications .hint");
  if (!hint) return;
  hint.dataset.all ??= hint.textContent;
  const text = source.length ? `${source.length} chosen` : hint.dataset.all;
  if (hint.textContent !== text) hint.textContent = text;
}

new MutationObserver(sayChosen).observe(page.body, { childList: true, subtree: true });

// The box

page.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("#question textarea");
  if (!box) return;
  if (event.key === "Backspace" && !box.value && !event.repeat) findAll("#composer-notes .remove").at(-1)?.click();
  if (event.key === "Escape" && find("#composer-notes .editing")) {
    event.stopPropagation();
    send("cancel_edit", {});
  }
}, true);
