"""Pricing's use case."""

from yafdp.pricing import model, store
from yafdp.pricing.messages import Quote, Quoted


def quote(wanted: Quote) -> Quoted:
    """Price the wanted lines. Raises UnknownItem, ItemUnavailable, UnknownRestaurant, RestaurantClosed."""
    return model.quote(wanted, store.menu(wanted))
