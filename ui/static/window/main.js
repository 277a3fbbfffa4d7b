// The window's own script, a module of the page; what needs the server goes through the component `bus`.

import "./actions.js";
import "./keyboard.js";
import "./popovers.js";
import "./skeleton.js";
import { finishQuestion, focusQuestion, isBusy } from "./asking.js";
import { focusBox, scopeChanged } from "./composer.js";
import { noteOpened, save } from "./conversations.js";
import { deliver } from "./copying.js";
import { find, page, scrollBehavior } from "./dom.js";
import { reopen, showSaved } from "./history.js";
import { listed } from "./lists.js";
import { announce, showToast } from "./messages.js";
import { closeArticle, showArticle } from "./reader.js";
import { session } from "./storage.js";
import { bringBack } from "./unanswered.js";

// Called when the server has answered (connect/listener.py).
window.articleAssistant = {
  isBusy,
  save,
  deliver,
  showArticle,
  showSaved,
  showToast,
  focusQuestion: focusBox,
  scopeChanged,
  articlesListed: () => listed("browse"),
  newsListed: () => listed("news"),
  answered: (stored, announcement) => {
    save(stored);
    announce(announcement);
    find("#now .turn")?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    // What was pressed is gone or disabled now: the answer is where reading goes on.
    if (page.activeElement === page.body) find("#now .question")?.focus({ preventScroll: true });
    finishQuestion();
  },
  opened: (stored) => {
    noteOpened(stored);
    finishQuestion();
    closeArticle();
    bringBack();
    focusQuestion();
  },
  // The button that was pressed may have been drawn anew.
  refreshed: () => {
    if (page.activeElement === page.body) find(".refresh-form button")?.focus({ preventScroll: true });
  },
};

// Where this window was before it was loaded again.
if (!session.get("current") || !reopen(session.get("current"))) bringBack();
