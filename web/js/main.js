/** Puts the pages together and starts them. */

import { Api } from "./api.js";
import { Basket } from "./basket.js";
import { loadConfig } from "./config.js";
import { el, replace } from "./dom.js";
import { header } from "./header.js";
import { notice } from "./parts.js";
import { Realtime } from "./realtime.js";
import { Router } from "./router.js";
import { Session } from "./session.js";
import { checkout } from "./views/checkout.js";
import { deliveries } from "./views/deliveries.js";
import { interruptions } from "./views/interruptions.js";
import { kitchen } from "./views/kitchen.js";
import { menuPage } from "./views/menu.js";
import { notifications } from "./views/notifications.js";
import { order } from "./views/order.js";
import { orders } from "./views/orders.js";
import { post } from "./views/post.js";
import { posts } from "./views/posts.js";
import { home } from "./views/restaurants.js";
import { signIn } from "./views/signin.js";

const ROUTES = [
  ["/", home],
  ["/restaurants/:restaurantId", menuPage],
  ["/basket", checkout],
  ["/orders", orders],
  ["/orders/:orderId", order],
  ["/posts", posts],
  ["/posts/:postId", post],
  ["/notifications", notifications],
  ["/kitchen", kitchen],
  ["/deliveries", deliveries],
  ["/sign-in", signIn],
];

const main = document.querySelector("main");

async function start() {
  const config = await loadConfig();
  const session = new Session(config);
  const api = new Api(config.apiUrl, session);
  const realtime = new Realtime(() => api.post("/realtime/tickets"));
  const basket = new Basket(session, api);
  const app = { config, session, api, realtime, basket, announce };
  app.router = new Router(app, ROUTES, (page) => show(page, app));
  header(app);
  interruptions(app);
  session.addEventListener("change", () => session.user || realtime.close());
  // Whatever else this sign-in has opened ends too, even what was copied from it.
  session.farewell = () => api.delete("/realtime/connections");
  session.addEventListener("signout", () => leave(app));
  await app.router.reload();
}

/** The next person at this browser starts with nothing of the last one's. */
function leave({ router }) {
  localStorage.clear();
  sessionStorage.clear();
  router.go("/");
}

function show({ title, node, error, missing }, app) {
  const first = !main.querySelector("h1");
  document.title = `${title} · YAFDP`;
  replace(main, error ? sorry(error, app) : missing ? lost() : node);
  main.removeAttribute("aria-busy");
  scrollTo(0, 0);
  document.dispatchEvent(new Event("page"));
  // A new page is announced by its heading; on arrival the browser reads from the top by itself.
  if (!first) main.querySelector("h1")?.focus();
}

function sorry(error, { router }) {
  return [el("h1", { tabindex: "-1" }, "That did not work"), notice(error, () => router.reload())];
}

function lost() {
  return [
    el("h1", { tabindex: "-1" }, "There is nothing here"),
    el("p", {}, el("a", { href: "#/" }, "Back to the restaurants")),
  ];
}

/** Says something to those who listen rather than look. */
function announce(text) {
  document.querySelector("#announcer").textContent = text;
}

start().catch((error) => {
  main.removeAttribute("aria-busy");
  replace(main, el("h1", {}, "YAFDP does not answer"), notice(error, () => location.reload()));
});
