"""The port to a payment gateway.

Every operation is idempotent by order id, which is the reference the gateway knows the charge by.
"""

from typing import Protocol

from yafdp.kernel.messages import Money
from yafdp.payments.model import Returned


class Gateway(Protocol):
    """What payments needs of a gateway."""

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> None:
        """Set the amount aside. Raises CardDeclined, or GatewayTimeout when the outcome is unknown."""

    def capture(self, order_id: str) -> None:
        """Take what is set aside. Raises CaptureFailed or GatewayTimeout."""

    def give_back(self, order_id: str) -> Returned:
        """Void or refund, whichever the charge needs, and say which; VOIDED where there is no charge; and refuse a
        charge that comes later. Raises GatewayTimeout.
        """
