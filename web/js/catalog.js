/** Restaurants and menus, for the views. */

const PAGE = 100;
const MENU_LIMIT = 1_000; // items: a menu is read whole, but not without end
const known = new Map();

/** A page of restaurants: `{items, cursor}`. */
export async function restaurants(api, cursor) {
  const page = await api.get(`/restaurants?limit=24${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  page.items.forEach((restaurant) => known.set(restaurant.restaurantId, restaurant));
  return page;
}

/** One restaurant, asked for once. */
export async function restaurant(api, restaurantId) {
  if (!known.has(restaurantId)) {
    known.set(restaurantId, await api.get(`/restaurants/${encodeURIComponent(restaurantId)}`));
  }
  return known.get(restaurantId);
}

/** Its name, or its id where there is no asking: an order outlives its restaurant. */
export async function restaurantName(api, restaurantId) {
  return restaurant(api, restaurantId).then(
    ({ name }) => name,
    () => restaurantId,
  );
}

/** One item as it is on the menu now. */
export async function menuItem(api, restaurantId, itemId) {
  return api.get(`/restaurants/${encodeURIComponent(restaurantId)}/items/${encodeURIComponent(itemId)}`);
}

/** Its whole menu, with the portions left at this moment. */
export async function menu(api, restaurantId) {
  const items = [];
  let cursor = null;
  do {
    const following = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const page = await api.get(`/restaurants/${encodeURIComponent(restaurantId)}/items?limit=${PAGE}${following}`);
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor && items.length < MENU_LIMIT);
  return items;
}
