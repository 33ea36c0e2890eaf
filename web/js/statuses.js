/** An order's states in people's words. */

/** The way of an order that goes well, in its sequence. */
export const STEPS = [
  ["RECEIVED", "Order received"],
  ["PRICED", "Price settled"],
  ["RESERVED", "Portions set aside"],
  ["AUTHORISED", "Card authorised"],
  ["ACCEPTED", "Accepted by the kitchen"],
  ["ASSIGNED", "Courier found"],
  ["CONFIRMED", "Paid and confirmed"],
  ["READY", "Ready to be picked up"],
  ["PICKED_UP", "On its way to you"],
  ["DELIVERED", "Delivered"],
];

const BAD_ENDINGS = new Map([
  ["REJECTED", "Not possible this time"],
  ["CANCELLED", "Cancelled"],
  ["NEEDS_ATTENTION", "Our support is looking into it"],
]);

const HEADLINES = new Map([
  ["RECEIVED", "We have your order"],
  ["PRICED", "We have your order"],
  ["RESERVED", "Setting things up"],
  ["AUTHORISED", "Asking the kitchen"],
  ["ACCEPTED", "The kitchen said yes"],
  ["ASSIGNED", "Almost there"],
  ["CONFIRMED", "Your order is confirmed"],
  ["READY", "Your food is ready"],
  ["PICKED_UP", "Your food is on its way"],
  ["DELIVERED", "Enjoy your meal"],
  ["REJECTED", "Sorry, that did not work"],
  ["CANCELLED", "Your order is cancelled"],
  ["NEEDS_ATTENTION", "Something needs a human"],
]);

const LABELS = new Map([...STEPS, ...BAD_ENDINGS]);

/** What a state is called; a state that is newer than this page keeps its own name. */
export const label = (status) => LABELS.get(status) ?? status;

/** The state as a headline to the customer. */
export const headline = (status) => HEADLINES.get(status) ?? label(status);

/** Whether an order ends here without food. */
export const isBad = (status) => BAD_ENDINGS.has(status);

/** Whether nothing comes after this state. */
export const isEnding = (status) => isBad(status) || status === "DELIVERED";

/** Whether the customer may still call the order off: until the food is ready. */
export const canBeCancelled = (status) => {
  const place = STEPS.findIndex(([name]) => name === status);
  return place >= 0 && place < STEPS.findIndex(([name]) => name === "READY");
};

/** `good`, `bad`, or `open` while it is still to be seen. */
export function mood(status) {
  if (isBad(status)) return "bad";
  return STEPS.findIndex(([name]) => name === status) >= STEPS.findIndex(([name]) => name === "CONFIRMED")
    ? "good"
    : "open";
}
