/**
 * Follows one order to its end: pushes where they come, a subscription for whatever a lost connection left out, and
 * questions at intervals (ETag, Retry-After) when there is none. Every event comes once and in sequence.
 */

import { Journal } from "./journal.js";
import { Problem } from "./problem.js";
import { isEnding } from "./statuses.js";

/** Milliseconds between questions without a connection, and with one: pushes, too, can be lost. */
const PACE = { without: 2_000, live: 60_000 };
/** Milliseconds that an overtaken push may take before the journal is asked for it. */
const PATIENCE = 300;
/** An order from the basket exists a moment before anybody knows it: milliseconds between questions until then, */
const INTRODUCTION = 500;
/** and after how many of them it is said that there is none. */
const UNKNOWN_FOR = 120_000;
const PAGE = 100;

/**
 * `heard` is called with `events(list)`, `order(order)` (whenever it was read), `connection(live)` and, once, when the
 * order cannot be read, `failed(problem)`. An `expected` order may be unknown at first. Returns how to stop.
 */
export function followOrder({ api, realtime, orderId, expected, heard }) {
  const follower = new Follower(api, realtime, orderId, expected, heard);
  follower.start();
  return () => follower.stop();
}

class Follower {
  #journal = new Journal();
  #tag = null;
  #version = 0;
  #timers = new Set();
  #catching = null;
  #stopped = false;
  #ended = false;
  #unknownUntil;
  #introduction = null;

  constructor(api, realtime, orderId, expected, heard) {
    this.#unknownUntil = expected ? Date.now() + UNKNOWN_FOR : 0;
    Object.assign(this, { api, realtime, path: `/orders/${encodeURIComponent(orderId)}`, orderId, heard });
  }

  start() {
    this.release = this.realtime.listen(
      (update) => this.#pushed(update),
      (state) => this.#connected(state === "live"),
    );
    this.leave = this.realtime.watch({ orderId: this.orderId }, () => this.#journal.last, {
      now: this.#unknownUntil === 0,
    });
    // What is expected is asked for a moment later: more often than not its first push is there before.
    if (this.#unknownUntil > 0) this.#introduce();
    else this.#ask();
  }

  stop() {
    this.#stopped = true;
    this.#timers.forEach(clearTimeout);
    this.leave();
    this.release();
  }

  #connected(live) {
    this.heard.connection(live);
  }

  #pushed(update) {
    if (update.orderId !== this.orderId) return;
    if (update.partial) this.#catchUp();
    else this.#take([update]);
    if (this.#introduction) {
      this.#cancel(this.#introduction);
      this.#introduction = null;
      this.#ask();
    }
    if (this.#journal.gap) this.#after(PATIENCE, () => this.#journal.gap && this.#catchUp());
  }

  #take(events) {
    const next = this.#journal.add(events);
    if (this.#stopped || next.length === 0) return 0;
    this.heard.events(next);
    this.#ended ||= next.some(({ status }) => isEnding(status));
    this.#stopAtTheEnd();
    return next.length;
  }

  /** Asks for the order, and for its events if there are more than are known; again and again until the end. */
  async #ask() {
    try {
      const expected = this.#tag !== null && this.realtime.state === "live";
      const changed = await this.api.getChanged(this.path, this.#tag);
      if (changed && !this.#stopped) this.#read(changed);
      const news = this.#journal.last < this.#version && (await this.#catchUp());
      // A connection should have brought this long ago: it is not what it seems.
      if (news && expected) this.realtime.reopen();
    } catch (error) {
      if (this.#tag === null && error.status === 404 && Date.now() < this.#unknownUntil) {
        this.#introduce();
        return;
      }
      if (this.#hopeless(error)) return;
    }
    this.#after(this.realtime.state === "live" ? PACE.live : PACE.without, () => this.#ask());
  }

  /** Asks for the order in a moment, or as soon as something is heard of it. */
  #introduce() {
    this.#introduction = this.#after(INTRODUCTION, () => {
      this.#introduction = null;
      this.#ask();
    });
  }

  #read({ body, tag }) {
    this.#tag = tag;
    this.#version = body.version;
    this.heard.order(body);
    this.#stopAtTheEnd();
  }

  /** The order's last event may be there before the order itself has been read: it takes both. */
  #stopAtTheEnd() {
    if (this.#ended && this.#tag !== null) this.stop();
  }

  /** Reads the journal after what is known; how many events were news. A failure is made up for by the next question. */
  #catchUp() {
    const reading = (this.#catching ?? Promise.resolve()).then(() => this.#readEvents()).catch(() => 0);
    this.#catching = reading;
    return reading;
  }

  async #readEvents() {
    let news = 0;
    for (let after = this.#journal.last, more = true; more && !this.#stopped; ) {
      const page = await this.api.get(`${this.path}/events?after=${after}&limit=${PAGE}`);
      news += this.#take(page.items);
      more = page.cursor !== null;
      after = page.items.at(-1)?.sequence ?? after;
    }
    return news;
  }

  #hopeless(error) {
    const refused = error instanceof Problem && error.status < 500 && error.status !== 429;
    if (refused && !this.#stopped) {
      this.stop();
      this.heard.failed(error);
    }
    return refused;
  }

  #after(milliseconds, action) {
    if (this.#stopped) return null;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, milliseconds);
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer) {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }
}
