// The browser's storage. It may be forbidden or full: then the window works without it.

export const PREFIX = "article-assistant/";

export const store = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  put: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  drop: (key) => { try { localStorage.removeItem(key); } catch { /* then it is not there either */ } },
  keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
};

// What this window alone remembers, also when it is loaded again.
export const session = {
  get: (name) => { try { return sessionStorage.getItem(PREFIX + name); } catch { return null; } },
  put: (name, value) => { try { sessionStorage.setItem(PREFIX + name, value); } catch { /* then it is forgotten */ } },
};
