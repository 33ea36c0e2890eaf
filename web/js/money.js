/** Money as people read it, from `{amount, currency}` in minor units. */

/** For example "€9.50", in the reader's own notation. */
export function money({ amount, currency }, locale) {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** Price times quantity, in minor units: whole numbers, so nothing is lost to rounding. */
export function times(price, quantity) {
  return { amount: price.amount * quantity, currency: price.currency };
}

/** The sum of amounts in one currency; null of none. */
export function sum(amounts) {
  if (amounts.length === 0) return null;
  return { amount: amounts.reduce((total, { amount }) => total + amount, 0), currency: amounts[0].currency };
}
