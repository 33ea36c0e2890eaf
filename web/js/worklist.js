/**
 * A list of work that keeps up: a kitchen's open tickets, or a courier's deliveries. Pushes only say that there is news
 * of an order; what has become of the work is asked for (ETag, Retry-After) at once, and at intervals anyway.
 */

import { Problem } from "./problem.js";

/** Milliseconds between questions without a connection, and with one: pushes, too, can be lost. */
const PACE = { without: 4_000, live: 60_000 };
/** An order's news may be here before its work has heard of it: milliseconds until each next question. */
const IMPATIENCE = [250, 500, 1_000, 2_000, 4_000];
/** Milliseconds by which clocks may differ before this computer's is taken to be wrong. */
const CLOCKS_DIFFER = 2_000;
const PAGE = 100;
/** How far work has come when nothing is left to do about it. */
export const GONE = 9;
/** News that an order will come to nothing, whatever state it is in. */
const FAILING = new Set(["OrderFailing", "OrderCancellationRequested", "OrderRejected", "OrderCancelled"]);

/**
 * `path` lists the work, `rank` says of a work's status how far it has come, `due` at which rank the work of an order in
 * some state must be at least, and `topics` what to subscribe to for the given items. `heard` is called with
 * `items(items)`, `connection(live)`, `news(update)`, `trouble(error)` (null when it is over) and, once, when the list
 * may not be read, `refused(problem)`.
 */
export class Worklist {
  items = [];
  #tag = null;
  #floor = new Map();
  #expected = new Map();
  #tries = 0;
  #timer = null;
  #asking = null;
  #again = false;
  #stopped = false;
  #watched = new Map();
  #skew = 0;

  constructor({ api, realtime }, { path, rank, due, topics, heard }) {
    Object.assign(this, { api, realtime, path, rank, due, topics, heard });
  }

  /** Starts to keep up. Returns how to stop. */
  start() {
    this.#subscribe();
    const release = this.realtime.listen(
      (update) => this.#pushed(update),
      (state) => this.#connected(state),
    );
    return () => {
      this.#stopped = true;
      clearTimeout(this.#timer);
      for (const leave of this.#watched.values()) leave();
      release();
    };
  }

  /** The platform's time, in milliseconds. */
  now() {
    return Date.now() + this.#skew;
  }

  /** Does something about one piece of work: what is so now is shown at once. Throws Problem or Unreachable. */
  async act(orderId, verb, content) {
    try {
      const work = await this.api.post(`${this.path}/${orderId}/${verb}`, content ?? {}, { repeatable: true });
      this.#take(this.items.map((item) => (item.orderId === orderId ? work : item)));
      return work;
    } catch (error) {
      if (error instanceof Problem) this.#ask();
      throw error;
    }
  }

  #connected(state) {
    this.heard.connection(state === "live");
    // From the beginning on, and whenever something may have happened unheard. Who has just signed out asks no more.
    if (state === "idle") this.#later(PACE.without);
    else this.#ask();
  }

  #pushed(update) {
    if (!update.orderId || this.#stopped) return;
    this.heard.news(update);
    const rank = FAILING.has(update.type) ? GONE : this.due(update.status);
    if (!rank || this.#met(update.orderId, rank)) return;
    this.#expected.set(update.orderId, rank);
    this.#tries = 0;
    this.#ask();
  }

  #met(orderId, rank) {
    const item = this.items.find((one) => one.orderId === orderId);
    const come = item ? this.rank(item.status) : (this.#floor.get(orderId) ?? 0);
    return come >= rank || (rank === GONE && !item);
  }

  /** Asks, one question after the other: what is wanted while one is under way is asked after it. */
  async #ask() {
    this.#again = this.#asking !== null;
    if (this.#again || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#asking = this.#read();
    await this.#asking;
    this.#asking = null;
    if (this.#stopped) return;
    if (this.#again) this.#ask();
    else this.#later(this.#pause());
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), milliseconds);
  }

  #pause() {
    for (const [orderId, rank] of this.#expected) if (this.#met(orderId, rank)) this.#expected.delete(orderId);
    const pause = this.#expected.size > 0 && IMPATIENCE[this.#tries];
    this.#tries += 1;
    if (pause) return pause;
    this.#expected.clear();
    return this.realtime.state === "live" ? PACE.live : PACE.without;
  }

  async #read() {
    try {
      const list = `${this.path}?open=true&limit=${PAGE}`;
      const changed = await this.api.getChanged(list, this.#tag);
      if (!this.#stopped && changed) this.#take(await this.#whole(list, changed));
      this.heard.trouble(null);
    } catch (error) {
      if (this.#stopped) return;
      const refused = error instanceof Problem && error.status < 500 && error.status !== 429;
      if (!refused) return this.heard.trouble(error);
      this.#stopped = true;
      this.heard.refused(error);
    }
  }

  async #whole(list, { body, tag, at }) {
    const items = [...body.items];
    for (let cursor = body.cursor; cursor; ) {
      const page = await this.api.get(`${list}&cursor=${encodeURIComponent(cursor)}`);
      items.push(...page.items);
      cursor = page.cursor;
    }
    // The tag is the first page's: where there are more, they may change without it.
    this.#tag = body.cursor ? null : tag;
    const skew = at - Date.now();
    this.#skew = Math.abs(skew) > CLOCKS_DIFFER ? skew : 0;
    return items;
  }

  /** Work goes one way: an answer that was on its way when something was done does not take it back. */
  #take(items) {
    if (this.#stopped) return;
    const known = items.filter(({ orderId, status }) => this.rank(status) >= (this.#floor.get(orderId) ?? 0));
    const held = this.items.filter(
      (old) => !known.some(({ orderId }) => orderId === old.orderId) && items.some(({ orderId }) => orderId === old.orderId),
    );
    for (const { orderId, status } of known) this.#floor.set(orderId, this.rank(status));
    this.items = [...known, ...held].filter(({ status }) => this.rank(status) < GONE);
    this.#subscribe();
    this.heard.items(this.items);
  }

  #subscribe() {
    const wanted = new Map(this.topics(this.items).map((topic) => [JSON.stringify(topic), topic]));
    for (const [key, leave] of this.#watched) {
      if (wanted.has(key)) continue;
      leave();
      this.#watched.delete(key);
    }
    for (const [key, topic] of wanted) {
      if (!this.#watched.has(key)) this.#watched.set(key, this.realtime.watch(topic));
    }
  }
}
