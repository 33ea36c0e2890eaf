"""A payment: the decisions. Pure; the gateway's answer comes in as an argument."""

from enum import StrEnum

import msgspec

from yafdp.kernel.docket import Docket, failing
from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.kernel.messages import Message, Money
from yafdp.payments import messages as m


class PaymentStatus(StrEnum):
    """A payment's states. VOIDED is a tombstone: it also stands where the giving back came before the charge.

    ACTION_REQUIRED: the customer's bank wants to hear from them. EXPIRED: it did not in time. UNCERTAIN: the gateway
    never said whether it charged, and nobody asks it again; what it holds is given back, as for EXPIRED.
    """

    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    UNCERTAIN = "UNCERTAIN"
    EXPIRED = "EXPIRED"
    CAPTURED = "CAPTURED"
    CAPTURE_FAILED = "CAPTURE_FAILED"
    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"


class Returned(StrEnum):
    """What a gateway did to give the money back: it let go of what it held, or paid back what it had taken."""

    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"


class Standing(StrEnum):
    """Where a charge stands at the gateway. PENDING: nothing is set aside, and nothing is decided."""

    PENDING = "PENDING"
    HELD = "HELD"
    REFUSED = "REFUSED"
    TAKEN = "TAKEN"
    VOIDED = "VOIDED"
    REFUNDED = "REFUNDED"


class Charge(Message, frozen=True):
    """What the gateway says of an order's charge; `reason` is for the customer."""

    standing: Standing
    reason: str = ""


class Action(Message, frozen=True):
    """What the customer has to do before their bank says yes or no: go to this address, where there is one."""

    url: str | None = None


# Nothing is charged any more.
CLOSED = frozenset({PaymentStatus.VOIDED, PaymentStatus.REFUNDED, PaymentStatus.UNCERTAIN, PaymentStatus.EXPIRED})
_NOTHING_HELD = frozenset({PaymentStatus.VOIDED, PaymentStatus.REFUNDED, PaymentStatus.DECLINED})


class Payment(Message, frozen=True):
    """The money of one order. `task_token` or `docket`: who waits while its customer has to act; `correlation_id`:
    the story that goes on then.
    """

    order_id: str
    status: PaymentStatus
    amount: Money | None = None
    payment_method: str | None = None
    reason: str | None = None
    customer_id: str | None = None
    correlation_id: str | None = None
    task_token: str | None = None
    docket: Docket | None = None

    def view(self) -> m.PaymentView:
        """The payment as its customer sees it."""
        return m.PaymentView(order_id=self.order_id, status=self.status, reason=self.reason)


def needs_authorisation(payment: Payment | None) -> bool:
    """Whether the gateway has to be asked: it was not, yet.

    Raises CardDeclined or PaymentClosed if that was the answer before.
    """
    if payment is None:
        return True
    if payment.status is PaymentStatus.DECLINED:
        raise m.CardDeclined(payment.reason or "declined")
    if payment.status in CLOSED:
        raise m.PaymentClosed("the payment was given back before it was authorised")
    return False


def authorised(payment: Payment | None, command: m.Authorise) -> Transition[Payment] | None:
    """The gateway set the amount aside.

    Raises PaymentClosed if the payment was given back meanwhile: the caller voids it then.
    """
    if not needs_authorisation(payment):
        return None
    state = asked(command, PaymentStatus.AUTHORISED)
    return Transition(
        state, m.PaymentAuthorised(order_id=command.order_id, amount=command.amount, docket=command.docket)
    )


def declined(payment: Payment | None, command: m.Authorise, reason: str) -> Transition[Payment] | None:
    """The card's bank said no."""
    if payment is not None:
        return None
    docket = failing(command.docket, m.CardDeclined, reason)
    return Transition(
        asked(command, PaymentStatus.DECLINED, reason),
        m.PaymentDeclined(order_id=command.order_id, reason=reason, docket=docket),
    )


def uncertain(payment: Payment | None, command: m.Authorise, reason: str) -> Transition[Payment] | None:
    """The gateway was asked as often as it makes sense and never answered; nothing if it did meanwhile."""
    if payment is not None:
        return None
    docket = failing(command.docket, m.GatewayTimeout, reason)
    return Transition(
        asked(command, PaymentStatus.UNCERTAIN, reason),
        m.PaymentUncertain(order_id=command.order_id, reason=reason, docket=docket),
    )


def action_required(
    payment: Payment | None, command: m.Authorise, action: Action, expires_at: str, correlation_id: str
) -> Transition[Payment] | None:
    """The gateway needs the customer first; nothing if it has said so before.

    Raises CardDeclined or PaymentClosed if that is known by now.
    """
    if not needs_authorisation(payment):
        return None
    state = msgspec.structs.replace(
        asked(command, PaymentStatus.ACTION_REQUIRED),
        customer_id=command.customer_id,
        correlation_id=correlation_id,
        docket=command.docket,
    )
    return Transition(
        state,
        m.PaymentActionRequired(
            order_id=command.order_id,
            amount=command.amount,
            expires_at=expires_at,
            url=action.url,
            docket=command.docket,
        ),
    )


def expire(payment: Payment | None) -> Transition[Payment] | None:
    """The customer's time to act is over; nothing if they have, or it does not matter any more."""
    if payment is None or payment.status is not PaymentStatus.ACTION_REQUIRED:
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.EXPIRED)
    docket = failing(payment.docket, m.PaymentActionMissing)
    return Transition(state, m.PaymentExpired(order_id=payment.order_id, docket=docket))


def needs_capture(payment: Payment | None) -> bool:
    """Whether the gateway has to be asked.

    Raises CaptureFailed or PaymentClosed if that was the answer before, Conflict before authorisation.
    """
    if payment is None or payment.status in {PaymentStatus.DECLINED, PaymentStatus.ACTION_REQUIRED}:
        raise Conflict("there is no authorised payment to capture")
    if payment.status is PaymentStatus.CAPTURE_FAILED:
        raise m.CaptureFailed(payment.reason or "refused")
    if payment.status in CLOSED:
        raise m.PaymentClosed("the payment was given back before it was captured")
    return payment.status is PaymentStatus.AUTHORISED


def captured(payment: Payment | None, command: m.Capture) -> Transition[Payment] | None:
    """The gateway took the amount."""
    if payment is None or payment.amount is None or not needs_capture(payment):
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.CAPTURED)
    return Transition(state, m.PaymentCaptured(order_id=payment.order_id, amount=payment.amount, docket=command.docket))


def capture_failed(payment: Payment | None, command: m.Capture, reason: str) -> Transition[Payment] | None:
    """The gateway refused to take the amount."""
    if payment is None or not needs_capture(payment):
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.CAPTURE_FAILED, reason=reason)
    docket = failing(command.docket, m.CaptureFailed, reason)
    return Transition(state, m.CaptureRefused(order_id=payment.order_id, reason=reason, docket=docket))


def capture_uncertain(payment: Payment | None, command: m.Capture, reason: str) -> Transition[Payment] | None:
    """The gateway was asked as often as it makes sense and never said whether it took the amount; nothing if it did
    meanwhile.
    """
    if payment is None or payment.status is not PaymentStatus.AUTHORISED:
        return None
    state = msgspec.structs.replace(payment, status=PaymentStatus.UNCERTAIN, reason=reason)
    docket = failing(command.docket, m.GatewayTimeout, reason)
    return Transition(state, m.CaptureUncertain(order_id=payment.order_id, reason=reason, docket=docket))


def given_back(payment: Payment | None, command: m.GiveBack, returned: Returned) -> Transition[Payment] | None:
    """The gateway holds nothing of the customer's any more, and says how it came to that; nothing if that was so
    before, or the card was declined.
    """
    if payment is not None and payment.status in _NOTHING_HELD:
        return None
    known = payment or Payment(order_id=command.order_id, status=PaymentStatus.VOIDED)
    state = msgspec.structs.replace(known, status=PaymentStatus(returned))
    if returned is Returned.REFUNDED:
        docket = msgspec.structs.replace(command.docket, refunded=True) if command.docket else None
        return Transition(state, m.PaymentRefunded(order_id=command.order_id, amount=known.amount, docket=docket))
    awaited = known.status is PaymentStatus.ACTION_REQUIRED
    return Transition(state, m.PaymentVoided(order_id=command.order_id, docket=command.docket, awaited=awaited))


def asked(command: m.Authorise, status: PaymentStatus, reason: str | None = None) -> Payment:
    """The payment that the gateway was asked for, in this state."""
    return Payment(
        order_id=command.order_id,
        status=status,
        amount=command.amount,
        payment_method=command.payment_method,
        reason=reason,
    )
