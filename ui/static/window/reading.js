// An article that is read: the places with the words of a search are gone through, its link is copied, and the similar
// ones are shown.

import { copyFrom } from "./copying.js";
import { find, findAll, page, scrollBehavior } from "./dom.js";
import { isReading } from "./reader.js";

let placeAt = null; // the place that was gone to last

// Go to the next or the previous place with the words; false where there is none.
export function stepPlace(step) {
  const places = isReading() ? findAll("#reader [data-place]") : [];
  if (!places.length) return false;
  const before = places.indexOf(placeAt);
  const next = before < 0 && step < 0 ? places.length - 1 : (before + step + places.length) % places.length;
  placeAt?.classList.remove("highlighted");
  placeAt = places[next];
  placeAt.classList.add("highlighted");
  placeAt.scrollIntoView({ block: "center", behavior: scrollBehavior() });
  find("#reader .places [role=status]").textContent = `${next + 1} of ${places.length} places`;
  return true;
}

function copyLink(button) {
  button.dataset.text = new URL(button.dataset.path, page.baseURI).href;
  return copyFrom(button);
}

function showSimilar() {
  const heading = find("#similar");
  heading?.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  heading?.focus({ preventScroll: true });
}

export const readingActions = {
  next_place: () => stepPlace(1),
  previous_place: () => stepPlace(-1),
  copy_link: copyLink,
  similar: showSimilar,
};
