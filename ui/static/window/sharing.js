// Sharing: the link of an answer, copies of it in several forms, and an answer that is read at its link.

import { tell } from "./bus.js";
import { copy, copyFormatted } from "./copying.js";
import { openDialog } from "./dialogs.js";
import { find, page, scrollBehavior } from "./dom.js";
import { tellSettled } from "./menu.js";
import { announce, showToast } from "./messages.js";
import { goAsk, nameHere } from "./router.js";

const FORMS = { text: "Copied as text.", markdown: "Copied as Markdown.", html: "Copied with its links." };
let asked = null; // the button with which a link was asked for
let forms = null; // the last answer in its forms
let wanted = null; // the form that is copied once it is there

const dialog = () => find("#link-dialog");

function addressOf(key) {
  return new URL(`answer/${key}`, page.baseURI).href;
}

function share(button) {
  asked = button.closest(".menu")?.firstElementChild ?? button;
  tellSettled("share_answer", { turn: button.dataset.turn });
}

export async function linkMade(reply) {
  const told = JSON.parse(reply || "{}");
  const opener = asked;
  asked = null;
  if (!opener || told.turn !== opener.dataset.turn) return;
  if (told.problem) {
    showToast(told.problem);
    return;
  }
  dialog().dataset.key = told.key;
  find("[data-who]", dialog()).textContent = told.who;
  find("[data-done]", dialog()).textContent = "";
  const field = find("[data-link]", dialog());
  field.value = addressOf(told.key);
  openDialog(dialog(), opener);
  field.select();
  await copyLink();
}

async function copyLink() {
  const field = find("[data-link]", dialog());
  const done = await copy(field.value, dialog());
  find("[data-done]", dialog()).textContent = done ? "Copied to the clipboard." : "Copy the address above.";
}

function unshare(button) {
  tell("unshare", { key: button.dataset.key ?? dialog().dataset.key });
}

export function linkEnded(reply) {
  const told = JSON.parse(reply || "{}");
  if (dialog().open) dialog().close();
  showToast(told.problem ?? told.taken_back);
  if (page.body.classList.contains("showing-shared")) find("#shared-question")?.focus({ preventScroll: true });
}

// Copies

export function answerFormed(reply) {
  forms = reply ? JSON.parse(reply) : null;
  if (wanted && forms?.turn === wanted.turn) copyForm(wanted.form);
  wanted = null;
}

function copyAs({ dataset: { turn, form } }) {
  const isThere = forms?.turn === turn && find(`#t${turn}`)?.dataset.key === forms.key;
  if (isThere) copyForm(form);
  else wanted = { turn, form };
}

async function copyForm(form) {
  const done = form === "html" ? await copyFormatted(forms.html, forms.text) : await copy(forms[form]);
  showToast(done ? FORMS[form] : "The browser did not let this be copied.");
}

// An answer at its link

export function sharedShown() {
  page.body.classList.add("showing-shared");
  nameHere();
  requestAnimationFrame(() => {
    window.scrollTo({ top: 0, behavior: scrollBehavior() });
    find("#shared-question")?.focus({ preventScroll: true });
  });
}

export function closeShared() {
  page.body.classList.remove("showing-shared");
}

export const sharingActions = {
  share,
  copy_shared_link: copyLink,
  unshare,
  copy_as: copyAs,
  export_answer: ({ dataset: { turn, form } }) => tellSettled("export_answer", { turn, form }),
  close_shared: () => {
    closeShared();
    goAsk();
    announce("Your own questions.");
    find("#now .question, #question textarea")?.focus({ preventScroll: true });
  },
};
