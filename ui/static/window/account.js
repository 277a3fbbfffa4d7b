// Who is signed in: the pages of their account, and signing out.

import { showToast } from "./messages.js";

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

export const accountActions = {
  account: (button) => window.location.assign(button.dataset.to),
  sign_out: signOut,
};
