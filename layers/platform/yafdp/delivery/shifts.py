"""A courier's shift: the decisions. Pure.

Who is on duty in a country is found for its orders. Ending a shift takes no delivery away from its courier.
"""

from yafdp.delivery.messages import CourierWentOffDuty, CourierWentOnDuty, ShiftView
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message


class Shift(Message, frozen=True):
    """Whether one courier works, and since when that is so. `country` as in ISO 3166-1 alpha-2, none off duty."""

    courier_id: str
    country: str | None = None
    since: str | None = None

    def view(self) -> ShiftView:
        """The shift as its courier sees it."""
        return ShiftView(
            courier_id=self.courier_id, on_duty=self.country is not None, country=self.country, since=self.since
        )


def start(shift: Shift, country: str, at: str) -> Transition[Shift] | None:
    """From now on the courier works in this country, and in no other; nothing if they do."""
    if shift.country == country:
        return None
    state = Shift(courier_id=shift.courier_id, country=country, since=at)
    return Transition(state, CourierWentOnDuty(courier_id=shift.courier_id, country=country))


def end(shift: Shift, at: str) -> Transition[Shift] | None:
    """From now on the courier gets no more deliveries; nothing if they are off duty."""
    if shift.country is None:
        return None
    state = Shift(courier_id=shift.courier_id, since=at)
    return Transition(state, CourierWentOffDuty(courier_id=shift.courier_id))
