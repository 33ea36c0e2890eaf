"""A payment: the decisions. Pure; the gateway's answer comes in as an argument."""

from enum import StrEnum

import msgspec

from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message, Money
from yafdp.payments import messages as m


class PaymentStatus(StrEnum):
    """A payment's states. VOIDED is a tombstone: it also stands where the giving back came before the charge."""

    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    CAPTURED = "CAPTURED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"


_CLOSED = frozenset({PaymentStatus.VOIDED, PaymentStatus.REFUNDED})


class Payment(Message, frozen=True):
    """The money of one order."""

    order_id: str
    status: PaymentStatus
    amount: Money | None = None
    payment_method: str | None = None
    reason: str | None = None


def needs_authorisation(payment: Payment | None) -> bool:
    """Whether the gateway has to be asked. Raises CardDeclined or PaymentClosed if that was the answer before."""
    if payment is None:
        return True
    if payment.status is PaymentStatus.DECLINED:
        raise m.CardDeclined(payment.reason or "declined")
    if payment.status in _CLOSED:
        raise m.PaymentClosed("the payment was given back before it was authorised")
    return False


def authorised(payment: Payment | None, command: m.Authorise) -> Transition[Payment] | None:
    """The gateway set the amount aside.

    Raises PaymentClosed if the payment was given back meanwhile: the caller voids it then.
    """
    if not needs_authorisation(payment):
        return None
    state = Payment(
        order_id=command.order_id,
        status=PaymentStatus.AUTHORISED,
        amount=command.amount,
        payment_method=command.payment_method,
    )
    return Transition(state, m.PaymentAuthorised(order_id=command.order_id, amount=command.amount))


def declined(payment: Payment | None, command: m.Authorise, reason: str) -> Transition[Payment] | None:
    """The card's bank said no."""
    if payment is not None:
        return None
    state = Payment(
        order_id=command.order_id,
        status=PaymentStatus.DECLINED,
        amount=command.amount,
        payment_method=command.payment_method,
        reason=reason,
    )
    return Transition(state, m.PaymentDeclined(order_id=command.order_id, reason=reason))


def needs_capture(payment: Payment | None) -> bool:
    """Whether the gateway has to be asked.

    Raises CaptureFailed or PaymentClosed if that was the answer before, Conflict before authorisation.
    """
    if payment is None or payment.status is PaymentStatus.DECLINED:
        raise Conflict("there is no authorised payment to capture")
    if payment.status is PaymentStatus.CAPTURE_FAILED:
        raise m.CaptureFailed(payment.reason or "refused")
    if payment.status in _CLOSED:
        raise m.PaymentClosed("the payment was given back before it was captured")
    return payment.status is PaymentStatus.AUTHORISED


def captured(payment: Payment | None) -> Transition[Payment] | None:
    """The gateway took the amount."""
    if payment is None or payment.amount is None or not needs_capture(payment):
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.CAPTURED)
    return Transition(state, m.PaymentCaptured(order_id=payment.order_id, amount=payment.amount))


def capture_failed(payment: Payment | None, reason: str) -> Transition[Payment] | None:
    """The gateway refused to take the amount."""
    if payment is None or not needs_capture(payment):
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.CAPTURE_FAILED, reason=reason)
    return Transition(state, m.CaptureRefused(order_id=payment.order_id, reason=reason))


def given_back(payment: Payment | None, order_id: str) -> Transition[Payment] | None:
    """The gateway holds nothing of the customer's any more; nothing if that was so before."""
    if payment is None:
        return Transition(Payment(order_id=order_id, status=PaymentStatus.VOIDED), m.PaymentVoided(order_id=order_id))
    if payment.status in _CLOSED:
        return None
    if payment.status is PaymentStatus.CAPTURED and payment.amount is not None:
        state = msgspec.structs.replace(payment, status=PaymentStatus.REFUNDED)
        return Transition(state, m.PaymentRefunded(order_id=order_id, amount=payment.amount))
    state = msgspec.structs.replace(payment, status=PaymentStatus.VOIDED)
    return Transition(state, m.PaymentVoided(order_id=order_id))
