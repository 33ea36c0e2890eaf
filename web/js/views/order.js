/** One order, live: its timeline fills as things happen. */

import { restaurantName } from "../catalog.js";
import { placedHere } from "../clicks.js";
import { el, replace } from "../dom.js";
import { followOrder } from "../follow.js";
import { notice } from "../parts.js";
import { fillRing, plate } from "../plate.js";
import { headline, isBad, isEnding, label } from "../statuses.js";
import { Again } from "./again.js";
import { Bank } from "./bank.js";
import { Cancel } from "./cancel.js";
import { receipt } from "./receipt.js";
import { Timeline } from "./timeline.js";

export async function order(app, { orderId }) {
  if (!app.session.user) return toSignIn(app, orderId);
  const page = new OrderPage(app, orderId);
  const expected = placedHere(orderId);
  const stop = followOrder({ api: app.api, realtime: app.realtime, orderId, expected, heard: page });
  return { title: "Your order", node: page.element, leave: () => page.leave(stop) };
}

function toSignIn({ router }, orderId) {
  router.go(`/sign-in?next=/orders/${encodeURIComponent(orderId)}`);
  return { title: "Sign in", node: [] };
}

/** What is on the screen; hears from the follower. */
class OrderPage {
  #app;
  #timeline;
  #plate = null;
  #order = null;
  #heading = el("h1", { tabindex: "-1" }, "Your order");
  #subtitle = el("p", { class: "soft" });
  #picture = el("div", { class: "order-plate" });
  #connection = el("p", { class: "connection" });
  #again;
  #bank;
  #cancel;
  #receipt = el("section", { class: "card stack receipt", "aria-label": "Receipt" });

  constructor(app, orderId) {
    this.#app = app;
    this.#timeline = new Timeline(orderId);
    this.#again = new Again(app);
    this.#bank = new Bank(app, orderId);
    this.#cancel = new Cancel(app, orderId);
    this.element = el(
      "div",
      { class: "order" },
      el("header", { class: "place" }, this.#picture, el("div", {}, this.#heading, this.#subtitle)),
      el(
        "div",
        { class: "columns" },
        el(
          "section",
          { class: "card", "aria-label": "Progress" },
          this.#connection,
          this.#bank.element,
          this.#timeline.element,
          this.#again.element,
          this.#cancel.element,
        ),
        this.#receipt,
      ),
    );
    this.connection(false);
  }

  /** Nobody looks any more. */
  leave(stop) {
    this.#again.leave();
    this.#bank.leave();
    stop();
  }

  /** New events, in sequence. */
  events(events) {
    this.#timeline.add(events);
    // An event of pricing brings names and prices with it.
    for (const { data } of events) if (data.items && data.total) this.#bill({ items: data.items, total: data.total });
    const last = events.at(-1);
    const said = last.data.paymentAction ? "Your bank wants to hear from you" : label(last.status);
    this.#app.announce([said, last.data.reason, this.#timeline.since(last)].filter(Boolean).join(", "));
    this.#bank.wants(last.data.paymentAction);
    this.#head(last.status);
  }

  /** The order as a whole. */
  async order(order) {
    const first = this.#plate === null;
    if (first) this.#plate = replace(this.#picture, plate(order.restaurantId, { progress: 0 })).firstChild;
    this.#bill(order);
    this.#head(this.#timeline.status ?? order.status);
    if (!first) return;
    const name = await restaurantName(this.#app.api, order.restaurantId);
    const placed = new Date(order.createdAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    this.#subtitle.textContent = `${name} · ${placed} · ${order.orderId.slice(0, 8)}`;
  }

  /** Whether news come by themselves. */
  connection(live) {
    this.#connection.dataset.state = live ? "live" : "asking";
    this.#connection.textContent = live ? "Live" : "Connecting … asking every few seconds meanwhile";
  }

  /** The order cannot be read: it is not there, or not this customer's. */
  failed(problem) {
    const sorry = problem.status === 404 ? "You have no such order" : "We cannot show this order";
    this.#heading.textContent = sorry;
    const back = el("p", {}, el("a", { href: "#/orders" }, "Your orders"));
    replace(this.element, this.#heading, problem.status !== 404 && notice(problem), back);
    this.#app.announce(sorry);
  }

  #bill(news) {
    this.#order = { ...this.#order, ...news };
    if (this.#order.items) replace(this.#receipt, receipt(this.#order));
  }

  #head(status) {
    const closing = this.#timeline.closing && !isEnding(status);
    const now = this.#bank.waiting ? "One more step at your bank" : headline(status);
    this.#heading.textContent = closing ? "Calling your order off" : now;
    this.#cancel.offer(status, closing);
    this.#connection.hidden = isEnding(status);
    this.element.dataset.ending = isBad(status) ? "bad" : "";
    if (isBad(status) && this.#order?.restaurantId) this.#again.offer(this.#order, status);
    if (this.#plate) fillRing(this.#plate, isBad(status) ? 1 : this.#timeline.progress);
  }
}
