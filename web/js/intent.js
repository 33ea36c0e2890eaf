/**
 * One idempotency key for one thing that the customer wants: the same contents sent again (a second click, a retry
 * after a lost answer, a reload in between) carry the same key, so the platform makes one order of them.
 */

const KEPT = "yafdp.intent";

/** The key for sending these contents. */
export function keyFor(content) {
  const text = JSON.stringify(content);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept?.text === text) return kept.key;
  const key = crypto.randomUUID();
  sessionStorage.setItem(KEPT, JSON.stringify({ text, key }));
  return key;
}

/** It has been answered: the same contents are a new wish from now on. */
export function fulfilled() {
  sessionStorage.removeItem(KEPT);
}
