/** What the customer's bank wants of them before the order goes on: a word at the bank, and back here. */

import { el, replace } from "../dom.js";
import { inWords } from "../problem.js";

/** Milliseconds between two looks at the clock. */
const TICK = 1000;

export class Bank {
  element = el("div", { class: "bank" });
  #app;
  #orderId;
  #action = null;
  #tick = null;
  #left = el("span", { class: "left" });
  #said = el("div", { "aria-live": "polite" });
  #button = el("button", { type: "button", onclick: () => this.#confirm() }, "");

  constructor(app, orderId) {
    this.#app = app;
    this.#orderId = orderId;
  }

  /** Whether the order waits for its customer. */
  get waiting() {
    return this.#action !== null;
  }

  /** Shows what is wanted, `{expiresAt, url}`; null once it is decided. */
  wants(action) {
    if (!action) return this.#withdraw();
    if (this.#action) return;
    this.#action = action;
    this.#show(action);
    this.#tick = setInterval(() => this.#count(), TICK);
    this.#count();
    // Whoever comes back from their bank has done what they could: the bank knows what came of it.
    if (action.url && new URLSearchParams(location.search).has("payment_intent")) this.#confirm();
  }

  /** Nobody looks any more. */
  leave() {
    clearInterval(this.#tick);
  }

  #show({ url }) {
    this.#button.textContent = url ? "I have confirmed it" : "Confirm the payment";
    this.#button.className = url ? "quiet" : "";
    replace(
      this.element,
      el("h2", {}, "Your bank wants to hear from you"),
      el("p", {}, "Confirm this payment, and your order goes on. ", this.#left),
      el("div", { class: "actions" }, url && el("a", { class: "button", href: url }, "Go to your bank"), this.#button),
      this.#said,
    );
  }

  #withdraw() {
    this.leave();
    this.#action = null;
    replace(this.element);
  }

  #count() {
    const seconds = Math.max(0, Math.round((Date.parse(this.#action.expiresAt) - Date.now()) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.#left.textContent = seconds
      ? `You have ${clock} left; then we call the order off, and nothing is charged.`
      : "The time is up: we are calling the order off. Nothing is charged.";
    this.#button.disabled ||= seconds === 0;
  }

  async #confirm() {
    this.#button.disabled = true;
    replace(this.#said, el("p", {}, "Asking your bank …"));
    try {
      const payment = await this.#app.api.post(`/orders/${this.#orderId}/payment-confirmation`, {}, { repeatable: true });
      // What is decided comes as the order's next event.
      if (payment.status === "ACTION_REQUIRED") this.#again("Your bank has not heard from you yet.");
    } catch (error) {
      this.#again(inWords(error));
    }
  }

  #again(words) {
    replace(this.#said, el("p", {}, words));
    this.#button.disabled = false;
  }
}
