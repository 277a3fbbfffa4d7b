// The browser's storage. It may be forbidden or full: then the window works without it.

import { find, page } from "./dom.js";

const { content: place, dataset } = find("meta[name=conversations]") ?? { dataset: {} };

export const isOnServer = place === "server"; // conversations are kept there, for who is signed in
// What is kept for one who is signed in, no other one sees.
export const PREFIX = dataset.owner ? `article-assistant@${dataset.owner}/` : "article-assistant/";

export const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* then it is not there either */ } },
  keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
};

// What this window alone remembers, also when it is loaded again; the page of the sign-in forgets it (page.py).
export const session = {
  get: (name) => { try { return sessionStorage.getItem(PREFIX + name); } catch { return null; } },
  put: (name, value) => { try { sessionStorage.setItem(PREFIX + name, value); } catch { /* then it is forgotten */ } },
};
