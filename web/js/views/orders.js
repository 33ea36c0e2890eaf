/** The customer's orders, newest first; their states change while one looks. */

import { restaurantName } from "../catalog.js";
import { el } from "../dom.js";
import { money } from "../money.js";
import { pages, pill } from "../parts.js";
import { plate } from "../plate.js";

const PAGE = 10;

export async function orders({ api, session, realtime, router }) {
  if (!session.user) {
    router.go("/sign-in?next=/orders");
    return { title: "Sign in", node: [] };
  }
  const list = el("ul", { class: "orders" });
  const load = (cursor) => api.get(`/orders?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  const content = await pages(list, load, (order) => row(api, order));
  const leave = realtime.listen(
    (update) => refresh(list, update),
    // What happened while there was no connection.
    async (state) => state === "live" && (await load().catch(() => ({ items: [] }))).items.forEach(caughtUp(list)),
  );
  const node = [
    el("h1", { tabindex: "-1" }, "Your orders"),
    list.childElementCount > 0
      ? content
      : el("p", {}, "You have not ordered yet. ", el("a", { href: "#/" }, "Find something good")),
  ];
  return { title: "Your orders", node, leave };
}

async function row(api, { orderId, restaurantId, createdAt, status, version, items, total }) {
  const placed = new Date(createdAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const name = await restaurantName(api, restaurantId);
  return el(
    "li",
    { class: "card order-row", "data-order": orderId, "data-version": version },
    plate(restaurantId),
    el(
      "div",
      { class: "order-what" },
      el("h2", {}, el("a", { href: `#/orders/${orderId}`, "aria-label": `${name}, ${placed}` }, name)),
      el("p", {}, items.map(({ name: dish, itemId, quantity }) => `${quantity} × ${dish ?? itemId}`).join(", ")),
      el("p", { class: "soft" }, el("time", { datetime: createdAt }, placed)),
    ),
    el("div", { class: "order-state" }, pill(status), total && el("span", { class: "price" }, money(total))),
  );
}

const caughtUp =
  (list) =>
  ({ orderId, version, status }) =>
    refresh(list, { orderId, sequence: version, status });

/** Only what is newer than what is shown: pushes may overtake each other. */
function refresh(list, { orderId, sequence, status }) {
  const shown = list.querySelector(`[data-order="${CSS.escape(orderId)}"]`);
  if (!shown || Number(shown.dataset.version) >= sequence) return;
  shown.dataset.version = sequence;
  shown.querySelector(".pill").replaceWith(pill(status));
}
