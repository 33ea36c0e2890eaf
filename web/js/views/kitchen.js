/** The kitchen's screen: what waits for an answer, what is being cooked, and what waits for its courier. */

import { restaurantName } from "../catalog.js";
import { audible, chime, setAudible } from "../chime.js";
import { el } from "../dom.js";
import { cooks } from "../roles.js";
import { GONE, Worklist } from "../worklist.js";
import { TicketCard } from "./ticket.js";
import { arrange, Connection, News, notForYou, numberOf, refuse } from "./work.js";

const WHOSE = "the staff of a restaurant";
/** How far a ticket has come. */
const RANKS = { PENDING: 1, ACCEPTED: 2, CONFIRMED: 3, READY: 4 };
/** How far its ticket must have come when an order is in this state. */
const DUE = { AUTHORISED: 1, ACCEPTED: 2, ASSIGNED: 2, CONFIRMED: 3, READY: 4, PICKED_UP: GONE, DELIVERED: GONE };
const COLUMNS = [
  ["New", ["PENDING"], "No order is waiting for an answer."],
  ["Cooking", ["ACCEPTED", "CONFIRMED"], "Nothing is on the stove."],
  ["Ready", ["READY"], "Nothing waits for a courier."],
];
/** Why an order is off, by the platform's name for it. */
const REASONS = {
  CancelledByCustomer: "its customer has cancelled it",
  KitchenSilent: "nobody answered in time",
  NoCourier: "there is no courier for it",
  CaptureFailed: "it could not be paid",
};
const TICK = 1_000;

export async function kitchen(app) {
  const { session, router } = app;
  if (!session.user) {
    router.go("/sign-in?next=/kitchen");
    return { title: "Sign in", node: [] };
  }
  if (!cooks(session.user)) return { title: "Tickets", node: notForYou(WHOSE) };
  const screen = new Screen(app, await restaurantName(app.api, session.user.restaurantId));
  return { title: "Tickets", node: screen.element, leave: () => screen.leave() };
}

class Screen {
  #app;
  #list;
  #cards = new Map();
  #statuses = new Map();
  #codes = new Map();
  #begun = false;
  #news = new News();
  #connection = new Connection();
  #columns = COLUMNS.map(([name, statuses, nothing]) => new Column(name, statuses, nothing));

  constructor(app, name) {
    this.#app = app;
    const { restaurantId } = app.session.user;
    this.element = el(
      "div",
      { class: "workplace" },
      el("header", { class: "workplace-head" }, el("h1", { tabindex: "-1" }, name), this.#connection.element, soundSwitch()),
      this.#news.element,
      el("div", { class: "board" }, this.#columns.map(({ element }) => element)),
    );
    this.#list = new Worklist(app, {
      path: "/kitchen/orders",
      rank: (status) => RANKS[status] ?? GONE,
      due: (status) => DUE[status],
      topics: () => [{ restaurantId }],
      heard: {
        items: (tickets) => this.#show(tickets),
        connection: (live) => this.#connection.live(live),
        news: ({ orderId, data }) => data?.code && this.#codes.set(orderId, data.code),
        trouble: (error) => this.#connection.trouble(error),
        refused: (problem) => this.#refused(problem),
      },
    });
    this.stop = this.#list.start();
    this.ticking = setInterval(() => this.#tick(), TICK);
  }

  /** Nobody looks any more. */
  leave() {
    clearInterval(this.ticking);
    this.stop();
  }

  #refused(problem) {
    this.leave();
    refuse(this.element, problem, WHOSE, "/kitchen");
  }

  #show(tickets) {
    const fresh = tickets.filter(({ orderId }) => !this.#cards.has(orderId));
    const gone = [...this.#cards.keys()].filter((id) => !tickets.some(({ orderId }) => orderId === id));
    for (const ticket of tickets) this.#card(ticket.orderId).show(ticket);
    gone.forEach((orderId) => this.#forget(orderId));
    for (const { orderId, status } of tickets) this.#statuses.set(orderId, status);
    const oldestFirst = [...tickets].sort((one, other) => one.openedAt.localeCompare(other.openedAt));
    for (const column of this.#columns) column.show(oldestFirst, this.#cards);
    this.#tick();
    this.#title(tickets);
    if (this.#begun) this.#ring(fresh.filter(({ status }) => status === "PENDING"));
    this.#begun = true;
  }

  #card(orderId) {
    if (!this.#cards.has(orderId)) this.#cards.set(orderId, new TicketCard(this.#list));
    return this.#cards.get(orderId);
  }

  #forget(orderId) {
    const status = this.#statuses.get(orderId);
    this.#cards.delete(orderId);
    this.#statuses.delete(orderId);
    if (status !== "READY") this.#explain(orderId);
  }

  /** An order that goes before it was ready goes with a word about why. */
  async #explain(orderId) {
    const recent = await this.#app.api.get("/kitchen/orders?limit=100").catch(() => ({ items: [] }));
    const ticket = recent.items.find((one) => one.orderId === orderId);
    if (ticket?.status === "COLLECTED") return;
    const why = REASONS[this.#codes.get(orderId)] ?? (ticket?.reason ? `“${ticket.reason}”` : null);
    const verb = ticket?.status === "REJECTED" ? "was rejected" : "is off";
    this.#news.say(`Order ${numberOf(orderId)} ${verb}${why ? `: ${why}` : ""}.`);
  }

  #ring(fresh) {
    if (fresh.length === 0) return;
    for (const { orderId } of fresh) this.#cards.get(orderId).ring();
    chime();
    const words = fresh.length === 1 ? "A new order" : `${fresh.length} new orders`;
    this.#app.announce(`${words} waiting for an answer`);
  }

  #title(tickets) {
    const waiting = tickets.filter(({ status }) => status === "PENDING").length;
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}Tickets · YAFDP`;
  }

  #tick() {
    for (const card of this.#cards.values()) card.tick(this.#list.now());
  }
}

class Column {
  #statuses;
  #list = el("ul", { class: "tickets" });
  #count = el("span", { class: "many" });
  #nothing;

  constructor(name, statuses, nothing) {
    this.#statuses = statuses;
    this.#nothing = el("p", { class: "soft" }, nothing);
    const heading = el("h2", {}, name, " ", this.#count);
    this.element = el("section", { "aria-label": name }, heading, this.#nothing, this.#list);
  }

  show(tickets, cards) {
    const mine = tickets.filter(({ status }) => this.#statuses.includes(status));
    arrange(this.#list, mine.map(({ orderId }) => cards.get(orderId).element));
    this.#count.textContent = mine.length > 0 ? mine.length : "";
    this.#nothing.hidden = mine.length > 0;
  }
}

function soundSwitch() {
  const words = () => (audible() ? "Sound is on" : "Sound is off");
  const button = el("button", { type: "button", class: "quiet", "aria-pressed": String(audible()) }, words());
  button.addEventListener("click", () => {
    setAudible(!audible());
    button.textContent = words();
    button.setAttribute("aria-pressed", String(audible()));
    chime();
  });
  return button;
}
