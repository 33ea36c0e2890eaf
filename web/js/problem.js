/** What went wrong, as an error that pages can show: RFC 9457 documents, and servers that do not answer. */

const PLAIN = {
  "invalid-request": "Something in your request was not accepted. Please check what you entered.",
  unauthorized: "Please sign in again.",
  forbidden: "You are not allowed to do this.",
  "not-found": "We could not find this.",
  "basket-of-another-restaurant": "Your basket holds another kitchen's dishes, and an order is one kitchen's.",
  "basket-empty": "There is nothing in your basket any more. If you have just ordered, look at your orders.",
  "basket-unsellable": "Something in your basket cannot be ordered right now. Please look at what you picked.",
  "price-changed": "The price or the basket has changed meanwhile. Please look at the new total, then order.",
  "too-many-topics": "You hear of as many topics as can be. Please stop one first.",
  "precondition-failed": "This was changed elsewhere meanwhile. Please reload the page and look at it again.",
  conflict: "This is not possible as things stand. Please look at your basket.",
  throttled: "There is a lot going on right now. Please try again in a moment.",
  unavailable: "A part of the platform does not answer at the moment. Please try again.",
  "internal-error": "Something went wrong on our side. Please try again.",
};

/** An answer that is no success. `errors` are `{pointer, detail}`, one for each field at fault. */
export class Problem extends Error {
  constructor({ type = "about:blank", title = "", status, detail = "", errors = [] }) {
    super(detail || title || `HTTP ${status}`);
    this.kind = type.split("/").at(-1);
    Object.assign(this, { status, detail, errors });
  }
}

/** Nobody answered at all. */
export class Unreachable extends Error {}

/** One plain sentence or two for the person at the screen. */
export function inWords(error) {
  if (error instanceof Unreachable) return "The platform cannot be reached. Check your connection and try again.";
  if (error instanceof Problem) return PLAIN[error.kind] ?? PLAIN["internal-error"];
  // A fault of the page's own: its developer finds it in the console.
  console.error(error);
  return "Something unexpected happened on this page. Please reload it.";
}
