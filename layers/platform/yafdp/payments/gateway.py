"""The port to a payment gateway.

Every operation is idempotent by order id, which is the reference the gateway knows the charge by.
"""

from typing import Protocol

from yafdp.kernel.messages import Money
from yafdp.payments.model import Action, Charge, Returned


class Gateway(Protocol):
    """What payments needs of a gateway."""

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> Action | None:
        """Set the amount aside; or say what the customer must do first, in which case nothing is set aside yet.

        Raises CardDeclined; PaymentClosed after a giving back; GatewayBusy when nothing was done for now;
        GatewayTimeout when the outcome is unknown.
        """

    def look(self, order_id: str) -> Charge:
        """Where the order's charge stands. Raises GatewayBusy or GatewayTimeout."""

    def returned(self, order_id: str) -> Charge:
        """The same for a customer who says that they have done what was asked of them."""

    def capture(self, order_id: str) -> None:
        """Take what is set aside. Raises CaptureFailed, GatewayBusy or GatewayTimeout."""

    def give_back(self, order_id: str) -> Returned:
        """Void or refund, whichever the charge needs, and say which; VOIDED where there is no charge; and refuse a
        charge that comes later. Raises GatewayBusy or GatewayTimeout.
        """
