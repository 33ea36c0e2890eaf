/**
 * The client library of the live connection: one WebSocket for all of a user's updates, kept open while somebody listens.
 *
 *     const realtime = new Realtime(() => api.post("/realtime/tickets"));
 *     const stop = realtime.listen(onUpdate, onState);               // every update of one's own orders
 *     const leave = realtime.watch({ orderId }, () => journal.last);  // and what was missed; also { restaurantId }
 *
 * A connection that is lost comes back by itself: after a random wait that doubles (backoff.js), with a new ticket, and
 * with every subscription, each from where its watcher has come to. Updates may come twice, out of order, or, while
 * there is no connection, not at all: `sequence` tells (journal.js), and follow.js does all of that for one order.
 *
 * `onUpdate` gets `{type, orderId, sequence, status, occurredAt, data}`, whether it was pushed just now or replayed
 * after a subscription; `partial: true` where the data did not fit. An update about a post of one's own has a `postId`
 * and no order. `onState` gets the states that are named below.
 */

import { backoff } from "./backoff.js";

/** A connection that lasted so long (milliseconds) was a good one: the next failure starts the waiting times anew. */
const STEADY = 5_000;
/** So long (milliseconds) it stays open without listeners: the next page may want it. */
const LINGER = 3_000;
/** API Gateway closes what is silent for ten minutes (milliseconds). */
const PING = 4 * 60_000;
/** A connection that answers no ping for so long (milliseconds) is dead, whatever the browser says. */
const PONG = 10_000;

export class Realtime {
  /** `idle`, `connecting`, `live` or `waiting` (for the next attempt). */
  state = "idle";
  #ticket;
  #listeners = new Set();
  #watched = new Set();
  #socket = null;
  #attempt = 0;
  #stumbles = 0;
  #timer = null;
  #lingering = null;
  #heartbeat = null;
  #dying = null;

  /** `ticket` asks for `{url}`: an address that is good for one connection. */
  constructor(ticket) {
    this.#ticket = ticket;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Hears every update, and every state from the present one on. Returns how to stop. */
  listen(onUpdate, onState = () => undefined) {
    const listener = { onUpdate, onState };
    this.#listeners.add(listener);
    clearTimeout(this.#lingering);
    if (this.state === "idle") this.#open();
    else onState(this.state);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#lingering = setTimeout(() => this.close(), LINGER);
    };
  }

  /**
   * Subscribes to `{orderId}` or `{restaurantId}`, now and with each new connection; `after` tells up to which sequence
   * everything is known. Listeners hear what comes. What is new and one's own is pushed anyway: `now: false` leaves it
   * to the next connection. Returns how to stop.
   */
  watch(topic, after = () => 0, { now = true } = {}) {
    const watched = { topic, after };
    this.#watched.add(watched);
    if (now) this.#subscribe(watched);
    return () => {
      this.#watched.delete(watched);
      this.#send({ action: "unsubscribe", ...topic });
    };
  }

  /** Closes the connection and stays silent until somebody listens again. */
  close() {
    clearTimeout(this.#timer);
    clearTimeout(this.#lingering);
    this.#drop();
    this.#attempt = 0;
    this.#become("idle");
  }

  /** Takes a connection that looks alive and is not for what it is. */
  reopen() {
    if (this.state !== "live") return;
    this.#drop();
    this.#retry();
  }

  async #open() {
    this.#become("connecting");
    const opening = Symbol("opening");
    this.#socket = opening;
    try {
      const { url } = await this.#ticket();
      // Closed, or opened anew, while the ticket was under way.
      if (this.#socket !== opening) return;
      this.#attach(new WebSocket(url));
    } catch {
      if (this.#socket === opening) this.#retry();
    }
  }

  #attach(socket) {
    let opened = Infinity;
    this.#socket = socket;
    socket.onopen = () => {
      opened = performance.now();
      this.#heartbeat = setInterval(() => this.#ping(), PING);
      this.#become("live");
      for (const watched of this.#watched) this.#subscribe(watched);
    };
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      if (performance.now() - opened > STEADY) this.#attempt = 0;
      this.#retry();
    };
  }

  #hear(frame) {
    clearTimeout(this.#dying);
    if (frame.sequence) this.#tell(frame);
    else if (frame.type === "subscribed") this.#replay(frame);
    else if (frame.type === "error") this.#refused(frame);
    // The gateway's own words for a function that failed: what was asked is asked again.
    else if (frame.message) this.#later(backoff((this.#stumbles += 1)), () => true);
  }

  #replay({ orderId, items }) {
    this.#stumbles = 0;
    for (const item of items) this.#tell({ orderId, ...item });
  }

  #tell(update) {
    for (const { onUpdate } of [...this.#listeners]) onUpdate(update);
  }

  /** What may be asked again later, is; everything else was said in vain, and asking again would not help. */
  #refused({ retryAfter, orderId, restaurantId }) {
    if (retryAfter === undefined) return;
    const same = ({ topic }) => topic.orderId === orderId && topic.restaurantId === restaurantId;
    this.#later(retryAfter * 1000 + backoff(0), orderId || restaurantId ? same : () => true);
  }

  #later(milliseconds, chosen) {
    const socket = this.#socket;
    setTimeout(() => {
      // A new connection has subscribed to everything already.
      if (this.#socket !== socket) return;
      for (const watched of this.#watched) if (chosen(watched)) this.#subscribe(watched);
    }, milliseconds);
  }

  #subscribe({ topic, after }) {
    this.#send({ action: "subscribe", ...topic, ...(topic.orderId && { after: after() }) });
  }

  #send(frame) {
    if (this.state === "live") this.#socket.send(JSON.stringify(frame));
  }

  #ping() {
    this.#send({ action: "ping" });
    clearTimeout(this.#dying);
    this.#dying = setTimeout(() => this.reopen(), PONG);
  }

  #retry() {
    this.#forget();
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#open(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  /** The network or the reader is back: what waits need not, and what looks alive may have died in the meantime. */
  #hurry() {
    if (this.state === "live") this.#ping();
    if (this.state !== "waiting") return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #drop() {
    const socket = this.#socket;
    this.#forget();
    if (socket instanceof WebSocket) socket.close();
  }

  #forget() {
    this.#socket = null;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#dying);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    for (const { onState } of [...this.#listeners]) onState(state);
  }
}
