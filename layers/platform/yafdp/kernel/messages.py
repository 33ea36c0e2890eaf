"""The base of all typed messages, and the values that every service speaks of."""

import hashlib
from typing import Annotated

import msgspec

type Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Immutable and validated when decoded; snake_case here, camelCase on the wire."""


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A message from outside: a field that we do not know is an error, not a silent loss."""


class Money(Message, omit_defaults=False, frozen=True):
    """An amount in the currency's minor units (cents), never a fraction. Currency as in ISO 4217."""

    amount: int
    currency: str


class Address(Request, frozen=True):
    """Where an order goes. `country` as in ISO 3166-1 alpha-2."""

    street: Text
    city: Text
    postal_code: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class Page[T](Message, omit_defaults=False, frozen=True):
    """A page of a collection; `cursor` leads to the next one, null on the last."""

    items: tuple[T, ...]
    cursor: str | None = None


class Links(Message, frozen=True):
    """Where to look next."""

    self: str
    events: str


class Receipt(Message, omit_defaults=False, frozen=True):
    """The answer to an order that has been put in line, whichever door it came through."""

    order_id: str
    links: Links
    status: str = "RECEIVED"


def receipt(order_id: str) -> Receipt:
    """The receipt of an order."""
    return Receipt(order_id=order_id, links=Links(self=f"/orders/{order_id}", events=f"/orders/{order_id}/events"))


def fingerprint(request: msgspec.Struct) -> str:
    """A hash that is equal for equal requests, whatever the order of their JSON fields."""
    return hashlib.sha256(msgspec.json.encode(request, order="sorted")).hexdigest()
