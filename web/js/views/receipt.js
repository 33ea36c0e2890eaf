/** What was ordered, where it goes and what it costs. */

import { el } from "../dom.js";
import { money, sum, times } from "../money.js";

/** The receipt's contents. Before the house has named its price there are only names and quantities. */
export function receipt({ items, total, deliveryAddress, note }) {
  return [
    el("h2", {}, "Receipt"),
    el("ul", { class: "lines" }, items.map(line)),
    total ? totals(items, total) : el("p", { class: "soft" }, "The house is working out the price."),
    deliveryAddress && address(deliveryAddress),
    note && el("div", {}, el("h3", {}, "Your word to the kitchen"), el("p", { class: "note" }, note)),
  ];
}

function line({ itemId, name, quantity, unitPrice }) {
  return el(
    "li",
    {},
    el("span", { class: "count" }, `${quantity} ×`),
    el("span", { class: "line-name" }, name ?? itemId),
    unitPrice && el("span", { class: "price" }, money(times(unitPrice, quantity))),
  );
}

function totals(items, total) {
  const goods = sum(items.map(({ unitPrice, quantity }) => times(unitPrice, quantity)));
  const rest = { amount: total.amount - goods.amount, currency: total.currency };
  return el(
    "div",
    { class: "totals" },
    // An order tells its total alone; what makes the difference to its dishes is the house's affair.
    rest.amount !== 0 &&
      el("p", {}, el("span", {}, "Delivery and discounts"), el("span", { class: "price" }, money(rest))),
    el("p", { class: "total" }, el("span", {}, "Total"), el("span", { class: "price" }, money(total))),
  );
}

function address({ street, postalCode, city, country }) {
  const land = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" }).of(country);
  return el(
    "div",
    {},
    el("h3", {}, "Delivered to"),
    el("address", {}, street, el("br"), `${postalCode} ${city}`, el("br"), land),
  );
}
