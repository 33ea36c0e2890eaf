/** Posts: how they look, and how what they name comes to them while one looks. */

import { el, replace } from "./dom.js";

/** Milliseconds between looks for what a push should have told, and after how many of them nobody waits any more. */
const PACE = 5_000;
const LOOKS = 24;
/** The kinds in the order in which they matter to who is hungry or allergic, and what each is called. */
const KINDS = {
  allergens: "Allergens named",
  dishes: "Dishes",
  cuisines: "Cuisines",
  ingredients: "Ingredients",
  locations: "Places",
  organisations: "Houses",
  persons: "People",
  quantities: "Amounts",
  products: "Products",
  events: "Occasions",
  dates: "When",
  titles: "Titles",
  others: "Also",
};

/** A topic as the platform writes it: "Pizza Napoli" is `pizza-napoli`. */
export function topicOf(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
}

/** How many bytes a text has in UTF-8. */
export function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/** A post as a card; `user` is who looks at it. `whole` shows it by itself, and not as one of a list. */
export function postCard(post, user, { whole = false } = {}) {
  const { postId, title, body, partial, entities } = post;
  return el(
    "article",
    { class: "card stack post", "data-post": postId, "data-waits": entities ? false : "" },
    whole ? el("h1", { tabindex: "-1", dir: "auto" }, title) : heading(postId, title),
    byline(post, user),
    // As it was written: line by line, in its own direction, and as text.
    el("p", { class: "post-body", dir: "auto" }, partial ? `${body} …` : body),
    named(entities),
  );
}

function heading(postId, title) {
  return el("h2", { dir: "auto" }, el("a", { href: `#/posts/${postId}` }, title));
}

function byline({ author, createdAt, topic }, user) {
  const written = new Date(createdAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return el(
    "p",
    { class: "soft" },
    author === user.id ? "You" : "Somebody",
    " in ",
    el("a", { href: `#/posts?topic=${topic}` }, topic),
    " · ",
    el("time", { datetime: createdAt }, written),
  );
}

function named(entities) {
  if (!entities) return el("p", { class: "soft entities" }, "Looking for what it names …");
  const kinds = Object.entries(KINDS).filter(([kind]) => entities[kind]);
  if (kinds.length === 0) return el("p", { class: "soft entities" }, "It names nothing that we know.");
  return el("dl", { class: "entities" }, kinds.map(([kind, words]) => ofKind(kind, words, entities[kind])));
}

function ofKind(kind, words, names) {
  const chips = names.map((name) => el("dd", { class: "pill", "data-mood": kind === "allergens" && "bad" }, name));
  return el("div", { "data-kind": kind }, el("dt", { class: "soft" }, words), chips);
}

/**
 * Fills in what the posts in `place` name as soon as it is known: by push for one's own, by asking now and then for
 * everybody's. Returns how to stop.
 */
export function watchPosts(place, { api, realtime, announce }) {
  let looks = 0;
  const release = realtime.listen(({ type, postId, data }) => {
    if (type === "PostEnriched" && fill(place, postId, data.entities)) announce("Found what your post names.");
  });
  const timer = setInterval(async () => {
    const waiting = [...place.querySelectorAll("[data-waits]")];
    if (waiting.length > 0) looks += 1;
    if (looks > LOOKS) return clearInterval(timer);
    for (const { dataset } of waiting) {
      const post = await api.get(`/posts/${dataset.post}`).catch(() => null);
      if (post?.entities) fill(place, dataset.post, post.entities);
    }
  }, PACE);
  return () => {
    release();
    clearInterval(timer);
  };
}

/** Whether there was something to fill in. */
function fill(place, postId, entities) {
  const card = place.querySelector(`[data-post="${CSS.escape(postId)}"][data-waits]`);
  if (!card) return false;
  card.removeAttribute("data-waits");
  card.querySelector(".entities").replaceWith(named(entities));
  return true;
}

/** The button with which one hears of a topic by mail, and what there is to know about it. */
export async function mailMe(topic, { api, announce }) {
  const path = `/topics/${topic}/subscriptions`;
  const box = el("div", { class: "mail-me" });
  const say = (subscription) => replace(box, content(subscription));

  function content(subscription) {
    if (!subscription) return [button(`Mail me about ${topic}`, () => api.post(path)), trouble()];
    const { email, status } = subscription;
    const words =
      status === "pending"
        ? `We have sent a link to ${email}. Follow it, and new posts come by mail.`
        : `New posts go to ${email}.`;
    return [el("p", { class: "soft" }, words), button("Stop", () => api.delete(path)), trouble()];
  }

  function button(words, act) {
    const pressed = el("button", { type: "button", class: "quiet", onclick: () => press(pressed, act) }, words);
    return pressed;
  }

  async function press(pressed, act) {
    pressed.disabled = true;
    try {
      say(await act());
      announce(box.querySelector("p")?.textContent ?? `No more mail about ${topic}.`);
      box.querySelector("button").focus();
    } catch {
      pressed.disabled = false;
      box.querySelector("[role=alert]").textContent = "That did not work. Please try again.";
    }
  }

  say((await api.get(path)).items[0]);
  return box;
}

function trouble() {
  return el("p", { class: "form-error", role: "alert" });
}
