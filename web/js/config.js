/** What the pages must know of the platform they belong to: `/config.json`, beside the page. */

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

/** The configuration. Throws when there is none: no page works without. */
export async function loadConfig() {
  const answer = await fetch("config.json");
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  const config = await answer.json();
  return { ...config, apiUrl: reachable(config.apiUrl, location) };
}

/**
 * The address as this page can call it: one machine answers to both of its loopback names, but to the browser they are
 * two origins.
 */
export function reachable(address, page) {
  const url = new URL(address, page.href);
  if (LOOPBACK.has(url.hostname) && LOOPBACK.has(page.hostname)) url.hostname = page.hostname;
  return url.href.replace(/\/$/, "");
}
