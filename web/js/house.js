/** The platform's basket: takes changes to it, and reads its answers as the pages show them. */

import { menuItem, restaurantName } from "./catalog.js";

/** A basket with nothing in it. */
export const NOTHING = { restaurant: null, lines: [], quote: null, issue: null };

/** Every answer is the basket: `{restaurant, lines, quote, issue}`. Every call throws Problem or Unreachable. */
export class House {
  #api;
  #known = new Map();

  constructor(api) {
    this.#api = api;
  }

  async look() {
    return this.#read(await this.#api.get("/basket"));
  }

  /** So many of this item from now on; 0 takes it out. */
  async set({ restaurantId }, item, quantity) {
    this.#learn(restaurantId, item);
    const path = `/basket/items/${encodeURIComponent(item.itemId)}`;
    const answer = quantity > 0 ? this.#api.put(path, { restaurantId, quantity }) : this.#api.delete(path);
    return this.#read(await answer);
  }

  async clear() {
    return this.#read(await this.#api.delete("/basket"));
  }

  /** `{orderId}`. The same checkout again gives the same order, so it is repeatable. */
  async checkOut(wanted) {
    return this.#api.post("/basket/checkout", wanted, { repeatable: true });
  }

  async #read({ restaurantId, items, quote, issue }) {
    if (items.length === 0) return NOTHING;
    quote?.items.forEach(({ itemId, name, unitPrice }) => this.#learn(restaurantId, { itemId, name, price: unitPrice }));
    const [name, lines] = await Promise.all([
      restaurantName(this.#api, restaurantId),
      Promise.all(items.map((line) => this.#described(restaurantId, line, quote))),
    ]);
    return { restaurant: { restaurantId, name }, lines, quote, issue };
  }

  #learn(restaurantId, item) {
    const key = `${restaurantId}/${item.itemId}`;
    this.#known.set(key, { ...this.#known.get(key), ...item });
  }

  /** The line with name and price. What the house has no price for may be `gone` from the menu. */
  async #described(restaurantId, line, quote) {
    const known = this.#known.get(`${restaurantId}/${line.itemId}`) ?? { name: line.itemId };
    const today = quote ? {} : await menuItem(this.#api, restaurantId, line.itemId).catch(goneIfMissing);
    return { ...known, ...today, ...line };
  }
}

function goneIfMissing({ status }) {
  return status === 404 ? { gone: true } : {};
}
