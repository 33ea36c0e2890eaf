"""Delivery's use cases."""

from yafdp.delivery import model, shifts, store
from yafdp.delivery.messages import (
    AssignCourier,
    Assignment,
    DeliveryCommand,
    DeliveryView,
    NoCourier,
    ReleaseCourier,
    Released,
    ShiftView,
    StartShift,
)
from yafdp.delivery.model import DeliveryStatus
from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import timestamp
from yafdp.kernel.errors import Forbidden
from yafdp.kernel.journal import UNBORN
from yafdp.kernel.messages import Page


def perform(command: DeliveryCommand) -> Assignment | Released:
    """A command of the saga. Raises NoCourier, DeliveryClosed."""
    match command:
        case AssignCourier():
            return assign(command)
        case ReleaseCourier():
            return release(command)


def assign(command: AssignCourier) -> Assignment:
    """Find a courier for the order."""
    couriers, at = store.couriers(command.country), timestamp()
    recorded = store.deliveries().transition(
        command.order_id, lambda delivery: model.assign(delivery, command, couriers, at), known=UNBORN
    )
    delivery = recorded.state
    if delivery is None or delivery.status is DeliveryStatus.REFUSED:
        raise NoCourier(f"no courier works in {command.country}")
    return Assignment(courier_id=delivery.courier_id)


def release(command: ReleaseCourier) -> Released:
    """Free the order's courier, unless the food is under way."""
    delivery = store.deliveries().transition(command.order_id, lambda known: model.release(known, command)).state
    return Released(released=delivery is None or delivery.status not in model.UNDER_WAY)


def runs(caller: Caller, limit: int, cursor: str | None, *, only_open: bool = False) -> Page[DeliveryView]:
    """The caller's deliveries, newest first; or only those that are not done."""
    read = store.open_of_courier if only_open else store.of_courier
    found, following = read(_courier(caller), limit, cursor)
    return Page(items=tuple(delivery.view() for delivery in found), cursor=following)


def pick_up(caller: Caller, order_id: str) -> DeliveryView:
    """The caller has the food. Raises NotFound, Conflict."""
    courier_id = _courier(caller)
    return _changed(order_id, lambda delivery: model.pick_up(delivery, courier_id))


def complete(caller: Caller, order_id: str) -> DeliveryView:
    """The caller has handed the food over. Raises NotFound, Conflict."""
    courier_id = _courier(caller)
    return _changed(order_id, lambda delivery: model.complete(delivery, courier_id))


def shift(caller: Caller) -> ShiftView:
    """Whether the caller works."""
    return store.shift(_courier(caller)).view()


def start_shift(caller: Caller, wanted: StartShift) -> ShiftView:
    """The caller works in a country from now on."""
    at = timestamp()
    return store.change_shift(_courier(caller), lambda before: shifts.start(before, wanted.country, at)).view()


def end_shift(caller: Caller) -> ShiftView:
    """The caller gets no more deliveries from now on; those that they have stay theirs."""
    at = timestamp()
    return store.change_shift(_courier(caller), lambda before: shifts.end(before, at)).view()


def _changed(order_id: str, decide: store.Decision) -> DeliveryView:
    recorded = store.deliveries().transition(order_id, decide)
    assert recorded.state is not None  # noqa: S101 (both decisions raise NotFound for a delivery that is not there)
    return recorded.state.view()


def _courier(caller: Caller) -> str:
    if "couriers" not in caller.groups:
        raise Forbidden("Only couriers may do this.")
    return caller.user_id
