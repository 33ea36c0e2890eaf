"""/coupons/…: the old system's coupons, in its own words."""

from typing import Any

from yafdp.coupons import service
from yafdp.coupons.wording import CONTENT_TYPE
from yafdp.kernel.http import ANYTHING, api, path_parameter, text_answer


@api.get(f"/coupons/{ANYTHING}")
def show() -> Any:
    """The coupon as it stands."""
    return text_answer(service.show(path_parameter("code")), CONTENT_TYPE)


@api.post(f"/coupons/{ANYTHING}/redeem")
def redeem() -> Any:
    """Use it up."""
    return text_answer(service.redeem(path_parameter("code"), api.current_event.body or ""), CONTENT_TYPE)


handler = api.handler
