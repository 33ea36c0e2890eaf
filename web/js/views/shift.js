/** A courier's shift: on duty in a country, or off duty. */

import { COUNTRIES, countryOptions, HOME } from "../countries.js";
import { el, replace } from "../dom.js";
import { inWords } from "../problem.js";

const KEPT = "yafdp.shift.country";
const PATH = "/me/shift";

/** Says whether the courier works, and changes it. */
export class Shift {
  element = el("section", { class: "card shift", "aria-label": "Your shift", hidden: true });
  #api;
  #state = el("p", { role: "status" });
  #does = el("div", { class: "shift-does" });
  #fault = el("p", { class: "form-error", role: "alert" });
  #changed;

  /** `changed` hears whether the courier is on duty, now and whenever it changes. */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
    this.element.append(this.#state, this.#does, this.#fault);
    this.#try(() => api.get(PATH));
  }

  async #try(ask) {
    const pressed = this.#does.querySelector("button");
    const focused = this.element.contains(document.activeElement);
    this.#fault.textContent = "";
    if (pressed) pressed.disabled = true;
    try {
      this.#show(await ask(), focused);
    } catch (error) {
      // Whose page it is not learns that from their list, which takes the page's place.
      this.element.hidden = error.status === 401 || error.status === 403;
      this.#fault.textContent = inWords(error);
    }
    if (pressed) pressed.disabled = false;
  }

  #show({ onDuty, country }, focused) {
    this.element.hidden = false;
    this.element.dataset.state = onDuty ? "on" : "off";
    this.#state.textContent = onDuty
      ? `You are on duty in ${COUNTRIES[country] ?? country}.`
      : "You are off duty: no new deliveries come to you.";
    replace(this.#does, onDuty ? this.#leave() : this.#begin());
    if (focused) this.#does.querySelector("button").focus();
    this.#changed(onDuty);
  }

  #begin() {
    const chosen = localStorage.getItem(KEPT) ?? HOME;
    const where = el("select", { "aria-label": "Country to work in" }, countryOptions(chosen));
    const onclick = () => {
      localStorage.setItem(KEPT, where.value);
      this.#try(() => this.#api.put(PATH, { country: where.value }));
    };
    return [where, el("button", { type: "button", onclick }, "Go on duty")];
  }

  #leave() {
    const onclick = () => this.#try(() => this.#api.delete(PATH));
    return el("button", { type: "button", class: "quiet", onclick }, "Go off duty");
  }
}
