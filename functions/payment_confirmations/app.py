"""POST /orders/{orderId}/payment-confirmation: the customer has done what their bank wanted."""

from typing import Any

from yafdp.kernel.http import answer, api, caller
from yafdp.payments.settling import customer_returned


@api.post("/orders/<order_id>/payment-confirmation")
def confirm_payment(order_id: str) -> Any:
    """200 with the payment as it is now."""
    return answer(200, customer_returned(caller(), order_id))


handler = api.handler
