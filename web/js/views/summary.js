/** What is in the basket, line by line, and what the house asks for it. */

import { MOST } from "../basket.js";
import { el, replace } from "../dom.js";
import { money, times } from "../money.js";
import { stepper } from "../parts.js";

/** `{element, update()}`. */
export function basketSummary({ basket, session, announce }) {
  const rows = new Map();
  const list = el("ul", { class: "lines" });
  const bill = el("div", { class: "stack bill" });
  const update = () => {
    for (const { itemId } of basket.lines) if (!rows.has(itemId)) rows.set(itemId, summaryRow(basket, list, announce));
    for (const [itemId, row] of rows) row.update(basket.lines.find((line) => line.itemId === itemId));
    replace(bill, session.user ? asked(basket) : estimated(basket));
    bill.setAttribute("aria-busy", basket.busy);
  };
  const element = el(
    "section",
    { class: "card stack summary", "aria-labelledby": "summary-title" },
    el("h2", { id: "summary-title", tabindex: "-1" }, "What you picked"),
    list,
    bill,
  );
  return { element, update };
}

function summaryRow(basket, list, announce) {
  const name = el("span", { class: "line-name" });
  const price = el("span", { class: "price" });
  const element = el("li", {}, name);
  let control = null;
  list.append(element);
  const update = (line) => {
    element.hidden = !line;
    if (!line) return;
    if (!control) {
      control = lineStepper(basket, line, announce);
      element.append(control.element, price);
    }
    control.show(line.quantity);
    name.textContent = line.name;
    if (line.gone) price.textContent = "Not on the menu any more";
    else price.textContent = line.price ? money(times(line.price, line.quantity)) : "";
  };
  return { update };
}

function lineStepper(basket, line, announce) {
  return stepper({
    name: line.name,
    most: Math.min(line.stock ?? MOST, MOST),
    onchange: (quantity) => {
      basket.set(basket.restaurant, line, quantity);
      announce(quantity > 0 ? `${quantity} × ${line.name}` : `${line.name} taken out`);
      // Its buttons are gone; the keyboard goes on at the list's heading.
      if (quantity === 0) document.querySelector("#summary-title")?.focus();
    },
  });
}

function asked(basket) {
  const { quote, issue } = basket;
  if (quote) return quoted(quote);
  if (!issue) return el("p", { class: "soft" }, "The house is working out the price …");
  const again = el("button", { type: "button", class: "quiet", onclick: () => basket.refresh() }, "Try again");
  return el("div", { class: "notice", role: "alert" }, el("p", {}, reason(basket)), again);
}

function reason({ lines, issue }) {
  const gone = lines.filter((line) => line.gone).map(({ name }) => name);
  if (gone.length === 0) return issue.detail;
  return `No longer on the menu: ${gone.join(", ")}. Take it out to order the rest.`;
}

function quoted({ subtotal, discount, deliveryFee, tax, total }) {
  const less = { amount: -discount.amount, currency: discount.currency };
  return [
    el(
      "div",
      { class: "totals" },
      entry("Dishes", money(subtotal)),
      discount.amount > 0 && entry("Discount", money(less)),
      entry("Delivery", deliveryFee.amount > 0 ? money(deliveryFee) : "Free"),
      entry("Total", money(total), "total"),
    ),
    el("p", { class: "soft" }, `With ${money(tax)} tax in it.`),
  ];
}

function estimated({ estimate }) {
  return [
    entry("Estimate", estimate ? money(estimate) : "", "total"),
    el("p", { class: "soft" }, "From the menu's prices, without delivery and discounts. The house names its price once you are signed in."),
  ];
}

function entry(name, price, kind) {
  return el("p", { class: kind }, el("span", {}, name), el("span", { class: "price" }, price));
}
