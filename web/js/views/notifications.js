/** Which messages the customer gets by e-mail and SMS, and when they are left in peace. */

import { el } from "../dom.js";
import { clearErrors, complete, field, formError, showError } from "../forms.js";

const KINDS = {
  OrderPaymentPending: "Your bank wants a word",
  OrderConfirmed: "Confirmed",
  OrderReady: "Ready",
  OrderPickedUp: "On its way",
  OrderDelivered: "Delivered",
  OrderRejected: "Not accepted",
  OrderCancelled: "Cancelled",
  OrderReinstated: "Too late to cancel",
  OrderNeedsAttention: "A problem with it",
};
const CHANNELS = { email: "E-mail", sms: "SMS" };
/** What there is to say of a channel that leads nowhere. */
const PROBLEMS = {
  unknown: { email: "We know no address of yours.", sms: "We know no phone number of yours." },
  bounced: { email: "Mail to this address comes back, so nothing is sent there." },
  complained: { email: "You asked us not to write to this address, so nothing is sent there." },
  unreachable: { email: "Mail to this address comes back at the moment." },
};
const NIGHT = { starts: "22:00", ends: "07:00" };

export async function notifications({ api, session, router, announce }) {
  if (!session.user) {
    router.go("/sign-in?next=/notifications");
    return { title: "Sign in", node: [] };
  }
  const read = await api.getChanged("/me/notifications");
  let { tag } = read;
  const form = preferencesForm(read.body);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    if (complete(form)) save();
  });

  async function save() {
    const button = form.querySelector("button");
    const said = form.querySelector(".saved");
    button.disabled = true;
    said.textContent = "";
    try {
      ({ tag } = await api.replace("/me/notifications", entered(form), tag));
      said.textContent = "Saved.";
    } catch (error) {
      showError(form, error);
    }
    button.disabled = false;
    announce(said.textContent);
  }

  const node = [
    el("h1", { tabindex: "-1" }, "Notifications"),
    el("p", { class: "soft" }, "An open page always shows what happens to your orders. This is about the rest."),
    form,
  ];
  return { title: "Notifications", node };
}

function preferencesForm({ email, sms, quietHours, contacts }) {
  const chosen = { email, sms };
  return el(
    "form",
    { class: "stack narrow-form", novalidate: true, "aria-label": "Notifications" },
    Object.entries(CHANNELS).map(([channel, name]) => kinds(channel, name, chosen[channel], contacts[channel])),
    quiet(quietHours),
    formError(),
    el("p", { class: "soft saved" }),
    el("button", {}, "Save"),
  );
}

function kinds(channel, name, chosen, { to, problem }) {
  return el(
    "fieldset",
    { class: "card stack" },
    el("legend", {}, `By ${name}`),
    el("p", { class: "soft" }, [to, PROBLEMS[problem]?.[channel]].filter(Boolean).join(": ")),
    Object.entries(KINDS).map(([kind, words]) => check(channel, words, kind, chosen.includes(kind))),
  );
}

function check(name, words, value, checked) {
  return el("label", { class: "check" }, el("input", { type: "checkbox", name, value, checked }), words);
}

function quiet(hours) {
  const zone = hours?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const at = (label, name, value) =>
    field({ label, name, type: "time", required: true, value, pointer: `/quietHours/${name}` });
  return el(
    "fieldset",
    { class: "card stack" },
    el("legend", {}, "Quiet hours"),
    el("p", { class: "soft" }, "What can wait is sent when they are over. What is urgent is sent at once."),
    check("quiet", "Leave me in peace", "on", Boolean(hours)),
    at("From", "starts", hours?.starts ?? NIGHT.starts),
    at("To", "ends", hours?.ends ?? NIGHT.ends),
    field({
      label: "Time zone", name: "timeZone", required: true, maxlength: 64, value: zone, pointer: "/quietHours/timeZone",
    }),
  );
}

function entered({ elements }) {
  const ticked = (name) => [...elements[name]].filter((box) => box.checked).map((box) => box.value);
  const { quiet: on, starts, ends, timeZone } = elements;
  const hours = { starts: starts.value, ends: ends.value, timeZone: timeZone.value.trim() };
  return { email: ticked("email"), sms: ticked("sms"), ...(on.checked && { quietHours: hours }) };
}
