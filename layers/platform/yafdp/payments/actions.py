"""What a payment's customer has to do before their bank says yes or no, and what comes of it: the decisions. Pure."""

import msgspec

from yafdp.kernel.docket import failing
from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message
from yafdp.payments import messages as m
from yafdp.payments.model import (
    CLOSED,
    Charge,
    Payment,
    PaymentStatus,
    Standing,
)


class Answer(Message, frozen=True):
    """What a waiting state machine is told: to go on, or the name of the error and the reason."""

    error: type[Exception] | None = None
    reason: str = ""


def awaited(payment: Payment | None, command: m.AwaitCustomer) -> Transition[Payment] | None:
    """A state machine waits for the customer from now on; nothing if this one does already. Raises Conflict."""
    if payment is None:
        raise Conflict("there is no payment to wait for")
    if payment.task_token == command.task_token:
        return None
    state = msgspec.structs.replace(payment, task_token=command.task_token)
    return Transition(state, m.PaymentAwaited(order_id=payment.order_id))


def answer(payment: Payment) -> Answer | None:
    """What whoever waits for the customer is told; None as long as nothing is decided."""
    if payment.status is PaymentStatus.ACTION_REQUIRED:
        return None
    if payment.status is PaymentStatus.DECLINED:
        return Answer(error=m.CardDeclined, reason=payment.reason or "declined")
    if payment.status is PaymentStatus.EXPIRED:
        return Answer(error=m.PaymentActionMissing, reason="the customer's time was over")
    if payment.status in CLOSED:
        return Answer(error=m.PaymentClosed, reason="the payment was given back")
    return Answer()


def settled(payment: Payment | None, charge: Charge) -> Transition[Payment] | None:
    """The gateway says where the charge stands now: after the customer's action, or because its owner has refunded it
    there; nothing where that is known already or decides nothing.
    """
    if payment is None or payment.amount is None:
        return None
    if payment.status is PaymentStatus.CAPTURED and charge.standing is Standing.REFUNDED:
        state = msgspec.structs.replace(payment, status=PaymentStatus.REFUNDED)
        return Transition(state, m.PaymentRefunded(order_id=payment.order_id, amount=payment.amount))
    if payment.status is not PaymentStatus.ACTION_REQUIRED or charge.standing is Standing.PENDING:
        return None
    if charge.standing in {Standing.HELD, Standing.TAKEN}:
        state = msgspec.structs.replace(payment, status=PaymentStatus.AUTHORISED)
        held = m.PaymentAuthorised(
            order_id=payment.order_id, amount=payment.amount, docket=payment.docket, awaited=True
        )
        return Transition(state, held)
    reason = charge.reason or "the payment was cancelled"
    state = msgspec.structs.replace(payment, status=PaymentStatus.DECLINED, reason=reason)
    docket = failing(payment.docket, m.CardDeclined, reason)
    return Transition(state, m.PaymentDeclined(order_id=payment.order_id, reason=reason, docket=docket, awaited=True))
