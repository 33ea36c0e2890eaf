/** When the customer clicked, so that each state can say how long after that it came. */

const KEPT = "yafdp.clicks";
/** Milliseconds within which ordering should have heard of a checkout: further apart, the clocks differ. */
const HEARD_WITHIN = 10_000;

/** Remembers that this order was asked for and answered at these times (milliseconds of this computer's clock). */
export function remember(orderId, clicked, answered) {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...all(), [orderId]: { clicked, answered } }));
}

/** The moment of the click on the platform's clock, or null for an order that was not placed in this tab. */
export function clickOf(orderId, received) {
  const click = all()[orderId];
  return click ? onPlatformClock(click, received) : null;
}

/** Whether the order was placed in this tab: then it exists, even if nobody knows it yet. */
export function placedHere(orderId) {
  return orderId in all();
}

/**
 * An order is received between the click and a moment after the answer. If the clocks say otherwise they differ, and the
 * click lay half the way to the answer before the platform's own note.
 */
export function onPlatformClock({ clicked, answered }, received) {
  const agree = clicked <= received && received <= answered + HEARD_WITHIN;
  return agree ? clicked : received - (answered - clicked) / 2;
}

/** For example "+0.25 s"; minutes from the second one on. */
export function elapsed(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 120) return `+${seconds.toFixed(2)} s`;
  return `+${Math.round(seconds / 60)} min`;
}

function all() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
}
