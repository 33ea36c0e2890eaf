/** An order's way as a list: what has happened with its times, what is under way, what is still to come. */

import { clickOf, elapsed } from "../clicks.js";
import { el } from "../dom.js";
import { isBad, isEnding, label, STEPS } from "../statuses.js";

const NAMES = STEPS.map(([status]) => status);

/** Events after which the order goes no step further. */
const UNDOING = new Set(["OrderFailing", "OrderCancellationRequested"]);
/** The event after which it does after all: its courier was faster. */
const REINSTATED = "OrderReinstated";

export class Timeline {
  /** The state of the last event, or null before the first. */
  status = null;
  /** Whether the order is being undone. */
  closing = false;
  #orderId;
  #start = null;
  #rows = new Map();

  constructor(orderId) {
    this.#orderId = orderId;
    this.element = el("ol", { class: "timeline", "aria-label": "What happened" });
    for (const status of NAMES) this.#row(status);
    this.#mark();
  }

  /** Adds events, in sequence. */
  add(events) {
    for (const event of events) {
      this.#start ??= this.#startOf(event);
      this.closing = event.type !== REINSTATED && (this.closing || UNDOING.has(event.type));
      // An event that leaves the order where it is has no row of its own.
      if (event.status === this.status) continue;
      this.status = event.status;
      this.#fill(this.#rows.get(event.status) ?? this.#row(event.status), event);
    }
    this.#mark();
  }

  /** How far the order is on its way, 0 to 1. */
  get progress() {
    return (NAMES.indexOf(this.status) + 1) / NAMES.length;
  }

  /** How long after the start this event was, for people. */
  since(event) {
    return elapsed(Date.parse(event.occurredAt) - this.#start);
  }

  #startOf(event) {
    const received = Date.parse(event.occurredAt);
    return clickOf(this.#orderId, received) ?? received;
  }

  #row(status) {
    const row = el("li", { "data-status": status }, el("span", { class: "step" }, label(status)));
    this.#rows.set(status, row);
    this.element.append(row);
    return row;
  }

  #fill(row, event) {
    const { reason } = event.data;
    const at = new Date(event.occurredAt);
    row.dataset.sequence = event.sequence;
    row.append(el("time", { datetime: event.occurredAt, title: at.toLocaleString() }, this.since(event)));
    if (reason) row.append(el("p", { class: "reason" }, reason));
    if (isBad(event.status)) this.#forgetOpen();
  }

  /** What will not happen any more is not shown as if it might. */
  #forgetOpen() {
    for (const [status, row] of this.#rows) {
      if (row.dataset.sequence) continue;
      row.remove();
      this.#rows.delete(status);
    }
  }

  #mark() {
    const current = isEnding(this.status) ? null : NAMES[NAMES.indexOf(this.status) + 1];
    for (const [status, row] of this.#rows) {
      row.dataset.state = row.dataset.sequence ? "done" : status === current ? "current" : "open";
      if (status === current) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    }
    if (isBad(this.status)) this.#rows.get(this.status).dataset.state = "bad";
  }
}
