/** A restaurant's menu: prices, portions left, and what of it is in the basket. */

import { menu, restaurant } from "../catalog.js";
import { el, replace } from "../dom.js";
import { money } from "../money.js";
import { ask, stepper } from "../parts.js";
import { plate } from "../plate.js";
import { MOST } from "../basket.js";

/** From so many portions on nobody needs to hurry; up to so many it is time to. */
const PLENTY = 100;
const FEW = 5;

export async function menuPage(app, { restaurantId }) {
  const [place, items] = await Promise.all([restaurant(app.api, restaurantId), menu(app.api, restaurantId)]);
  const rows = items.map((item) => dish(app, place, item));
  const bar = el("div", { class: "basket-bar" });
  const update = () => {
    rows.forEach((row) => row.update());
    showBar(bar, app.basket);
  };
  app.basket.addEventListener("change", update);
  update();
  const node = [
    el("p", { class: "back" }, el("a", { href: "#/" }, "← All kitchens")),
    el(
      "header",
      { class: "place" },
      plate(restaurantId),
      el("div", {}, el("h1", { tabindex: "-1" }, place.name), el("p", { class: "cuisine" }, place.cuisine)),
    ),
    el("h2", { class: "visually-hidden" }, "Menu"),
    rows.length > 0
      ? el("ul", { class: "menu" }, rows.map(({ element }) => element))
      : el("p", {}, "There is nothing on the menu yet."),
    bar,
  ];
  return { title: place.name, node, leave: () => app.basket.removeEventListener("change", update) };
}

function dish(app, { restaurantId, name }, item) {
  const control = stepper({
    name: item.name,
    most: Math.min(item.stock, MOST),
    onchange: (quantity) => pick(app, { restaurantId, name }, item, quantity),
  });
  const element = el(
    "li",
    { class: "card dish" },
    el(
      "div",
      {},
      el("h3", {}, item.name),
      el("p", {}, el("span", { class: "price" }, money(item.price)), left(item.stock)),
    ),
    item.stock > 0 && control.element,
  );
  return { element, update: () => control.show(app.basket.quantity(restaurantId, item.itemId)) };
}

async function pick({ basket, announce }, place, item, quantity) {
  if (!basket.takes(place.restaurantId) && !(await mayStartAnew(basket.restaurant.name, place.name))) return;
  basket.set(place, item, quantity);
  announce(`${basket.quantity(place.restaurantId, item.itemId)} × ${item.name} in the basket`);
}

function mayStartAnew(present, wanted) {
  const question = `Your basket holds dishes of ${present}, and an order is one kitchen's. Start anew with ${wanted}?`;
  return ask(question, "Start anew", "Keep my basket");
}

function left(stock) {
  if (stock === 0) return el("span", { class: "stock", "data-level": "none" }, "Sold out");
  if (stock <= FEW) return el("span", { class: "stock", "data-level": "few" }, `Only ${stock} left`);
  return el("span", { class: "stock" }, stock >= PLENTY ? "Plenty left" : `${stock} left`);
}

function showBar(bar, basket) {
  bar.hidden = basket.count === 0;
  if (bar.hidden) return;
  replace(
    bar,
    el(
      "a",
      { class: "button", href: "#/basket" },
      el("span", {}, `Checkout · ${basket.count} ${basket.count === 1 ? "item" : "items"}`),
      el("span", { class: "price" }, `about ${money(basket.estimate)}`),
    ),
  );
}
