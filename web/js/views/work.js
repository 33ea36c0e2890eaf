/** What the pages of those who work here share: numbers, times, words about what has changed, and why not to be here. */

import { el, replace } from "../dom.js";
import { notice } from "../parts.js";
import { inWords } from "../problem.js";

/** Milliseconds that a word about a change stays, unless it is taken away. */
const STAYS = 90_000;
const MOST = 3;

/** An order's number as it is called over a counter: the beginning of its id. */
export const numberOf = (orderId) => orderId.slice(0, 5).toUpperCase();

/** Milliseconds as a clock: "4:18", "1:02:05". */
export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** What went wrong with something that was done to a piece of work. */
export function faultInWords(error, gone) {
  if (error.status === 409) return "Somebody was faster, perhaps on another screen. This is how it stands now.";
  return error.status === 404 ? gone : inWords(error);
}

/** Words about what has changed by itself, the newest first. */
export class News {
  element = el("div", { class: "news", role: "status" });

  /** Says it, to those who look and to those who listen. */
  say(text) {
    const close = el("button", { type: "button", class: "quiet", onclick: () => line.remove() }, "OK");
    const line = el("div", { class: "notice word" }, el("p", {}, text), close);
    this.element.prepend(line);
    [...this.element.children].slice(MOST).forEach((old) => old.remove());
    setTimeout(() => line.remove(), STAYS);
  }
}

/** Whether changes come by themselves, and whether the platform answers at all. */
export class Connection {
  element = el("p", { class: "connection" });
  #live = false;
  #error = null;
  #since = null;

  constructor() {
    this.#show();
  }

  live(live) {
    this.#live = live;
    this.#show();
  }

  /** The list could not be read: what is shown is as old as that. Null when it can. */
  trouble(error) {
    this.#since = error && (this.#since ?? new Date());
    this.#error = error;
    this.#show();
  }

  #show() {
    const old = this.#since?.toLocaleTimeString([], { timeStyle: "short" });
    this.element.dataset.state = this.#error ? "lost" : this.#live ? "live" : "asking";
    const words = this.#live ? "Live" : "Connecting … asking every few seconds meanwhile";
    this.element.textContent = this.#error ? `${inWords(this.#error)} This is how it stood at ${old}.` : words;
  }
}

/** Puts the elements into the list in this order, and moves none that is in its place: a field keeps its cursor. */
export function arrange(list, elements) {
  [...list.children].filter((child) => !elements.includes(child)).forEach((child) => child.remove());
  elements.forEach((element, place) => {
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
  });
}

/** A page that is not for whoever looks at it. */
export function notForYou(whose) {
  return [
    el("h1", { tabindex: "-1" }, "This page is not for you"),
    el("p", {}, `Only ${whose} can see it. `, el("a", { href: "#/" }, "Back to the restaurants")),
  ];
}

/** The page in whose place something must be said: the list may not be read, or not without signing in again. */
export function refuse(page, problem, whose, here) {
  const again = el("a", { class: "button", href: `#/sign-in?next=${here}` }, "Sign in");
  if (problem.status === 403) replace(page, notForYou(whose));
  else replace(page, el("h1", { tabindex: "-1" }, "That did not work"), notice(problem), problem.status === 401 && again);
}
