"""Internal API: an order's journal for somebody who watches it, if they may."""

from typing import Annotated

import msgspec

from yafdp.kernel.docket import without_docket
from yafdp.kernel.errors import Rejection
from yafdp.kernel.messages import Message, Text
from yafdp.ordering import store
from yafdp.ordering.messages import Status
from yafdp.ordering.model import Order
from yafdp.ordering.views import EventView

MOST_EVENTS = 100


class OrderUnknown(Rejection):
    """There is no such order, or the viewer has nothing to do with it: the two look the same from outside."""


class Viewer(Message, frozen=True):
    """Who wants to know: a user with their groups, and the restaurant that staff work for."""

    user_id: str
    groups: tuple[str, ...] = ()
    restaurant_id: str | None = None


class ReadJournal(Message, frozen=True):
    """What has happened to the order after this sequence?"""

    order_id: Text
    viewer: Viewer
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_EVENTS)] = MOST_EVENTS


class JournalPage(Message, omit_defaults=False, frozen=True):
    """The events, oldest first; `more` says that there are others after the last."""

    order_id: str
    customer_id: str
    restaurant_id: str
    items: tuple[EventView, ...]
    more: bool


def may_watch(viewer: Viewer, order: Order) -> bool:
    """Whether the order is any of the viewer's business: as its customer, of its restaurant's staff, as the courier who
    brings it, or as an admin.
    """
    if order.customer_id == viewer.user_id or "admins" in viewer.groups:
        return True
    if "staff" in viewer.groups and viewer.restaurant_id == order.restaurant_id:
        return True
    return "couriers" in viewer.groups and order.courier_id == viewer.user_id


def read_journal(asked: ReadJournal) -> JournalPage:
    """A page of the order's journal. Raises OrderUnknown for an order that is none of the viewer's business."""
    order, _ = store.orders().load(asked.order_id)
    if order is None or not may_watch(asked.viewer, order):
        raise OrderUnknown(f"there is no order {asked.order_id}")
    # One more than asked for tells whether there are more.
    found = store.orders().events(asked.order_id, asked.after, asked.limit + 1)
    items = tuple(
        EventView(
            sequence=event.sequence,
            type=event.type,
            status=Status(event.data["status"]),
            occurred_at=event.occurred_at,
            data=without_docket(event.data),
        )
        for event in found[: asked.limit]
    )
    return JournalPage(
        order_id=order.order_id,
        customer_id=order.customer_id,
        restaurant_id=order.restaurant_id,
        items=items,
        more=len(found) > asked.limit,
    )
