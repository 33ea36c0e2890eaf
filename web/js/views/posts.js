/** What people write about food: of one topic or of all, the newest first; and a form to write something. */

import { el } from "../dom.js";
import { clearErrors, complete, field, formError, showError } from "../forms.js";
import { pages } from "../parts.js";
import { bytesOf, mailMe, postCard, topicOf, watchPosts } from "../posts.js";

const PAGE = 10;
const LARGEST = 20_480;

export async function posts(app, { query }) {
  const { api, session, router } = app;
  const topic = topicOf(query.get("topic") ?? "");
  if (!session.user) {
    router.go(`/sign-in?next=${encodeURIComponent(`/posts${topic && `?topic=${topic}`}`)}`);
    return { title: "Sign in", node: [] };
  }
  const list = el("div", { class: "posts" });
  const load = (cursor) => api.get(`/posts?${asked({ topic, limit: PAGE, cursor })}`);
  const content = await pages(list, load, (post) => postCard(post, session.user));
  const empty = el("p", { class: "soft" }, topic ? `Nobody has written about ${topic} yet.` : "Nothing yet.");
  empty.hidden = list.childElementCount > 0;
  const written = (post) => {
    empty.hidden = true;
    if (!topic || post.topic === topic) list.prepend(postCard(post, session.user));
    else router.go(`/posts?topic=${post.topic}`);
  };
  const node = [
    el("h1", { tabindex: "-1" }, topic ? `Posts about ${topic}` : "Food posts"),
    // On a phone the form stands behind everything that there is to read.
    el("button", { type: "button", class: "quiet to-write", onclick: () => document.querySelector("#field-title").focus() }, "Write a post"),
    el("div", { class: "columns" }, el("div", {}, empty, content), await aside(app, topic, written)),
  ];
  return { title: topic ? `Posts about ${topic}` : "Food posts", node, leave: watchPosts(list, app) };
}

function asked(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value));
}

async function aside(app, topic, written) {
  const hear = topic && el("section", { class: "card stack" }, el("h2", {}, "By mail"), await mailMe(topic, app));
  return el("div", { class: "stack posts-aside" }, writing(app, topic, written), hear, finding(app, topic));
}

function finding({ router }, topic) {
  const form = el(
    "form",
    { class: "card stack", novalidate: true, "aria-label": "Find a topic" },
    el("h2", {}, "Another topic"),
    field({ label: "Topic to read about", name: "find", required: true, maxlength: 60, placeholder: "pizza" }),
    el("div", { class: "choices" }, el("button", { class: "quiet" }, "Show"), topic && el("a", { href: "#/posts" }, "All posts")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (complete(form)) router.go(`/posts?topic=${topicOf(form.elements.find.value)}`);
  });
  return form;
}

function writing(app, topic, written) {
  const form = el(
    "form",
    { class: "card stack", novalidate: true, "aria-label": "Write a post" },
    el("h2", {}, "Write a post"),
    field({ label: "Title", name: "title", pointer: "/title", required: true, maxlength: 200 }),
    field({ label: "Text", name: "body", pointer: "/body", control: "textarea", rows: 5, required: true, dir: "auto" }),
    field({ label: "Topic", name: "topic", pointer: "/topic", required: true, maxlength: 60, value: topic, hint: "One or two words, such as pizza." }),
    formError(),
    el("button", {}, "Post"),
  );
  // One key for one text: sent again after a lost answer it is the same post, changed it is another.
  let key = crypto.randomUUID();
  form.addEventListener("input", () => (key = crypto.randomUUID()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearErrors(form);
    if (complete(form) && fits(form)) send(app, form, key, written);
  });
  return form;
}

/** Whether the text is small enough in bytes, which no attribute of a field can say. */
function fits(form) {
  const { body } = form.elements;
  const size = bytesOf(body.value);
  if (size <= LARGEST) return true;
  const note = form.querySelector(`#${body.id}-note`);
  body.setAttribute("aria-invalid", "true");
  note.textContent = `This text has ${size} bytes, and may have ${LARGEST}.`;
  body.focus();
  return false;
}

async function send({ api, announce }, form, key, written) {
  const { title, body, topic } = form.elements;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const wanted = { title: title.value, body: body.value, topic: topicOf(topic.value) };
    const post = await api.post("/posts", wanted, { key });
    title.value = body.value = "";
    form.dispatchEvent(new Event("input"));
    announce("Posted.");
    written(post);
  } catch (error) {
    showError(form, error);
  }
  button.disabled = false;
}
