/** How long to wait before the next attempt. */

/**
 * Milliseconds before attempt number `attempt` (from 0): anything up to `base · 2^attempt`, at most `cap`. All of it is
 * random ("full jitter"), so that the clients of a server that went away do not come back in step:
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(attempt, { base = 500, cap = 30_000, random = Math.random } = {}) {
  return random() * Math.min(cap, base * 2 ** attempt);
}

/** Resolves after so many milliseconds. */
export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
