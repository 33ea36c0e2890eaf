/** An aggregate's events in the order of its journal, whatever the order, and however often, they arrive. */

export class Journal {
  /** The last sequence that came out. */
  last = 0;
  #ahead = new Map();

  /** Takes events in; returns those that are next, in sequence. Repeats vanish, early ones wait for what is missing. */
  add(events) {
    for (const event of events) if (event.sequence > this.last) this.#ahead.set(event.sequence, event);
    const next = [];
    for (let event; (event = this.#ahead.get(this.last + 1)); this.last += 1) {
      this.#ahead.delete(event.sequence);
      next.push(event);
    }
    return next;
  }

  /** Whether an event waits for one before it. */
  get gap() {
    return this.#ahead.size > 0;
  }
}
