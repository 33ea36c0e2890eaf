"""Coupon import queue: coupons as the old system has them."""

from yafdp.coupons.service import bring
from yafdp.kernel.queue import each_message

handler = each_message(bring)
