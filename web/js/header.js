/** The bar on top of every page: where one is, what is in the basket, who is signed in. */

import { sleep } from "./backoff.js";
import { el, replace } from "./dom.js";
import { cooks, rides } from "./roles.js";

/** Which links are there for whom; whoever works here may also order. */
const LINKS = { "#nav-orders": Boolean, "#nav-posts": Boolean, "#nav-kitchen": cooks, "#nav-deliveries": rides };
const AREAS = ["/orders", "/posts", "/basket", "/notifications", "/sign-in", "/kitchen", "/deliveries"];

/** Keeps the header in step with the session, the basket and the page. */
export function header(app) {
  const { session, basket } = app;
  const update = () => {
    replace(document.querySelector("#account"), account(app));
    for (const [name, present] of Object.entries(LINKS)) document.querySelector(name).hidden = !present(session.user);
    showCount(basket.count);
  };
  session.addEventListener("change", update);
  basket.addEventListener("change", update);
  document.addEventListener("page", () => markCurrent(app.router.path));
  update();
}

/**
 * Milliseconds that a sign-out may wait for what is on its way to the platform's basket: long enough for functions that
 * have not run for a while, since what is not there by then is lost.
 */
const FAREWELL = 15_000;
let leaving = false;

async function signOut({ session, basket }) {
  leaving = true;
  basket.dispatchEvent(new Event("change"));
  await Promise.race([basket.settled(), sleep(FAREWELL)]);
  leaving = false;
  session.signOut();
}

function account(app) {
  const { session } = app;
  if (!session.user) return [el("a", { class: "button quiet", href: "#/sign-in" }, "Sign in")];
  return [
    el("a", { class: "who", href: "#/notifications", title: "Your notifications" }, session.user.name),
    leaving
      ? el("button", { type: "button", class: "quiet", disabled: true }, "Signing out…")
      : el("button", { type: "button", class: "quiet", onclick: () => signOut(app) }, "Sign out"),
  ];
}

function showCount(count) {
  const badge = document.querySelector("#basket-count");
  badge.textContent = count;
  badge.hidden = count === 0;
  const items = count === 1 ? "item" : "items";
  document.querySelector("#nav-basket").setAttribute("aria-label", `Basket, ${count} ${items}`);
}

function markCurrent(path) {
  const area = AREAS.find((start) => path.startsWith(start)) ?? "/";
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.getAttribute("href") === `#${area}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
