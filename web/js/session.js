/** Who is signed in: Cognito over plain fetch. Tokens live in memory and, to survive a reload, in sessionStorage. */

import { Problem, Unreachable } from "./problem.js";

const KEPT = "yafdp.session";
// Seconds before its end from which a token is not used any more: a call must still be under way when it arrives.
const MARGIN = 60;

/**
 * The signed-in user of this tab. Fires `change` when somebody signs in, signs out or may not go on, and before that
 * `signout` when it was their own wish.
 */
export class Session extends EventTarget {
  #config;
  #tokens;
  #refreshing = null;

  constructor(config) {
    super();
    this.#config = config;
    this.#tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  }

  /** `{id, name, groups, restaurantId}`, or null when nobody is signed in. */
  get user() {
    if (!this.#tokens) return null;
    const claims = claimsOf(this.#tokens.id);
    return {
      id: claims.sub,
      name: claims.email ?? claims["cognito:username"],
      groups: claims["cognito:groups"] ?? [],
      restaurantId: claims["custom:restaurantId"] ?? null,
    };
  }

  /** Throws Problem for a wrong name or password, Unreachable when the user pool does not answer. */
  async signIn(username, password) {
    const parameters = { USERNAME: username, PASSWORD: password };
    this.#keep(await this.#authenticate("USER_PASSWORD_AUTH", parameters));
    this.dispatchEvent(new Event("change"));
  }

  /** An id token that will still be good when a request with it arrives; null when nobody is signed in. */
  async token() {
    if (!this.#tokens) return null;
    if (claimsOf(this.#tokens.id).exp - Date.now() / 1000 < MARGIN) await this.refresh();
    return this.#tokens?.id ?? null;
  }

  /** Gets a new id token, once for all who ask at the same time; a refresh token that is refused signs the user out. */
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** What else is to be told, with the tokens that are about to be forgotten: a function that returns a promise. */
  farewell = null;

  /** Forgets the tokens, here at once and in the user pool as soon as it hears of it. */
  async signOut() {
    const { refresh } = this.#tokens ?? {};
    const told = this.#tokens && this.farewell?.().catch(() => undefined);
    this.dispatchEvent(new Event("signout"));
    this.#end();
    await told;
    // Signed out is signed out, whether the user pool could be told or not.
    if (refresh) await this.#call("RevokeToken", { Token: refresh }).catch(() => undefined);
  }

  async #refresh() {
    const { refresh } = this.#tokens;
    try {
      this.#keep({ refresh, ...(await this.#authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refresh })) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#end();
    }
  }

  #end() {
    this.#keep(null);
    this.dispatchEvent(new Event("change"));
  }

  async #authenticate(flow, parameters) {
    const answer = await this.#call("InitiateAuth", { AuthFlow: flow, AuthParameters: parameters });
    const result = answer.AuthenticationResult;
    if (!result) throw new Problem({ status: 400, detail: "This account needs another step to sign in." });
    return { id: result.IdToken, ...(result.RefreshToken && { refresh: result.RefreshToken }) };
  }

  async #call(operation, input) {
    const answer = await fetch(this.#config.cognitoUrl, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ClientId: this.#config.userPoolClientId, ...input }),
    }).catch((cause) => {
      throw new Unreachable("the user pool does not answer", { cause });
    });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Problem({ status: answer.status, detail: body.message ?? "Signing in failed." });
    return body;
  }

  #keep(tokens) {
    this.#tokens = tokens;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
  }
}

/** The contents of a token. Not proof of anything: the server checks the signature, the page only reads the name. */
function claimsOf(token) {
  const base64 = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
