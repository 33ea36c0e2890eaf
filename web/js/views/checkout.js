/** The basket and the way to an order: address, card, "Place order". */

import { remember } from "../clicks.js";
import { el, replace } from "../dom.js";
import { clearErrors, complete, formError, showError } from "../forms.js";
import { addressFields, cardChoice, cardOf, addressOf, keepAddress, noteField, noteOf } from "./delivery.js";
import { basketSummary } from "./summary.js";

export async function checkout(app) {
  const { basket } = app;
  basket.refresh();
  if (basket.count === 0) await basket.settled();
  const node = el("div");
  let shown = null;
  const update = () => {
    if (shown?.placed) return;
    const filled = basket.count > 0;
    if (shown?.filled !== filled) shown = filled ? fill(app, node) : drain(app, node, shown !== null);
    shown.update();
  };
  update();
  basket.addEventListener("change", update);
  // Opened now, the connection is there when the order is.
  const release = app.session.user ? app.realtime.listen(() => undefined) : () => undefined;
  const leave = () => {
    basket.removeEventListener("change", update);
    release();
  };
  return { title: "Basket", node, leave };
}

/** The page of a basket with something in it. `placed` from the moment on in which it is an order. */
function fill(app, node) {
  const kitchen = el("p", { class: "lead" });
  const summary = basketSummary(app);
  const form = new OrderForm(app);
  replace(
    node,
    el("h1", { tabindex: "-1" }, "Your basket"),
    kitchen,
    el("div", { class: "columns" }, form.element, summary.element),
  );
  const update = () => {
    kitchen.textContent = app.basket.restaurant.name;
    summary.update();
    form.update();
  };
  return { filled: true, update, get placed() { return form.placed; } };
}

/** The page of an empty one. */
function drain({ session }, node, again) {
  const heading = el("h1", { tabindex: "-1" }, "Your basket is empty");
  replace(
    node,
    heading,
    session.user && el("p", {}, "What you have ordered is among ", el("a", { href: "#/orders" }, "your orders"), "."),
    el("p", {}, el("a", { class: "button", href: "#/" }, "Find something good")),
  );
  if (again) heading.focus();
  return { filled: false, update: () => undefined };
}

class OrderForm {
  /** Whether the platform has taken the order. */
  placed = false;
  #app;
  #sending = false;
  #button = el("button", { class: "wide big" });

  constructor(app) {
    this.#app = app;
    this.element = el(
      "form",
      { class: "stack", novalidate: true, "aria-label": "Checkout" },
      addressFields(),
      cardChoice(app.config.paymentGateway),
      noteField(),
      formError(),
      this.#button,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** An order is for the total that is on the screen: there is none to place while that is being worked out. */
  update() {
    const { basket, session } = this.#app;
    // A click while the first one is under way is the same wish: a disabled button sends nothing.
    this.#button.disabled = Boolean(session.user) && (this.#sending || basket.busy || !basket.quote);
    this.#button.textContent = this.#sending ? "Placing your order …" : session.user ? "Place order" : "Sign in to order";
  }

  #submit() {
    clearErrors(this.element);
    if (!complete(this.element)) return;
    keepAddress(this.element);
    if (this.#app.session.user) this.#send();
    else this.#app.router.go("/sign-in?next=/basket");
  }

  async #send() {
    const { basket, router } = this.#app;
    this.#sending = true;
    const clicked = Date.now();
    try {
      const { orderId } = await basket.checkOut(this.#wanted());
      this.placed = true;
      remember(orderId, clicked, Date.now());
      router.go(`/orders/${orderId}`);
    } catch (error) {
      this.#sending = false;
      showError(this.element, error);
      this.update();
    }
  }

  /** Where to, how paid, and the total that is on the screen: another one is not what the customer agreed to. */
  #wanted() {
    return {
      deliveryAddress: addressOf(this.element),
      paymentMethod: cardOf(this.element),
      ...noteOf(this.element),
      expectedTotal: this.#app.basket.quote.total,
    };
  }
}
