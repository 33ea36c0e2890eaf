"""The docket: what the participants of a choreographed order hand on from one to the next.

Nobody coordinates such an order, so each event carries all that whoever comes after needs to do its part. An event
without a docket belongs to an order that a state machine moves; the rules of the choreography do not match it.
"""

from typing import Any

import msgspec

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.messages import Address, Message, Money


class Failure(Message, frozen=True):
    """What stopped an order: the name of the error, and what is known beyond it."""

    error: str
    detail: str = ""


class DocketLine(Message, frozen=True):
    """How many of an item."""

    item_id: str
    quantity: int
    name: str | None = None


class Docket(Message, frozen=True):
    """One order as its participants know it. `country` as in ISO 3166-1 alpha-2; `note` is the customer's word to the
    kitchen, `delivery_address` the courier's business; `failure` is on it on the way back, when everybody undoes their
    part, and `refunded` once money that had been taken has been given back.
    """

    customer_id: str
    restaurant_id: str
    items: tuple[DocketLine, ...]
    total: Money
    payment_method: str
    country: str
    automatic_acceptance: bool = False
    delivery_address: Address | None = None
    note: str | None = None
    courier_id: str | None = None
    failure: Failure | None = None
    refunded: bool = False


def failing(docket: Docket | None, error: type[Exception] | str, detail: str = "") -> Docket | None:
    """The docket of an order that this error stopped; None for an order without one."""
    if docket is None:
        return None
    name = error if isinstance(error, str) else error.__name__
    return msgspec.structs.replace(docket, failure=Failure(error=name, detail=detail))


def without_docket(data: dict[str, Any]) -> dict[str, Any]:
    """An event's data as people may see it: what participants hand on to each other is for none of their screens."""
    return {name: value for name, value in data.items() if name != "docket"}


class _Carrier(Message, frozen=True):
    docket: Docket


def docket_of(event: Envelope) -> Docket:
    """The docket that the event carries. Raises InvalidMessage if it carries none."""
    return contents(event, _Carrier).docket
