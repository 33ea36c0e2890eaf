"""A reservation of stock: the decisions. Pure."""

from enum import StrEnum

from yafdp.catalog.messages import (
    OutOfStock,
    ReleaseStock,
    ReservationReleased,
    ReservedLine,
    ReserveStock,
    StockRefused,
    StockReleased,
    StockReserved,
)
from yafdp.kernel.docket import failing
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message


class ReservationStatus(StrEnum):
    """A reservation's states. RELEASED is a tombstone: it also stands where a release came before its reservation."""

    RESERVED = "RESERVED"
    REFUSED = "REFUSED"
    RELEASED = "RELEASED"


class Reservation(Message, frozen=True):
    """What is set aside for one order."""

    order_id: str
    restaurant_id: str
    status: ReservationStatus
    items: tuple[ReservedLine, ...] = ()


def reserve(reservation: Reservation | None, command: ReserveStock) -> Transition[Reservation] | None:
    """Set the lines aside; nothing if they are already.

    Raises ReservationReleased or OutOfStock if that was the answer before.
    """
    if reservation is None:
        state = Reservation(
            order_id=command.order_id,
            restaurant_id=command.restaurant_id,
            status=ReservationStatus.RESERVED,
            items=command.items,
        )
        return Transition(
            state,
            StockReserved(
                order_id=state.order_id,
                restaurant_id=state.restaurant_id,
                items=state.items,
                docket=command.docket,
            ),
        )
    match reservation.status:
        case ReservationStatus.RESERVED:
            return None
        case ReservationStatus.REFUSED:
            raise OutOfStock("sold out")
        case ReservationStatus.RELEASED:
            raise ReservationReleased("released before it was reserved")


def refuse(reservation: Reservation | None, command: ReserveStock) -> Transition[Reservation] | None:
    """Remember that the lines could not all be filled, so that a repeat gets the same answer."""
    if reservation is not None:
        return None
    state = Reservation(
        order_id=command.order_id, restaurant_id=command.restaurant_id, status=ReservationStatus.REFUSED
    )
    return Transition(
        state,
        StockRefused(
            order_id=state.order_id, restaurant_id=state.restaurant_id, docket=failing(command.docket, OutOfStock)
        ),
    )


def release(reservation: Reservation | None, command: ReleaseStock) -> Transition[Reservation] | None:
    """Give the lines back; nothing if they are back already. Before the reservation it leaves a tombstone."""
    if reservation is not None and reservation.status is ReservationStatus.RELEASED:
        return None
    held = reservation.items if reservation is not None else ()
    state = Reservation(
        order_id=command.order_id, restaurant_id=command.restaurant_id, status=ReservationStatus.RELEASED
    )
    return Transition(
        state,
        StockReleased(order_id=state.order_id, restaurant_id=state.restaurant_id, items=held, docket=command.docket),
    )
