/** The basket as this browser keeps it: the signed out's own, and a copy of the platform's to show at once. */

const KEPT = "yafdp.basket";
/** `owner` is the user whose basket at the platform this copies; null of what the platform has not been told yet. */
const NOTHING = { owner: null, restaurant: null, lines: [] };

/** `{owner, restaurant, lines}`. */
export function kept() {
  return JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? NOTHING;
}

/** Keeps it. The same contents again are not written, so that two tabs do not answer each other without end. */
export function keep({ owner, restaurant, lines }) {
  const content = { owner, restaurant, lines };
  if (essence(content) !== essence(kept())) localStorage.setItem(KEPT, JSON.stringify(content));
}

/** Calls back when another tab has kept something else, or forgot everything. */
export function onOtherTab(changed) {
  addEventListener("storage", ({ key }) => (key === KEPT || key === null) && changed());
}

function essence({ owner, restaurant, lines }) {
  return JSON.stringify([owner, restaurant?.restaurantId, lines.map(({ itemId, quantity }) => [itemId, quantity])]);
}
