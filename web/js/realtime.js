/**
 * The live connection: one WebSocket for all of a user's updates, kept open while somebody listens.
 *
 * For any page: `new Realtime(() => api.post("/realtime/tickets"))`, then `listen(onUpdate, onState)`. What a connection
 * cannot promise (nothing missed, nothing twice) follow.js adds from the journal.
 */

import { backoff } from "./backoff.js";

/** A connection that lasted so long (milliseconds) was a good one: the next failure starts the waiting times anew. */
const STEADY = 5_000;
/** So long (milliseconds) it stays open without listeners: the next page may want it. */
const LINGER = 3_000;

export class Realtime {
  /** `idle`, `connecting`, `live` or `waiting` (for the next attempt). */
  state = "idle";
  #ticket;
  #listeners = new Set();
  #socket = null;
  #attempt = 0;
  #timer = null;

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

  #lingering = null;

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
      this.#become("live");
    };
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      if (performance.now() - opened > STEADY) this.#attempt = 0;
      this.#retry();
    };
  }

  #hear(data) {
    const update = JSON.parse(data);
    for (const { onUpdate } of [...this.#listeners]) onUpdate(update);
  }

  #retry() {
    this.#socket = null;
    this.#become("waiting");
    this.#timer = setTimeout(() => this.#open(), backoff(this.#attempt));
    this.#attempt += 1;
  }

  #hurry() {
    if (this.state !== "waiting") return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    if (socket instanceof WebSocket) socket.close();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    for (const { onState } of [...this.#listeners]) onState(state);
  }
}
