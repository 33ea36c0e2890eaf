"""The coupons' table."""

import os

from yafdp.coupons.model import Coupon
from yafdp.kernel.journal import Journal


def coupons() -> Journal[Coupon]:
    """The journal of coupons, by the id that a code leads to."""
    return Journal(os.environ["COUPONS_TABLE"], source="yafdp.coupons", prefix="COUPON#", state=Coupon)
