// The articles and the news are asked for one list after the other, as requests that are under way together may end in
// another order. "Show more" goes on with what was asked for last, which may not be shown yet. The address of a list
// says what it shows, and its form says the same.

import { tell } from "./bus.js";
import { find, findAll, page } from "./dom.js";

const PATIENCE = 10_000; // milliseconds after which a list that has not come is asked for again
const TYPING = 350; // milliseconds after a key until what is typed is searched
const PLACES = { browse: ["#article-form form", "#article-list"], news: ["#news-form form", "#news"] };
const DEFAULTS = { order: "relevance", dates: "" };
const lists = { browse: {}, news: {} };
let typing = null; // the timer of what is being typed
let chipAt = null; // the place of the chip that is being taken away, which had the focus

export function askForList(act, data) {
  const list = lists[act];
  const { by, ...fields } = list.asked ?? {};
  // More of the same: also of what the server listed by itself.
  const isMore = "shown" in data && !("by" in data);
  if (isMore) list.from = findAll("li a.headline", find(PLACES[act][1])).length;
  list.asked = isMore ? { ...(list.asked ? fields : shownFields(act)), shown: data.shown } : data;
  if (isUnderWay(list)) list.isStale = true;
  else loadList(act);
}

function isUnderWay(list) {
  return performance.now() - list.since < PATIENCE;
}

function loadList(act) {
  Object.assign(lists[act], { since: performance.now(), isStale: false });
  tell(act, lists[act].asked);
}

export function listed(act) {
  const list = lists[act];
  list.since = NaN;
  if (list.isStale) loadList(act);
  else follow();
}

// The fields of a form or an address; several values of one are a list, as JSON.
export function fieldsOf(values) {
  return Object.fromEntries([...new Set(values.keys())].map((name) => {
    const all = values.getAll(name);
    return [name, all.length > 1 ? JSON.stringify(all) : all[0]];
  }));
}

function address(act) {
  return find(`${PLACES[act][1]} [data-address]`)?.dataset.address;
}

function query(act) {
  return new URLSearchParams(address(act)?.split("?")[1] ?? "");
}

function shownFields(act) {
  return fieldsOf(query(act));
}

// The form follows what is listed, also when a plot or an address asked for it, or when the form is drawn anew.
function follow() {
  Object.entries(PLACES).forEach(([act, [place]]) => {
    const [list, form, at] = [lists[act], find(place), address(act)];
    if (!form || at === undefined || isUnderWay(list)) return;
    const limits = find(".limits", form);
    if (limits.dataset.filled === at) return;
    limits.dataset.filled = at; // it is gone when the form is drawn anew
    fill(form, query(act));
  });
  if (page.activeElement === page.body) giveFocusBack();
}

function fill(form, fields) {
  [...form.elements].filter((field) => field.name).forEach((field) => {
    const { name, type, value } = field;
    if (type === "checkbox") field.checked = fields.getAll(name).includes(value);
    else if (type === "radio") field.checked = (fields.get(name) ?? (hasDays(fields) ? null : DEFAULTS[name])) === value;
    // What is being typed is not taken away.
    else if (page.activeElement !== field && !(name === "text" && typing)) field.value = fields.get(name) ?? "";
  });
  sayChosen(form);
}

function hasDays(fields) {
  return ["since", "until", "day"].some((name) => /^\d/.test(fields.get(name) ?? ""));
}

// How much is chosen, on the buttons of the form.
function sayChosen(form) {
  findAll(".popover", form).forEach((panel) => {
    const named = "input[type=checkbox]:checked, input[type=radio]:checked:not([value=''])";
    const dates = findAll("input[type=date]", panel).some((field) => field.value) ? 1 : 0;
    const number = findAll(named, panel).length || dates;
    find(`.opener[popovertarget="${panel.id}"] .chosen`, form).textContent = number || "";
  });
}

// The button that was pressed is gone with the list in which it stood.
function giveFocusBack() {
  const act = chipAt !== null ? chipAt.act : Object.keys(lists).find((name) => lists[name].from !== undefined);
  if (!act || isUnderWay(lists[act])) return;
  const [form, place] = PLACES[act].map((selector) => find(selector));
  const chips = findAll(".chips .remove", place);
  const target = chipAt
    ? chips[Math.min(chipAt.number, chips.length - 1)] ?? find("input, button", form)
    : findAll("li a.headline", place)[lists[act].from];
  chipAt = null;
  delete lists[act].from;
  target?.focus({ preventScroll: true });
}

new MutationObserver(follow).observe(page.body, { childList: true, subtree: true });

// What is chosen in a form is listed at once, what is typed in a moment.

function submit(form) {
  clearTimeout(typing);
  typing = null;
  form.requestSubmit();
}

page.addEventListener("input", ({ target }) => {
  if (!target.matches("form.filter input[name=text]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => submit(target.form), TYPING);
});

page.addEventListener("submit", () => {
  clearTimeout(typing);
  typing = null;
}, true);

page.addEventListener("change", ({ target }) => {
  if (!target.matches("form.filter:not(.compare) :is(select, input:not([name=text], [type=search]))")) return;
  // While a year is typed it is a year of the Middle Ages for a moment.
  if (!target.name || (target.type === "date" && target.value && target.value < "1400")) return;
  syncDays(target);
  submit(target.form);
});

// A list is since one of the ranges that are ready, or of days that are typed.
function syncDays(field) {
  const ready = { since: "since", dates: "dates" }[field.type === "radio" ? field.name : ""];
  if (ready) {
    findAll("input[type=date]", field.form).forEach((day) => { day.value = ""; });
  } else if (field.type === "date") {
    const typed = findAll("input[type=date]", field.form).some((day) => day.value);
    const radios = findAll("input[type=radio]:is([name=since], [name=dates])", field.form);
    radios.forEach((radio, n) => { radio.checked = !typed && n === 0; });
  }
}

function unfilter(button) {
  const { field, value } = button.dataset;
  const act = button.closest("form")?.dataset.act ?? (button.closest("#news") ? "news" : "browse");
  const [form, place] = PLACES[act].map((selector) => find(selector));
  const isPressedInList = place.contains(button);
  if (isPressedInList) chipAt = { act, number: Math.max(0, findAll(".chips .remove", place).indexOf(button)) };
  clear(form, field, value);
  submit(form);
}

function clear(form, field, value) {
  const names = field === "dates" ? ["dates", "since", "until"] : field ? [field] : null;
  [...form.elements].filter(({ name }) => name && name !== "order" && (names?.includes(name) ?? true)).forEach((one) => {
    if (one.type === "checkbox") one.checked = Boolean(value) && one.value !== value && one.checked;
    else if (one.type === "radio") one.checked = form.dataset.act === "news" ? one.checked : one.value === "";
    else if (!(form.dataset.act === "news" && one.type === "date")) one.value = "";
  });
}

function clearText(button) {
  const field = find("input[name=text]", button.closest("form"));
  field.value = "";
  submit(field.form);
  field.focus();
}

function showLastWeek() {
  const form = find(PLACES.news[0]);
  const week = find("input[name=since][value=week]", form);
  week.checked = true;
  syncDays(week);
  submit(form);
  week.focus();
}

export const listActions = { unfilter, clear_text: clearText, since_week: showLastWeek };
