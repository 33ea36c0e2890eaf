/** The parts of the checkout form: where to, paid how, and a word to the kitchen. */

import { countryOptions, HOME } from "../countries.js";
import { el } from "../dom.js";
import { field } from "../forms.js";

const KEPT = "yafdp.address";

/** Cards that no money moves with: the sandbox's, and Stripe's in its test mode. */
const CARDS = {
  sandbox: [
    ["pm_card_ok", "Good card", "Pays without a word"],
    ["pm_card_declined", "Declined card", "The bank says no"],
    ["pm_needs_action", "Careful card", "The bank asks you first"],
    ["pm_capture_fails", "Failing card", "Authorised, but the charge fails"],
  ],
  stripe: [
    ["pm_card_visa", "Good card", "Pays without a word"],
    ["pm_card_visa_chargeDeclined", "Declined card", "The bank says no"],
    ["pm_card_threeDSecure2Required", "Careful card", "The bank asks you first"],
  ],
};

/** The fields of a delivery address, with the last one that was used in this browser. */
export function addressFields() {
  const last = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  const text = (label, name, most, autocomplete) =>
    field({
      label, name, autocomplete, required: true, maxlength: most, value: last[name] ?? "",
      pattern: ".*\\S.*", pointer: `/deliveryAddress/${name}`,
    });
  return el(
    "fieldset",
    { class: "card stack address" },
    el("legend", {}, "Where to"),
    text("Street and number", "street", 200, "street-address"),
    text("Postal code", "postalCode", 16, "postal-code"),
    text("City", "city", 200, "address-level2"),
    field({
      label: "Country", name: "country", control: "select", autocomplete: "country",
      pointer: "/deliveryAddress/country",
      options: countryOptions(last.country ?? HOME),
    }),
  );
}

/** One of the gateway's cards. */
export function cardChoice(gateway = "sandbox") {
  return el(
    "fieldset",
    { class: "card stack" },
    el("legend", {}, "Paid by"),
    el("p", { class: "soft" }, "Test cards: no money moves."),
    el("div", { class: "cards" }, CARDS[gateway].map(cardOption)),
  );
}

function cardOption([value, name, description], index) {
  const checked = index === 0;
  return el(
    "label",
    { class: "pay-card" },
    el("input", { type: "radio", name: "paymentMethod", value, checked, "data-pointer": "/paymentMethod" }),
    el("strong", {}, name),
    el("span", { class: "soft" }, description),
  );
}

/** A word to the kitchen. */
export function noteField() {
  const note = field({
    label: "A word to the kitchen (optional)", name: "note", control: "textarea", rows: 2, maxlength: 500,
    pointer: "/note",
  });
  note.classList.add("card");
  return note;
}

/** What was entered, as the API wants it. */
export function addressOf({ elements }) {
  const entries = ["street", "city", "postalCode", "country"].map((name) => [name, elements[name].value.trim()]);
  return Object.fromEntries(entries);
}

export function cardOf({ elements }) {
  return elements.paymentMethod.value;
}

export function noteOf({ elements }) {
  const note = elements.note.value.trim();
  return note ? { note } : {};
}

/** Keeps the address for the next order from this browser. */
export function keepAddress(form) {
  localStorage.setItem(KEPT, JSON.stringify(addressOf(form)));
}
