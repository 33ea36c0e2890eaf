/** Sign in: by name and password, or as one of the demo customers with one click. */

import { el } from "../dom.js";
import { clearErrors, complete, field, formError, showError } from "../forms.js";

const HOME = "/";

/** After signing in the customer goes on where `?next=` says. */
export async function signIn(app, { query }) {
  const next = safe(query.get("next"));
  const enter = (username, password) =>
    app.session.signIn(username, password).then(() => app.router.go(next));
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

/** These pages are the customers': staff, couriers and administrators have their own. */
function demo(users, form, enter) {
  const customers = users.filter(({ group }) => group === "customers");
  if (customers.length === 0) return null;
  return el(
    "section",
    { class: "card stack demo", "aria-label": "Demo customers" },
    el("p", {}, "This is a demo platform. Step in as"),
    el(
      "div",
      { class: "choices" },
      customers.map(({ username, password }) => {
        const onclick = () => attempt(form, () => enter(username, password));
        return el("button", { type: "button", onclick }, firstName(username));
      }),
    ),
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

/** Only a page of ours: whatever else the address asks for leads home. */
function safe(next) {
  return next?.startsWith("/") ? next : HOME;
}
