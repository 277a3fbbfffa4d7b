// The window's own script, a module of the page; what needs the server goes through the component `bus`.

import "./actions.js";
import "./keyboard.js";
import "./pickers.js";
import "./skeleton.js";
import { draftsShown } from "./adding.js";
import { finishQuestion, focusQuestion, isBusy } from "./asking.js";
import { chosen } from "./choosing.js";
import { focusBox, scopeChanged } from "./composer.js";
import { collected, showCollections } from "./collections.js";
import { noteOpened, save } from "./conversations.js";
import { whenConnected } from "./bus.js";
import { deliver } from "./copying.js";
import { find, page, scrollBehavior } from "./dom.js";
import { storiesShown } from "./first_look.js";
import { conversationsTold, showSaved } from "./history.js";
import { listed } from "./lists.js";
import { announce, showToast } from "./messages.js";
import { filtersRenewed } from "./popovers.js";
import { closeReader, showReader } from "./reader.js";
import * as router from "./router.js";
import { watchMasthead } from "./theme.js";
import { titlesFound } from "./titles.js";
import { bringBack } from "./unanswered.js";
import { answerFormed, closeShared, linkEnded, linkMade, sharedShown } from "./sharing.js";
import { sourcesShown } from "./sources.js";

// Called when the server has answered (connect/listener.py).
window.articleAssistant = {
  isBusy,
  save,
  deliver,
  showSaved,
  conversationsTold,
  draftsShown,
  sourcesShown,
  showToast,
  storiesShown,
  titlesFound,
  filtersRenewed,
  boxChanged: () => {
    chosen("");
    focusBox();
  },
  scopeChanged,
  linkMade,
  linkEnded,
  sharedShown,
  answerFormed,
  collected,
  showCollections,
  showReader: () => {
    const path = showReader();
    if (path) router.notePanel(path);
    else router.nameHere();
  },
  articlesListed: () => {
    listed("browse");
    router.noteList("articles", find("#article-list [data-address]")?.dataset.address);
  },
  newsListed: () => {
    listed("news");
    router.noteList("news", find("#news [data-address]")?.dataset.address);
  },
  answered: (stored, announcement) => {
    save(stored);
    announce(announcement);
    find("#now .turn")?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    // What was pressed is gone or disabled now: the answer is where reading goes on.
    if (page.activeElement === page.body) find("#now .question")?.focus({ preventScroll: true });
    finishQuestion();
    router.noteAnswered();
  },
  opened: (stored) => {
    noteOpened(stored);
    closeShared();
    finishQuestion();
    closeReader();
    bringBack();
    focusQuestion();
    router.noteOpened();
  },
  // The button that was pressed may have been drawn anew.
  refreshed: () => {
    if (page.activeElement === page.body) find(".refresh-form button")?.focus({ preventScroll: true });
  },
};

whenConnected(watchMasthead);
whenConnected(() => { if (!router.start()) bringBack(); });
