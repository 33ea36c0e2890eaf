/** When the customer clicked, so that each state can say how long after that it came. */

const KEPT = "yafdp.clicks";

/** Remembers that this order was asked for and answered at these times (milliseconds of this computer's clock). */
export function remember(orderId, clicked, answered) {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...all(), [orderId]: { clicked, answered } }));
}

/** The moment of the click on the platform's clock, or null for an order that was not placed in this tab. */
export function clickOf(orderId, received) {
  const click = all()[orderId];
  return click ? onPlatformClock(click, received) : null;
}

/**
 * The order was received between click and answer. If the clocks say otherwise they differ, and the click lay half that
 * time before the platform's own note.
 */
export function onPlatformClock({ clicked, answered }, received) {
  return clicked <= received && received <= answered ? clicked : received - (answered - clicked) / 2;
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
