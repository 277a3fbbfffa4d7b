// Who is signed in: the pages of their account, and signing out.

import { showToast } from "./messages.js";
import { isOnServer } from "./storage.js";

// Told by a request of the page's own: a form would not say from which page it comes.
async function signOut(button) {
  const everywhere = button.dataset.everywhere ? "everywhere=1" : "";
  try {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch("logout", { method: "POST", body: everywhere, headers });
    if (!response.ok) throw new Error(response.statusText);
    window.location.assign("login");
  } catch {
    showToast("You could not be signed out. Try again.");
  }
}

// Another window came to the sign-in, perhaps as they signed out there; or the browser brings back what it had put away.
if (isOnServer) {
  const reload = () => window.location.reload();
  try { new BroadcastChannel("article-assistant").onmessage = reload; } catch { /* then the next event tells */ }
  window.addEventListener("pageshow", (event) => { if (event.persisted) reload(); });
}

export const accountActions = {
  account: (button) => window.location.assign(button.dataset.to),
  sign_out: signOut,
};
