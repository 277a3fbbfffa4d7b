// What every module needs of the page. Text is only ever inserted as text.

export const page = document;
export const find = (selector, root = page) => root.querySelector(selector);
export const findAll = (selector, root = page) => [...root.querySelectorAll(selector)];
export const narrow = window.matchMedia("(max-width: 60rem)");

// An element with these properties and children; `data` becomes data attributes, `role` and `aria*` attributes.
export function create(tag, properties = {}, ...children) {
  const { data = {}, role, ...rest } = properties;
  const node = Object.assign(page.createElement(tag), rest);
  if (role) node.setAttribute("role", role);
  Object.assign(node.dataset, data);
  node.append(...children);
  return node;
}

export function scrollBehavior() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
