/** The REST API: signed requests, problem documents as errors, and another try where that is safe. */

import { backoff, sleep } from "./backoff.js";
import { Problem, Unreachable } from "./problem.js";

const ATTEMPTS = 4;
const TRY_AGAIN = new Set([429, 503]);
const LONGEST_WAIT = 10_000; // milliseconds: nobody looks at a button for longer

/** Calls the API as the session's user. Every call throws Problem or Unreachable. */
export class Api {
  #url;
  #session;

  constructor(url, session) {
    this.#url = url;
    this.#session = session;
  }

  /** The decoded body. */
  async get(path) {
    return (await this.#send("GET", path)).json();
  }

  /** The body with its tag and the server's time (milliseconds), or null if the caller's `tag` still stands. */
  async getChanged(path, tag) {
    const answer = await this.#send("GET", path, { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status === 304) return null;
    const { headers } = answer;
    return { body: await answer.json(), tag: headers.get("ETag"), at: Date.parse(headers.get("Date")) };
  }

  /**
   * The decoded body. A `repeatable` request means the same when it is sent again, and is; with a `key` (an
   * Idempotency-Key) every request does.
   */
  async post(path, content, { repeatable = false, key } = {}) {
    const { body, headers } = withBody(content);
    const named = { body, headers: { ...headers, ...(key && { "Idempotency-Key": key }) } };
    return (await this.#send("POST", path, named, repeatable || Boolean(key))).json();
  }

  /** The decoded body. */
  async put(path, content) {
    return (await this.#send("PUT", path, withBody(content))).json();
  }

  /** Puts the content in the place of the version with this tag; the new body and its tag. */
  async replace(path, content, tag) {
    const { body, headers } = withBody(content);
    const answer = await this.#send("PUT", path, { body, headers: { ...headers, "If-Match": tag } });
    return { body: await answer.json(), tag: answer.headers.get("ETag") };
  }

  /** The decoded body, null if the answer has none. */
  async delete(path) {
    const answer = await this.#send("DELETE", path);
    return answer.status === 204 ? null : answer.json();
  }

  async #send(method, path, options = {}, repeatable = true) {
    let renewed = false;
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt + 1 === ATTEMPTS;
      const answer = await (repeatable && !last ? this.#perhaps : this.#once).call(this, method, path, options);
      if (answer?.ok || answer?.status === 304) return answer;
      if (answer?.status === 401 && !renewed && this.#session.user) {
        renewed = true;
        await this.#session.refresh();
      } else if (!answer || (repeatable && TRY_AGAIN.has(answer.status) && !last)) {
        await sleep(waitAfter(answer, attempt));
      } else throw await problemOf(answer);
    }
  }

  /** A phone that changes its network drops what is under way: null, and what is repeatable may be asked again. */
  #perhaps(method, path, options) {
    return this.#once(method, path, options).catch((error) => {
      if (error instanceof Unreachable) return null;
      throw error;
    });
  }

  async #once(method, path, { headers, body }) {
    const signedIn = this.#session.user !== null;
    const token = await this.#session.token();
    // The session has ended on the way: without it the answer is known.
    if (signedIn && !token) throw new Problem({ type: "unauthorized", status: 401 });
    const signed = { ...headers, ...(token && { Authorization: `Bearer ${token}` }) };
    try {
      return await fetch(this.#url + path, { method, headers: signed, body });
    } catch (cause) {
      throw new Unreachable(`${method} ${path}: no answer`, { cause });
    }
  }
}

function withBody(content) {
  const body = content === undefined ? undefined : JSON.stringify(content);
  return { headers: { "Content-Type": "application/json" }, body };
}

/** Milliseconds: what the server asks for (Retry-After, in seconds), else our own guess. */
export function waitAfter(answer, attempt) {
  const asked = Number(answer?.headers.get("Retry-After") ?? 0) * 1000;
  return asked > 0 ? Math.min(asked, LONGEST_WAIT) : backoff(attempt);
}

async function problemOf(answer) {
  const document = await answer.json().catch(() => ({}));
  return new Problem({ ...document, status: answer.status });
}
