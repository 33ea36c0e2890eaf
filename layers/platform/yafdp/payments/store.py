"""The payments table, and which gateway is in use."""

import os

from yafdp.kernel.journal import Journal
from yafdp.payments.gateway import Gateway
from yafdp.payments.model import Payment
from yafdp.payments.sandbox import Sandbox


def payments() -> Journal[Payment]:
    """The journal of payments, one per order."""
    return Journal(os.environ["PAYMENTS_TABLE"], source="yafdp.payments", prefix="PAYMENT#", state=Payment)


def gateway() -> Gateway:
    """The gateway in use."""
    return Sandbox()
