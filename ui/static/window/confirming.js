// What cannot be undone asks once: the first click changes the button, the second one does it.

export function isConfirmed(button, label) {
  if (button.classList.contains("confirming")) return true;
  const text = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
  const before = text.textContent;
  text.textContent = label;
  button.classList.add("confirming");
  button.addEventListener("blur", () => {
    button.classList.remove("confirming");
    text.textContent = before;
  }, { once: true });
  return false;
}
