/** Calling an order off, as long as the kitchen has not finished it. */

import { el, replace } from "../dom.js";
import { ask } from "../parts.js";
import { inWords } from "../problem.js";
import { canBeCancelled } from "../statuses.js";

export class Cancel {
  element = el("div", { class: "cancel" });
  #app;
  #orderId;
  #asked = false;
  #button = el("button", { type: "button", class: "quiet", onclick: () => this.#cancel() }, "Cancel this order");

  constructor(app, orderId) {
    this.#app = app;
    this.#orderId = orderId;
  }

  /** Offers to cancel the order while it can be cancelled. */
  offer(status, closing) {
    const offered = canBeCancelled(status) && !closing && !this.#asked;
    if (offered && !this.#button.isConnected) replace(this.element, this.#button);
    if (!offered && this.#button.isConnected) replace(this.element);
  }

  async #cancel() {
    if (!(await ask("Cancel this order? You get your money back.", "Cancel it", "Keep it"))) return;
    this.#asked = true;
    replace(this.element, el("p", { role: "status" }, "Calling your order off …"));
    try {
      await this.#app.api.post(`/orders/${this.#orderId}/cancel`, {}, { repeatable: true });
      replace(this.element);
    } catch (error) {
      replace(this.element, el("p", { role: "alert" }, inWords(error)));
    }
  }
}
