// Copying to the clipboard, and files that are saved or opened.

import { create, page } from "./dom.js";
import { announce } from "./messages.js";

// Whether it was copied. In a panel the old way works only within it: `root`.
export async function copy(text, root = page.body) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay({ "text/plain": text }, root);
  }
}

// Text that keeps its links and letters in a document.
export async function copyFormatted(html, text) {
  const kinds = { "text/html": html, "text/plain": text };
  try {
    const blobs = Object.entries(kinds).map(([kind, data]) => [kind, new Blob([data], { type: kind })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    return true;
  } catch {
    return copyTheOldWay(kinds, page.body);
  }
}

// Without https a browser offers only this.
function copyTheOldWay(kinds, root) {
  const box = create("textarea", { value: kinds["text/plain"], className: "screen-reader-only" });
  const before = page.activeElement;
  const put = (event) => {
    Object.entries(kinds).forEach(([kind, data]) => event.clipboardData.setData(kind, data));
    event.preventDefault();
  };
  root.append(box);
  box.select();
  page.addEventListener("copy", put, { once: true, capture: true });
  const done = page.execCommand("copy");
  page.removeEventListener("copy", put, { capture: true });
  box.remove();
  before?.focus?.({ preventScroll: true });
  return done;
}

export async function copyFrom(button) {
  await copy(button.dataset.text);
  announce("Copied.");
  const label = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
  if (!label || button.classList.contains("copied")) return;
  const before = label.textContent;
  label.textContent = "Copied";
  button.classList.add("copied");
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("copied");
  }, 2000);
}

export function deliver(file) {
  if (!file) return;
  const { name, kind, text, base64 } = JSON.parse(file);
  const content = base64 ? Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)) : text;
  const address = URL.createObjectURL(new Blob([content], { type: base64 ? kind : `${kind};charset=utf-8` }));
  const link = create("a", { href: address, download: name });
  if (kind === "text/html" && window.open(address, "_blank")) return;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
