"""Couriers on duty, for tests that need some."""

from yafdp.delivery import service
from yafdp.delivery.messages import ShiftView, StartShift
from yafdp.kernel.caller import Caller


def courier(name: str) -> Caller:
    """A courier who has signed in."""
    return Caller(name, frozenset({"couriers"}))


def on_duty(country: str, name: str) -> ShiftView:
    """The courier works in the country from now on."""
    return service.start_shift(courier(name), StartShift(country=country))
