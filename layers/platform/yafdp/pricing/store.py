"""Pricing's way to the catalog: the internal lookup."""

import os

from yafdp.kernel.invoke import Refused, invoke
from yafdp.pricing.messages import Menu, Quote, RestaurantClosed, UnknownRestaurant


def menu(wanted: Quote) -> Menu:
    """The wanted items as the catalog has them now.

    Raises UnknownRestaurant, RestaurantClosed, and Unavailable if the catalog does not answer.
    """
    command = {"restaurantId": wanted.restaurant_id, "itemIds": [line.item_id for line in wanted.items]}
    try:
        return invoke(os.environ["CATALOG_LOOKUP_FUNCTION"], command, Menu)
    except Refused as refusal:
        if refusal.error == RestaurantClosed.__name__:
            raise RestaurantClosed(str(refusal)) from refusal
        raise UnknownRestaurant(str(refusal)) from refusal
