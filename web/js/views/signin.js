/** Sign in: by name and password, or as one of the demo users with one click. */

import { el } from "../dom.js";
import { clearErrors, complete, field, formError, showError } from "../forms.js";
import { homeOf } from "../roles.js";

/** Who may step in with one click: customers first, then those who work for them. */
const CAST = [
  ["customers", "This is a demo platform. Step in as"],
  ["staff", "or see the kitchen's side as"],
  ["couriers", "and the courier's as"],
];

/** After signing in one goes on where `?next=` says, or where one works. */
export async function signIn(app, { query }) {
  const next = safe(query.get("next"));
  const enter = (username, password) =>
    app.session.signIn(username, password).then(() => app.router.go(next ?? homeOf(app.session.user)));
  const form = signInForm(enter);
  const node = el(
    "div",
    { class: "narrow" },
    el("h1", { tabindex: "-1" }, "Welcome"),
    demo(app.config.demoUsers ?? [], form, enter),
    form,
  );
  return { title: "Sign in", node };
}

function signInForm(enter) {
  const form = el(
    "form",
    { class: "card stack", novalidate: true },
    field({ label: "E-mail", name: "username", type: "email", required: true, autocomplete: "username" }),
    field({ label: "Password", name: "password", type: "password", required: true, autocomplete: "current-password" }),
    formError(),
    el("button", { class: "wide" }, "Sign in"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    if (complete(form)) attempt(form, () => enter(form.elements.username.value, form.elements.password.value));
  });
  return form;
}

function demo(users, form, enter) {
  const step = ({ username, password, group }) => {
    const onclick = () => attempt(form, () => enter(username, password));
    return el("button", { type: "button", class: group !== "customers" && "quiet", onclick }, firstName(username));
  };
  const cast = CAST.map(([group, words]) => [words, users.filter((user) => user.group === group)]);
  const shown = cast.filter(([, found]) => found.length > 0);
  if (shown.length === 0) return null;
  return el(
    "section",
    { class: "card stack demo", "aria-label": "Demo users" },
    shown.map(([words, found]) => [el("p", {}, words), el("div", { class: "choices" }, found.map(step))]),
  );
}

async function attempt(form, action) {
  const buttons = form.parentElement.querySelectorAll("button");
  buttons.forEach((button) => (button.disabled = true));
  try {
    await action();
  } catch (error) {
    showSignInError(form, error);
  }
  buttons.forEach((button) => (button.disabled = false));
}

function showSignInError(form, error) {
  // The user pool's own words name what is wrong, and give nothing away about who has an account.
  if (error.status === 400) form.querySelector(".form-error").textContent = error.detail;
  else showError(form, error);
}

function firstName(username) {
  const name = username.split("@")[0];
  return name[0].toUpperCase() + name.slice(1);
}

/** Only a page of ours: whatever else the address asks for is nothing. */
function safe(next) {
  return next?.startsWith("/") ? next : null;
}
