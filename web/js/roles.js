/** Who works here: what a signed-in user may open beside the shop. The API decides; this only saves the asking. */

/** Whether the user works in a restaurant's kitchen. */
export const cooks = (user) => Boolean(user?.groups.includes("staff") && user.restaurantId);

/** Whether the user brings orders. */
export const rides = (user) => Boolean(user?.groups.includes("couriers"));

/** The page on which the user's day begins. */
export function homeOf(user) {
  if (cooks(user)) return "/kitchen";
  return rides(user) ? "/deliveries" : "/";
}
