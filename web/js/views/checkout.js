/** The basket and the way to an order: address, card, "Place order". */

import { remember } from "../clicks.js";
import { el, replace } from "../dom.js";
import { clearErrors, complete, formError, showError } from "../forms.js";
import { fulfilled, keyFor } from "../intent.js";
import { MOST } from "../basket.js";
import { money, times } from "../money.js";
import { stepper } from "../parts.js";
import { addressFields, cardChoice, cardOf, addressOf, keepAddress, noteField, noteOf } from "./delivery.js";

export async function checkout(app) {
  const node = el("div");
  if (app.basket.count === 0) return { title: "Basket", node: replace(node, empty()) };
  const { basket } = app;
  const summary = basketSummary(app);
  const update = () => (basket.count > 0 ? summary.update() : replace(node, empty()).querySelector("h1").focus());
  basket.addEventListener("change", update);
  // Opened now, the connection is there when the order is.
  const release = app.session.user ? app.realtime.listen(() => undefined) : () => undefined;
  replace(
    node,
    el("h1", { tabindex: "-1" }, "Your basket"),
    el("p", { class: "lead" }, basket.restaurant.name),
    el("div", { class: "columns" }, orderForm(app), summary.element),
  );
  const leave = () => {
    basket.removeEventListener("change", update);
    release();
  };
  return { title: "Basket", node, leave };
}

function empty() {
  return [
    el("h1", { tabindex: "-1" }, "Your basket is empty"),
    el("p", {}, el("a", { class: "button", href: "#/" }, "Find something good")),
  ];
}

function basketSummary({ basket, announce }) {
  const rows = new Map(basket.lines.map((line) => [line.itemId, summaryRow(basket, line, announce)]));
  const total = el("span", { class: "price" });
  const update = () => {
    for (const [itemId, row] of rows) row.update(basket.lines.find((line) => line.itemId === itemId));
    total.textContent = money(basket.estimate);
  };
  update();
  const element = el(
    "section",
    { class: "card stack summary", "aria-labelledby": "summary-title" },
    el("h2", { id: "summary-title", tabindex: "-1" }, "What you picked"),
    el("ul", { class: "lines" }, [...rows.values()].map((row) => row.element)),
    el("p", { class: "total" }, el("span", {}, "Estimate"), total),
    el(
      "p",
      { class: "soft" },
      "From the menu's prices, without delivery and discounts. The house names the final price as soon as it has your order.",
    ),
  );
  return { element, update };
}

function summaryRow(basket, line, announce) {
  const { restaurant } = basket;
  const control = stepper({
    name: line.name,
    most: Math.min(line.stock, MOST),
    onchange: (quantity) => {
      basket.set(restaurant, line, quantity);
      announce(quantity > 0 ? `${quantity} × ${line.name}` : `${line.name} taken out`);
      // Its buttons are gone; the keyboard goes on at the list's heading.
      if (quantity === 0) document.querySelector("#summary-title")?.focus();
    },
  });
  const price = el("span", { class: "price" });
  const element = el("li", {}, el("span", { class: "line-name" }, line.name), control.element, price);
  const update = (now) => {
    element.hidden = !now;
    if (!now) return;
    control.show(now.quantity);
    price.textContent = money(times(now.price, now.quantity));
  };
  return { element, update };
}

function orderForm(app) {
  const button = el("button", { class: "wide big" }, app.session.user ? "Place order" : "Sign in to order");
  const form = el(
    "form",
    { class: "stack", novalidate: true, "aria-label": "Checkout" },
    addressFields(),
    cardChoice(),
    noteField(),
    formError(),
    button,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    if (!complete(form)) return;
    keepAddress(form);
    if (app.session.user) send(app, form, button);
    else app.router.go("/sign-in?next=/basket");
  });
  return form;
}

async function send({ api, basket, router }, form, button) {
  // A click while the first one is under way is the same wish: a disabled button sends nothing.
  button.disabled = true;
  button.textContent = "Placing your order …";
  const wish = wishOf(basket, form);
  const clicked = Date.now();
  try {
    const { orderId } = await api.post("/orders", wish, keyFor(wish));
    remember(orderId, clicked, Date.now());
    fulfilled();
    router.go(`/orders/${orderId}`);
    basket.clear();
  } catch (error) {
    showError(form, error);
    button.disabled = false;
    button.textContent = "Place order";
  }
}

/** What is sent: names and quantities, and no price, since that is the house's. */
function wishOf(basket, form) {
  return {
    restaurantId: basket.restaurant.restaurantId,
    items: basket.lines.map(({ itemId, quantity }) => ({ itemId, quantity })),
    deliveryAddress: addressOf(form),
    paymentMethod: cardOf(form),
    ...noteOf(form),
  };
}
