/** What the customer has picked, kept in this browser: one restaurant's items. Fires `change`. */

import { sum, times } from "./money.js";

const KEPT = "yafdp.basket";
const EMPTY = { restaurant: null, lines: [] };
/** The most of one item that the API takes. */
export const MOST = 99;

export class Basket extends EventTarget {
  #content = JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? EMPTY;

  constructor() {
    super();
    // Another tab's changes.
    addEventListener("storage", ({ key, newValue }) => key === KEPT && this.#hold(JSON.parse(newValue ?? "null")));
  }

  /** `{restaurantId, name}`, or null when the basket is empty. */
  get restaurant() {
    return this.#content.restaurant;
  }

  /** `{itemId, name, price, stock, quantity}` each. */
  get lines() {
    return this.#content.lines;
  }

  /** How many portions there are in all. */
  get count() {
    return this.lines.reduce((count, { quantity }) => count + quantity, 0);
  }

  /** What the menu's prices add up to, or null of an empty basket. The house names the real price. */
  get estimate() {
    return sum(this.lines.map(({ price, quantity }) => times(price, quantity)));
  }

  quantity(restaurantId, itemId) {
    if (this.restaurant?.restaurantId !== restaurantId) return 0;
    return this.lines.find((line) => line.itemId === itemId)?.quantity ?? 0;
  }

  /** Whether items of this restaurant can go in beside what is there. */
  takes(restaurantId) {
    return this.restaurant === null || this.restaurant.restaurantId === restaurantId;
  }

  /** So many of this item from now on; 0 takes it out. Another restaurant's items make room. */
  set(restaurant, item, quantity) {
    const lines = this.takes(restaurant.restaurantId) ? this.lines : [];
    const wanted = Math.max(0, Math.min(quantity, item.stock, MOST));
    const line = wanted > 0 ? [{ ...item, quantity: wanted }] : [];
    const index = lines.findIndex(({ itemId }) => itemId === item.itemId);
    const next = index < 0 ? [...lines, ...line] : lines.toSpliced(index, 1, ...line);
    this.#keep(next.length > 0 ? { restaurant, lines: next } : EMPTY);
  }

  clear() {
    this.#keep(EMPTY);
  }

  #keep(content) {
    localStorage.setItem(KEPT, JSON.stringify(content));
    this.#hold(content);
  }

  #hold(content) {
    this.#content = content ?? EMPTY;
    this.dispatchEvent(new Event("change"));
  }
}
