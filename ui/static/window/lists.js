// The articles and the news are asked for one list after the other, as requests that are under way together may end in
// another order. "Show more" goes on with what was asked for last, which may not be shown yet.

import { tell } from "./bus.js";
import { find, findAll, page } from "./dom.js";

const PATIENCE = 10_000; // milliseconds after which a list that has not come is asked for again
const lists = {};
let byPlot = false; // whether a plot asked for the articles, and not the form

export function askForList(act, data) {
  const list = lists[act] ??= { asked: data };
  const { by, ...fields } = list.asked;
  list.asked = "shown" in data ? { ...fields, shown: data.shown } : data;
  if (performance.now() - list.since < PATIENCE) list.isStale = true;
  else loadList(act);
}

function loadList(act) {
  const list = lists[act];
  Object.assign(list, { since: performance.now(), isStale: false });
  if (act === "browse") byPlot = "by" in list.asked;
  tell(act, list.asked);
}

export function listed(act) {
  const list = lists[act];
  if (!list) return;
  list.since = NaN;
  if (list.isStale) loadList(act);
  else if (act === "browse") fillForm();
}

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

// Lists follow their forms: what is chosen in one is listed at once.
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
