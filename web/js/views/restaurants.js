/** The first page: every restaurant. */

import { restaurants } from "../catalog.js";
import { el } from "../dom.js";
import { pages } from "../parts.js";
import { plate } from "../plate.js";

/** Names whose plates go well together. */
const HERO_PLATES = ["saffron", "plum", "sorrel"];

export async function home({ api }) {
  const list = el("ul", { class: "kitchens" });
  const content = await pages(list, (cursor) => restaurants(api, cursor), card);
  const node = [
    el(
      "div",
      { class: "hero" },
      el("h1", { tabindex: "-1" }, "Order dinner. ", el("span", {}, "Watch it happen.")),
      el("p", { class: "lead" }, "From your click to your door, every step appears the moment it is done."),
      el("div", { class: "hero-art", "aria-hidden": "true" }, HERO_PLATES.map((name) => plate(name))),
    ),
    el("h2", {}, "Kitchens"),
    list.childElementCount === 0 ? el("p", {}, "No kitchen is open yet. Come back soon.") : content,
  ];
  return { title: "Restaurants", node };
}

function card({ restaurantId, name, cuisine, automaticAcceptance }) {
  return el(
    "li",
    { class: "card kitchen" },
    plate(restaurantId),
    el(
      "div",
      {},
      el("h3", {}, el("a", { href: `#/restaurants/${encodeURIComponent(restaurantId)}` }, name)),
      el("p", { class: "cuisine" }, cuisine),
      el("p", { class: "soft" }, automaticAcceptance ? "Takes orders at once" : "The kitchen answers in person"),
    ),
  );
}
