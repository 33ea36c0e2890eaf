/** What the basket has to say whichever page is shown: a change that failed, another kitchen's dishes in the way. */

import { el, replace } from "../dom.js";
import { ask } from "../parts.js";
import { inWords } from "../problem.js";

/** Listens to the basket from now on. */
export function interruptions({ basket }) {
  const place = document.querySelector("#trouble");
  basket.addEventListener("trouble", ({ detail }) => tell(place, detail));
  basket.addEventListener("conflict", ({ detail }) => choose(basket, detail));
  document.addEventListener("page", () => replace(place));
}

function tell(place, { name, error }) {
  const close = el("button", { type: "button", class: "quiet", onclick: () => replace(place) }, "Close");
  const sentence = `${name} could not be changed in your basket. ${inWords(error)}`;
  replace(place, el("div", { class: "notice" }, el("p", {}, sentence), close));
}

async function choose(basket, { restaurant, picked }) {
  await basket.settled();
  const present = basket.restaurant;
  const free = basket.takes(restaurant.restaurantId);
  if (!free && !(await ask(question(present, restaurant), `Clear it, take ${restaurant.name}`, `Keep ${present.name}`))) return;
  for (const { item, quantity } of picked) basket.set(restaurant, item, quantity);
}

function question(present, { name }) {
  return `Your basket already holds dishes of ${present.name}, and you have picked from ${name}. An order is one kitchen's: which do you keep?`;
}
