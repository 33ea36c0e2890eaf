"""The kitchen's table, and its way back to a waiting state machine."""

import os
from collections.abc import Callable

from yafdp.kernel import callbacks
from yafdp.kernel.journal import Journal, Transition
from yafdp.kernel.paging import newest_of
from yafdp.kitchen.model import OPEN, Ticket

BY_RESTAURANT = "by-restaurant"
OPEN_BY_RESTAURANT = "open-by-restaurant"

type Decision = Callable[[Ticket | None], Transition[Ticket] | None]


def tickets() -> Journal[Ticket]:
    """The journal of tickets, one per order, indexed by restaurant and time, and once more as long as they are open."""
    return Journal(
        os.environ["KITCHEN_TABLE"],
        source="yafdp.kitchen",
        prefix="TICKET#",
        state=Ticket,
        indexed=_indexed,
    )


def _indexed(ticket: Ticket) -> dict[str, str]:
    # A tombstone is on nobody's screen.
    if not ticket.items:
        return {}
    listed = {"restaurantId": ticket.restaurant_id, "openedAt": f"{ticket.opened_at}#{ticket.order_id}"}
    return listed | ({"openAt": ticket.restaurant_id} if ticket.status in OPEN else {})


def answer_seconds() -> int:
    """For how many seconds a restaurant's answer is waited for."""
    return int(os.environ["KITCHEN_TIMEOUT_SECONDS"])


def of_restaurant(restaurant_id: str, limit: int, cursor: str | None) -> tuple[list[Ticket], str | None]:
    """A restaurant's tickets, newest first, and the cursor of the next page."""
    found, following = newest_of(tickets(), BY_RESTAURANT, ("restaurantId", restaurant_id), limit=limit, cursor=cursor)
    return [recorded.state for recorded in found if recorded.state is not None], following


def open_of_restaurant(restaurant_id: str, limit: int, cursor: str | None) -> tuple[list[Ticket], str | None]:
    """A restaurant's open tickets, newest first, and the cursor of the next page."""
    found, following = newest_of(tickets(), OPEN_BY_RESTAURANT, ("openAt", restaurant_id), limit=limit, cursor=cursor)
    return [recorded.state for recorded in found if recorded.state is not None], following


def resume(task_token: str) -> None:
    """Tell the waiting machine that the kitchen takes the order on."""
    callbacks.resume(task_token)


def reject(task_token: str, reason: str) -> None:
    """Tell the waiting machine that the kitchen cannot make the order."""
    callbacks.refuse(task_token, "KitchenRejected", reason)


def call_off(task_token: str) -> None:
    """Tell the waiting machine that the kitchen is no longer asked."""
    callbacks.refuse(task_token, "TicketClosed", "the order was called off")
