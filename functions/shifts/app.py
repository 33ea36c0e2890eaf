"""/me/shift: couriers go on and off duty."""

from typing import Any

from yafdp.delivery import service
from yafdp.delivery.messages import StartShift
from yafdp.kernel.http import answer, api, body, caller


@api.get("/me/shift")
def shift() -> Any:
    """200 with whether the caller works."""
    return answer(200, service.shift(caller()))


@api.put("/me/shift")
def start_shift() -> Any:
    """200: the caller works from now on."""
    return answer(200, service.start_shift(caller(), body(StartShift)))


@api.delete("/me/shift")
def end_shift() -> Any:
    """200: the caller gets no more deliveries."""
    return answer(200, service.end_shift(caller()))


handler = api.handler
