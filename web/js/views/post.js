/** One post, whole; whoever wrote it may take it away. */

import { el } from "../dom.js";
import { ask, notice } from "../parts.js";
import { postCard, watchPosts } from "../posts.js";

export async function post(app, { postId }) {
  const { api, session, router } = app;
  if (!session.user) {
    router.go(`/sign-in?next=/posts/${encodeURIComponent(postId)}`);
    return { title: "Sign in", node: [] };
  }
  const found = await api.get(`/posts/${encodeURIComponent(postId)}`);
  const place = el("div", { class: "posts" }, postCard(found, session.user, { whole: true }));
  const node = [
    el("p", { class: "back" }, el("a", { href: `#/posts?topic=${found.topic}` }, `← Posts about ${found.topic}`)),
    place,
    found.author === session.user.id && removal(app, found),
  ].filter(Boolean);
  return { title: found.title, node, leave: watchPosts(place, app) };
}

function removal({ api, router, announce }, { postId, topic }) {
  const trouble = el("div");
  const remove = async () => {
    if (!(await ask("Delete this post?", "Delete", "Keep it"))) return;
    try {
      await api.delete(`/posts/${postId}`);
      announce("Deleted.");
      router.go(`/posts?topic=${topic}`);
    } catch (error) {
      trouble.replaceChildren(notice(error));
    }
  };
  const button = el("button", { type: "button", class: "quiet more", onclick: remove }, "Delete this post");
  return el("div", {}, button, trouble);
}
