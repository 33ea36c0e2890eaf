/**
 * Changes on their way to the platform: one at a time and in order. Of those that have not set out yet only the last
 * for each thing counts, so that five quick clicks are two requests.
 */

export class Wishes {
  #granted;
  #refused;
  #waiting = new Map();
  #current = null;
  #working = null;
  #closed = false;

  /** `granted(answer)` and `refused(wish, error)` hear the outcomes, in order. */
  constructor(granted, refused) {
    this.#granted = granted;
    this.#refused = refused;
  }

  /** Those without an answer, in order. */
  get open() {
    return [...(this.#current ? [this.#current] : []), ...this.#waiting.values()];
  }

  /** A wish is `{key, send}` and what else its owner needs; a waiting one with the same key makes room. */
  add(wish) {
    this.#waiting.delete(wish.key);
    this.#waiting.set(wish.key, wish);
    this.#working ??= this.#work();
  }

  /** Takes back those that fit and have not set out. Returns them. */
  withdraw(fits) {
    const withdrawn = [...this.#waiting.values()].filter(fits);
    withdrawn.forEach(({ key }) => this.#waiting.delete(key));
    return withdrawn;
  }

  /** Resolves when nothing is under way any more. */
  async settled() {
    await this.#working;
  }

  /** Nothing more is sent or heard. */
  close() {
    this.#closed = true;
    this.#waiting.clear();
  }

  async #work() {
    for (let wish; (wish = this.#waiting.values().next().value); ) {
      this.#waiting.delete(wish.key);
      this.#current = wish;
      const report = await wish.send().then(
        (answer) => () => this.#granted(answer),
        (error) => () => this.#refused(wish, error),
      );
      this.#current = null;
      if (!this.#closed) report();
    }
    this.#working = null;
  }
}
