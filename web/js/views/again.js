/** A second try of an order that ended badly: its items in the basket again, by the platform or by a click. */

import { sleep } from "../backoff.js";
import { menu, restaurantName } from "../catalog.js";
import { el, replace } from "../dom.js";

/** Milliseconds between looks into the basket: the platform puts back what was rejected, a moment after it was. */
const LOOKS = [0, 300, 700, 1_500, 3_000, 5_000];

export class Again {
  element = el("div", { class: "again" });
  #app;
  #offered = false;
  #left = false;

  constructor(app) {
    this.#app = app;
  }

  /** Says that the order's items are in the basket again, or offers to put them there. Once. */
  async offer(order, status) {
    if (this.#offered) return;
    this.#offered = true;
    const back = status === "REJECTED" && (await this.#comesBack(order));
    if (!this.#left) replace(this.element, back ? itIsBack() : this.#button(order));
  }

  /** Nobody looks any more. */
  leave() {
    this.#left = true;
  }

  async #comesBack(order) {
    const { basket } = this.#app;
    for (const pause of LOOKS) {
      await sleep(pause);
      if (this.#left) return false;
      basket.refresh();
      await basket.settled();
      if (basket.count > 0) return holds(basket, order);
    }
    return false;
  }

  #button(order) {
    const onclick = () => putBack(this.#app, order);
    return el("button", { type: "button", class: "quiet", onclick }, "Put it back into the basket");
  }
}

function itIsBack() {
  return el(
    "p",
    { role: "status" },
    "It is in your basket again. ",
    el("a", { href: "#/basket" }, "Look at the basket"),
  );
}

function holds(basket, { restaurantId, items }) {
  const there = ({ itemId, quantity }) => basket.quantity(restaurantId, itemId) === quantity;
  return basket.lines.length === items.length && items.every(there);
}

/** What of the order is on the menu today. */
async function putBack({ api, basket, router, announce }, { restaurantId, items }) {
  const [name, today] = await Promise.all([restaurantName(api, restaurantId), menu(api, restaurantId)]);
  basket.clear();
  for (const { itemId, quantity } of items) {
    const item = today.find((candidate) => candidate.itemId === itemId);
    if (item) basket.set({ restaurantId, name }, item, quantity);
  }
  announce(`${basket.count} items are back in the basket`);
  router.go("/basket");
}
