/** Where the house delivers. */

import { el } from "./dom.js";

/** ISO 3166-1 alpha-2. */
export const COUNTRIES = { AT: "Austria", BE: "Belgium", FR: "France", DE: "Germany", NL: "Netherlands", CH: "Switzerland" };
export const HOME = "DE";

/** The options of a select among them. */
export function countryOptions(chosen) {
  return Object.entries(COUNTRIES).map(([value, name]) => el("option", { value, selected: value === chosen }, name));
}
