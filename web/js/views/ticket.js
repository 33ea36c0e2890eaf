/** One order on the kitchen's screen: what is wanted, since when, until when, and what can be said about it. */

import { el, replace } from "../dom.js";
import { ask } from "../parts.js";
import { clock, faultInWords, numberOf } from "./work.js";

const REASONS = ["Sold out", "Too many orders right now", "The kitchen is closing"];
/** As the API takes it. */
const LONGEST_REASON = 200;
/** The part of the time to answer after which it is getting late. */
const LATE = 0.3;
const GONE = "Your kitchen has no such order any more.";
const RECALL = "Call this order off? Its customer has been told yes, and gets the money back.";

export class TicketCard {
  #list;
  #ticket = null;
  #age = el("p", { class: "age" });
  #bar = el("div", { class: "until", "aria-hidden": "true" }, el("span"));
  #number = el("h3", { tabindex: "-1" });
  #what = el("ul", { class: "wanted" });
  #note = el("p", { class: "word-of-mouth" });
  #does = el("div", { class: "does" });
  #fault = el("p", { class: "form-error", role: "alert" });
  #reason;
  #refusal;

  constructor(list) {
    this.#list = list;
    this.element = el(
      "li",
      { class: "card ticket" },
      el("header", {}, this.#number, this.#age),
      this.#bar,
      this.#what,
      this.#note,
      this.#fault,
      this.#does,
    );
  }

  /** Shows the ticket as it is now. */
  show(ticket) {
    const before = this.#ticket?.status;
    const focused = this.element.contains(document.activeElement);
    this.#ticket = ticket;
    if (before === undefined) this.#fill(ticket);
    this.element.dataset.status = ticket.status;
    if (before === ticket.status) return;
    // A reason that is being typed stays, as long as one may be given.
    if (!this.#refusal?.isConnected || ticket.status === "READY") this.#offer();
    if (before === undefined) return;
    this.#fault.textContent = "";
    if (focused && !this.element.contains(document.activeElement)) this.#number.focus();
  }

  /** Draws the eye to it for a while. */
  ring() {
    this.element.dataset.fresh = "";
    setTimeout(() => delete this.element.dataset.fresh, 20_000);
  }

  /** Tells the time, in the platform's milliseconds. */
  tick(now) {
    const { openedAt, expiresAt, status } = this.#ticket;
    const opened = Date.parse(openedAt);
    const left = expiresAt ? Date.parse(expiresAt) - now : null;
    this.#bar.hidden = left === null;
    if (left === null) {
      this.#age.textContent = status === "ACCEPTED" ? "being paid" : clock(now - opened);
      return;
    }
    const share = Math.min(1, Math.max(0, left / (Date.parse(expiresAt) - opened)));
    this.#age.textContent = left > 0 ? `${clock(left)} left` : "time is up";
    this.#bar.firstChild.style.setProperty("--share", share);
    this.element.dataset.late = share < LATE ? "yes" : "no";
    this.#age.title = `Waits for ${clock(now - opened)}`;
  }

  #fill({ orderId, items, note }) {
    this.element.dataset.order = orderId;
    this.element.setAttribute("aria-label", `Order ${numberOf(orderId)}`);
    this.#number.textContent = numberOf(orderId);
    replace(this.#what, items.map(line));
    this.#note.hidden = !note;
    this.#note.textContent = note ?? "";
  }

  #offer() {
    const { status } = this.#ticket;
    replace(
      this.#does,
      status === "PENDING" && this.#button("Accept", "accept", "wide big"),
      status === "CONFIRMED" && this.#button("Ready", "ready", "wide big"),
      status === "ACCEPTED" && el("p", { class: "soft" }, "Begin when it is paid for: a moment only."),
      status === "READY" && el("p", { class: "soft" }, "Waits at the counter for its courier."),
      status !== "READY" && this.#no(status === "PENDING" ? "Reject …" : "We cannot make it …"),
    );
  }

  #button(words, verb, kind) {
    const number = numberOf(this.#ticket.orderId);
    const onclick = () => this.#act(verb);
    return el("button", { type: "button", class: kind, "aria-label": `${words}: ${number}`, onclick }, words);
  }

  #no(words) {
    const number = numberOf(this.#ticket.orderId);
    const onclick = () => this.#askWhy();
    return el("button", { type: "button", class: "quiet wide", "aria-label": `${words} ${number}`, onclick }, words);
  }

  #askWhy() {
    this.#refusal ??= this.#form();
    replace(this.#does, this.#refusal);
    this.#reason.focus();
  }

  #form() {
    const id = `reason-${this.#ticket.orderId}`;
    this.#reason = el("input", { id, maxlength: LONGEST_REASON, autocomplete: "off", "aria-required": "true" });
    const pick = (words) => {
      const onclick = () => {
        this.#reason.value = words;
        this.#reason.focus();
      };
      return el("button", { type: "button", class: "quiet", onclick }, words);
    };
    const form = el(
      "form",
      { class: "refusal", novalidate: true },
      el("label", { for: id }, "Why not? The customer reads this."),
      this.#reason,
      el("div", { class: "choices" }, REASONS.map(pick)),
      el(
        "div",
        { class: "choices" },
        el("button", { type: "button", class: "quiet", onclick: () => this.#back() }, "Back"),
        el("button", { class: "danger" }, "Reject"),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#reject();
    });
    return form;
  }

  #back() {
    this.#fault.textContent = "";
    this.#offer();
    this.#number.focus();
  }

  async #reject() {
    const reason = this.#reason.value.trim();
    if (!reason) {
      this.#fault.textContent = "Please say why: the customer is told.";
      this.#reason.focus();
      return;
    }
    const recall = this.#ticket.status !== "PENDING";
    if (recall && !(await ask(RECALL, "Call it off", "Keep it"))) return;
    await this.#act("reject", { reason });
  }

  async #act(verb, content) {
    this.#fault.textContent = "";
    this.#busy(true);
    try {
      await this.#list.act(this.#ticket.orderId, verb, content);
    } catch (error) {
      this.#fault.textContent = faultInWords(error, GONE);
    }
    this.#busy(false);
  }

  #busy(busy) {
    this.#does.querySelectorAll("button").forEach((button) => (button.disabled = busy));
    this.element.setAttribute("aria-busy", String(busy));
  }
}

function line({ itemId, name, quantity }) {
  return el("li", {}, el("strong", {}, `${quantity} ×`), " ", name ?? itemId);
}
