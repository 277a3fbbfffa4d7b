// Copying to the clipboard, and files that are saved or opened.

import { create, page } from "./dom.js";
import { announce } from "./messages.js";

export async function copy(text) {
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
  const { name, kind, text } = JSON.parse(file);
  const address = URL.createObjectURL(new Blob([text], { type: `${kind};charset=utf-8` }));
  const link = create("a", { href: address, download: name });
  if (kind === "text/html" && window.open(address, "_blank")) return;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
