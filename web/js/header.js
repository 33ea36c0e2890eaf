/** The bar on top of every page: where one is, what is in the basket, who is signed in. */

import { sleep } from "./backoff.js";
import { el, replace } from "./dom.js";

/** Keeps the header in step with the session, the basket and the page. */
export function header(app) {
  const { session, basket } = app;
  const update = () => {
    replace(document.querySelector("#account"), account(app));
    document.querySelector("#nav-orders").hidden = !session.user;
    showCount(basket.count);
  };
  session.addEventListener("change", update);
  basket.addEventListener("change", update);
  document.addEventListener("page", () => markCurrent(app.router.path));
  update();
}

/** Milliseconds that a sign-out may wait for what is on its way to the platform's basket. */
const FAREWELL = 2_000;

function account({ session, basket }) {
  const signOut = () => Promise.race([basket.settled(), sleep(FAREWELL)]).then(() => session.signOut());
  if (!session.user) return [el("a", { class: "button quiet", href: "#/sign-in" }, "Sign in")];
  return [
    el("span", { class: "who", title: session.user.name }, session.user.name),
    el("button", { type: "button", class: "quiet", onclick: signOut }, "Sign out"),
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
  const area = ["/orders", "/basket", "/sign-in"].find((start) => path.startsWith(start)) ?? "/";
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.getAttribute("href") === `#${area}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
