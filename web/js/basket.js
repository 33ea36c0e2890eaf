/**
 * What the customer has picked: one restaurant's items. Signed out it is kept in this browser; signed in it is the
 * platform's, and a change is shown at once and corrected by the answer.
 *
 * Fires `change`; `trouble` (detail: `{name, error}`) when a change was refused and is taken back; and `conflict`
 * (detail: `{restaurant, picked}`) when the platform's basket turns out to hold another restaurant's items.
 */

import { House, NOTHING } from "./house.js";
import { keep, kept, onOtherTab } from "./kept.js";
import { sum, times } from "./money.js";
import { inWords, Problem } from "./problem.js";
import { Wishes } from "./wishes.js";

/** The most of one item that the API takes. */
export const MOST = 99;
const ANOTHER = "basket-of-another-restaurant";
const same = (content) => content;

export class Basket extends EventTarget {
  #session;
  #house;
  #owner = null;
  /** What the platform answered last, or what is kept here; wishes without an answer are not in it. */
  #base = NOTHING;
  #wishes = null;

  constructor(session, api) {
    super();
    this.#session = session;
    this.#house = new House(api);
    session.addEventListener("change", () => this.#begin());
    onOtherTab(() => this.#hearOtherTab());
    // Changed on another device, perhaps, while nobody looked here.
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    this.#begin();
  }

  /** `{restaurantId, name}`, or null when the basket is empty. */
  get restaurant() {
    return this.#content.restaurant;
  }

  /** `{itemId, name, price, stock, quantity, gone}` each; price and stock as far as they are known. */
  get lines() {
    return this.#content.lines;
  }

  /** How many portions there are in all. */
  get count() {
    return this.lines.reduce((count, { quantity }) => count + quantity, 0);
  }

  /** What the menu's prices add up to, or null of an empty basket. The house names the real price. */
  get estimate() {
    return sum(this.lines.filter(({ price }) => price).map(({ price, quantity }) => times(price, quantity)));
  }

  /** The house's price for the basket as it was last told, or null. */
  get quote() {
    return this.#base.quote;
  }

  /** Why there is no quote: `{code, detail}`, or null. */
  get issue() {
    return this.#base.issue;
  }

  /** Whether an answer is still to come: until then the quote may be of another basket. */
  get busy() {
    return this.#wishes !== null && this.#wishes.open.length > 0;
  }

  /** Resolves when every answer is there. */
  async settled() {
    await this.#wishes?.settled();
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
    if (!this.takes(restaurant.restaurantId)) this.clear();
    const wanted = Math.max(0, Math.min(quantity, item.stock ?? MOST, MOST));
    this.#wish({
      key: `item ${item.itemId}`,
      change: { restaurant, item, quantity: wanted },
      apply: (content) => withItem(content, restaurant, item, wanted),
      send: () => this.#house.set(restaurant, item, wanted),
    });
  }

  clear() {
    this.#wishes?.withdraw(({ change }) => change);
    this.#wish({ key: "all", apply: () => NOTHING, send: () => this.#house.clear() });
  }

  /** Asks the platform again, if somebody is signed in. */
  refresh() {
    if (!this.#wishes) return;
    const refused = (error) => {
      this.#base = { ...this.#base, quote: null, issue: { code: "Unreachable", detail: inWords(error) } };
    };
    this.#wish({ key: "look", apply: same, send: () => this.#house.look(), refused });
  }

  /** Orders what is in the basket, which is empty then: `{orderId}`. Throws Problem or Unreachable. */
  checkOut(wanted) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const send = async () => {
      const receipt = this.#house.checkOut(wanted);
      receipt.then(resolve, reject);
      await receipt;
      return NOTHING;
    };
    // Without an answer the order may exist. The basket stays on the screen as it was sent, so that a click repeats it.
    const refused = (error) => error instanceof Problem && this.refresh();
    this.#wish({ key: "checkout", apply: same, send, refused });
    return promise;
  }

  get #content() {
    return (this.#wishes?.open ?? []).reduce((content, wish) => wish.apply(content), this.#base);
  }

  /** A user comes or goes. Whoever comes brings along what was picked before, as wishes of their own. */
  #begin() {
    this.#wishes?.close();
    const { user } = this.#session;
    const { owner, restaurant, lines } = kept();
    const mine = !user || owner === user.id;
    this.#owner = owner;
    this.#base = mine ? { ...NOTHING, restaurant, lines } : NOTHING;
    this.#wishes = user ? new Wishes((answer) => this.#granted(answer), (...why) => this.#refused(...why)) : null;
    this.refresh();
    if (user && owner === null) lines.forEach((line) => this.set(restaurant, line, line.quantity));
    this.#changed();
  }

  #wish(wish) {
    if (this.#wishes) this.#wishes.add(wish);
    else {
      this.#base = wish.apply(this.#base);
      this.#owner = null;
    }
    this.#changed();
  }

  #granted(answer) {
    this.#base = answer;
    this.#changed();
  }

  #refused({ refused, change }, error) {
    if (refused) refused(error);
    else if (error.kind === ANOTHER) this.#meet(change);
    else this.dispatchEvent(new CustomEvent("trouble", { detail: { name: change?.item.name ?? "What was there before", error } }));
    this.#changed();
  }

  /** The platform's basket holds another restaurant's items: what was picked beside this meets the same. */
  #meet(change) {
    const { restaurant } = change;
    const beside = this.#wishes.withdraw((wish) => wish.change?.restaurant.restaurantId === restaurant.restaurantId);
    this.refresh();
    const picked = [change, ...beside.map((wish) => wish.change)];
    this.dispatchEvent(new CustomEvent("conflict", { detail: { restaurant, picked } }));
  }

  #hearOtherTab() {
    const { user } = this.#session;
    if (!user) this.#begin();
    else if (kept().owner === user.id) this.refresh();
  }

  #changed() {
    if (this.#wishes) {
      const untold = this.#wishes.open.some(({ change }) => change?.quantity > 0);
      this.#owner = untold ? null : this.#session.user.id;
    }
    keep({ owner: this.#owner, ...this.#content });
    this.dispatchEvent(new Event("change"));
  }
}

function withItem(content, restaurant, item, quantity) {
  const lines = content.restaurant?.restaurantId === restaurant.restaurantId ? content.lines : [];
  const line = quantity > 0 ? [{ ...item, quantity }] : [];
  const index = lines.findIndex(({ itemId }) => itemId === item.itemId);
  const next = index < 0 ? [...lines, ...line] : lines.toSpliced(index, 1, ...line);
  return next.length > 0 ? { ...content, restaurant, lines: next } : NOTHING;
}
