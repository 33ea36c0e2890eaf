/** A second try of an order: what of it is on the menu today goes back into the basket. */

import { menu, restaurantName } from "../catalog.js";

export async function orderAgain({ api, basket, router, announce }, { restaurantId, items }) {
  const [name, today] = await Promise.all([restaurantName(api, restaurantId), menu(api, restaurantId)]);
  basket.clear();
  for (const { itemId, quantity } of items) {
    const item = today.find((candidate) => candidate.itemId === itemId);
    if (item) basket.set({ restaurantId, name }, item, quantity);
  }
  announce(`${basket.count} items are back in the basket`);
  router.go("/basket");
}
