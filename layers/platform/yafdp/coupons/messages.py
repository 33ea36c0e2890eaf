"""What coupons are told and what they tell."""

from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from yafdp.kernel.messages import Message, Money, Request, Text

type Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
type Cents = Annotated[int, msgspec.Meta(ge=0)]


class Kind(StrEnum):
    """What a coupon's value counts: hundredths of a total, or cents."""

    PERCENT = "PERCENT"
    AMOUNT = "AMOUNT"


class Redemption(Request, frozen=True):
    """Who used a coupon up, when, for which total, and what it was worth; amounts in cents."""

    day: Day
    customer_number: Text
    total: Cents
    discount: Cents


class ImportCoupon(Request, frozen=True):
    """Command: a coupon as the old system has it now.

    It may come as often as it likes; only its last state counts. `valid_from` and `valid_to` are both included.
    """

    code: Text
    label: Text
    kind: Kind
    value: Annotated[int, msgspec.Meta(ge=1, le=100_000_00)]
    valid_from: Day
    valid_to: Day
    redemption: Redemption | None = None


class Redeem(Message, frozen=True):
    """What a till asks for: this customer, a total in cents, and the day on the shop's wall."""

    customer_number: str
    total: int
    day: str


# Events. A code is as good as money to whoever reads it, so none of them tells it.


class CouponImported(Message, omit_defaults=False, frozen=True):
    """The old system has a new coupon, or has changed one."""

    coupon_id: str
    kind: Kind
    valid_from: str
    valid_to: str
    redeemed: bool


class CouponRedeemed(Message, frozen=True):
    """A coupon was used up here."""

    coupon_id: str
    customer_number: str
    day: str
    total: Money
    discount: Money


class Fault(IntEnum):
    """Why not, by the old system's numbers: its clients know them."""

    UNKNOWN = 17
    USED = 18
    EXPIRED = 19
    EARLY = 20
    TOTAL = 21
    CUSTOMER = 22


class CouponRefused(Exception):
    """The answer is no; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault
