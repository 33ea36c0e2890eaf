/** A courier's page: where the food is, where it goes, picked up, delivered. */

import { restaurant } from "../catalog.js";
import { el, replace } from "../dom.js";
import { rides } from "../roles.js";
import { GONE, Worklist } from "../worklist.js";
import { Shift } from "./shift.js";
import { arrange, Connection, faultInWords, News, notForYou, numberOf, refuse } from "./work.js";

const WHOSE = "couriers";
const RANKS = { ASSIGNED: 1, READY: 2, PICKED_UP: 3 };
const DUE = { ASSIGNED: 1, CONFIRMED: 1, READY: 2, PICKED_UP: 3, DELIVERED: GONE };
/** More than this are asked for at intervals only: a connection may not say too much at once. */
const MOST_TOPICS = 20;
const NOTHING = {
  on: "Nothing to bring at the moment. New deliveries appear here by themselves.",
  off: "Nothing to bring. Go on duty, and new deliveries appear here by themselves.",
};
const NO_SUCH = "This delivery is not yours any more.";
const SECTIONS = [
  ["On the road", ["PICKED_UP"]],
  ["To pick up", ["READY", "ASSIGNED"]],
];

export async function deliveries(app) {
  const { session, router } = app;
  if (!session.user) {
    router.go("/sign-in?next=/deliveries");
    return { title: "Sign in", node: [] };
  }
  if (!rides(session.user)) return { title: "Deliveries", node: notForYou(WHOSE) };
  const page = new Round(app);
  return { title: "Deliveries", node: page.element, leave: () => page.leave() };
}

class Round {
  #app;
  #list;
  #runs = new Map();
  #statuses = new Map();
  #begun = false;
  #news = new News();
  #connection = new Connection();
  #nothing = el("p", {}, NOTHING.on);
  #sections = SECTIONS.map(([name, statuses]) => {
    const list = el("ul", { class: "tickets" });
    return { statuses, list, element: el("section", { "aria-label": name, hidden: true }, el("h2", {}, name), list) };
  });

  constructor(app) {
    this.#app = app;
    const shift = new Shift(app.api, (onDuty) => {
      this.#nothing.textContent = NOTHING[onDuty ? "on" : "off"];
    });
    this.element = el(
      "div",
      { class: "workplace round-trip" },
      el("header", { class: "workplace-head" }, el("h1", { tabindex: "-1" }, "Deliveries"), this.#connection.element),
      shift.element,
      this.#news.element,
      this.#nothing,
      this.#sections.map(({ element }) => element),
    );
    this.#list = new Worklist(app, {
      path: "/deliveries",
      rank: (status) => RANKS[status] ?? GONE,
      due: (status) => DUE[status],
      topics: (items) => items.slice(0, MOST_TOPICS).map(({ orderId }) => ({ orderId })),
      heard: {
        items: (items) => this.#show(items),
        connection: (live) => this.#connection.live(live),
        news: () => undefined,
        trouble: (error) => this.#connection.trouble(error),
        refused: (problem) => this.#refused(problem),
      },
    });
    this.leave = this.#list.start();
  }

  #refused(problem) {
    this.leave();
    refuse(this.element, problem, WHOSE, "/deliveries");
  }

  #show(items) {
    const fresh = items.filter(({ orderId }) => !this.#runs.has(orderId));
    for (const item of items) this.#run(item.orderId).show(item);
    for (const orderId of [...this.#runs.keys()]) {
      if (!items.some((item) => item.orderId === orderId)) this.#forget(orderId);
    }
    for (const { orderId, status } of items) this.#tell(orderId, status);
    this.#nothing.hidden = items.length > 0;
    const oldestFirst = [...items].sort((one, other) => one.assignedAt.localeCompare(other.assignedAt));
    for (const { statuses, list, element } of this.#sections) {
      const mine = statuses.flatMap((status) => oldestFirst.filter((item) => item.status === status));
      arrange(list, mine.map(({ orderId }) => this.#runs.get(orderId).element));
      element.hidden = mine.length === 0;
    }
    if (this.#begun && fresh.length > 0) this.#app.announce("A new delivery");
    this.#begun = true;
  }

  #run(orderId) {
    if (!this.#runs.has(orderId)) this.#runs.set(orderId, new Run(this.#app, this.#list));
    return this.#runs.get(orderId);
  }

  #tell(orderId, status) {
    if (this.#statuses.get(orderId) === "ASSIGNED" && status === "READY") {
      this.#app.announce(`Order ${numberOf(orderId)} is ready to be picked up`);
    }
    this.#statuses.set(orderId, status);
  }

  #forget(orderId) {
    const number = numberOf(orderId);
    const delivered = this.#statuses.get(orderId) === "PICKED_UP";
    this.#news.say(delivered ? `Order ${number} is delivered. Thank you.` : `Order ${number} has been called off: nobody waits for it.`);
    this.#runs.delete(orderId);
    this.#statuses.delete(orderId);
  }
}

/** One delivery. */
class Run {
  #app;
  #list;
  #run = null;
  #heading = el("h3", { tabindex: "-1" });
  #state = el("p", { class: "age" });
  #from = el("div", {});
  #to = el("div", {});
  #does = el("div", { class: "does" });
  #fault = el("p", { class: "form-error", role: "alert" });

  constructor(app, list) {
    this.#app = app;
    this.#list = list;
    this.element = el(
      "li",
      { class: "card ticket run" },
      el("header", {}, this.#heading, this.#state),
      el("div", { class: "way" }, this.#from, this.#to),
      this.#fault,
      this.#does,
    );
  }

  show(run) {
    const before = this.#run?.status;
    const focused = this.element.contains(document.activeElement);
    this.#run = run;
    if (before === undefined) this.#fill(run);
    if (before === run.status) return;
    this.element.dataset.status = run.status;
    this.#state.textContent = { ASSIGNED: "being cooked", READY: "ready at the counter", PICKED_UP: "with you" }[run.status];
    this.#fault.textContent = "";
    replace(this.#does, this.#offer(run));
    if (before && focused && !this.element.contains(document.activeElement)) this.#heading.focus();
  }

  async #fill({ orderId, restaurantId, deliveryAddress }) {
    this.element.dataset.order = orderId;
    this.element.setAttribute("aria-label", `Order ${numberOf(orderId)}`);
    this.#heading.textContent = numberOf(orderId);
    replace(this.#to, stop("To", null, deliveryAddress));
    replace(this.#from, stop("From", restaurantId ?? "The restaurant", null));
    const place = restaurantId && (await restaurant(this.#app.api, restaurantId).catch(() => null));
    if (place) replace(this.#from, stop("From", place.name, place.address));
  }

  #offer({ status }) {
    if (status === "READY") return this.#button("Picked up", "pickup");
    if (status === "PICKED_UP") return this.#button("Delivered", "complete");
    return [];
  }

  #button(words, verb) {
    const onclick = () => this.#act(verb);
    const label = `${words}: ${numberOf(this.#run.orderId)}`;
    return el("button", { type: "button", class: "wide big", "aria-label": label, onclick }, words);
  }

  async #act(verb) {
    const button = this.#does.querySelector("button");
    this.#fault.textContent = "";
    button.disabled = true;
    try {
      await this.#list.act(this.#run.orderId, verb);
    } catch (error) {
      this.#fault.textContent = faultInWords(error, NO_SUCH);
    }
    button.disabled = false;
  }
}

function stop(words, name, address) {
  return [
    el("h4", {}, words),
    name && el("p", { class: "place-name" }, name),
    address && el("address", {}, address.street, el("br"), `${address.postalCode} ${address.city}`),
  ];
}
