/** Which page is shown: the part of the address after `#`. Needs nothing of the server that holds the files. */

/**
 * A view is `async (app, parameters) => ({title, node, leave?})`. Routes are pairs of a path such as `/orders/:id` and
 * its view; the first that fits is taken.
 */
export class Router {
  #app;
  #routes;
  #show;
  #leave = () => undefined;
  #current = null;

  /** `app` is what every view gets; `show(page)` puts a page on the screen: a view's, `{missing}` or `{error}`. */
  constructor(app, routes, show) {
    this.#app = app;
    this.#routes = routes.map(([path, view]) => [pattern(path), view]);
    this.#show = show;
    addEventListener("hashchange", () => this.#changed());
  }

  /** Goes to a path; the same one again shows it afresh. */
  go(path) {
    if (this.path === path) this.reload();
    else location.hash = path;
  }

  get path() {
    return location.hash.startsWith("#/") ? location.hash.slice(1) : "/";
  }

  /** Shows the present path anew. */
  async reload() {
    const visit = (this.#current = Symbol("visit"));
    const page = await this.#visit().catch((error) => ({ title: "Sorry", error }));
    // The visitor has moved on while it was being made.
    if (this.#current !== visit) return page.leave?.();
    this.#leave();
    this.#leave = page.leave ?? (() => undefined);
    this.#show(page);
  }

  #changed() {
    // `#main` is the way past the navigation, not another page.
    if (location.hash.startsWith("#/") || location.hash === "") this.reload();
  }

  async #visit() {
    const [path, query] = this.path.split("?");
    for (const [fits, view] of this.#routes) {
      const match = fits.exec(path);
      if (match) return view(this.#app, { ...decoded(match.groups), query: new URLSearchParams(query) });
    }
    return { title: "Not found", missing: true };
  }
}

function pattern(path) {
  return new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
}

function decoded(groups = {}) {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
}
