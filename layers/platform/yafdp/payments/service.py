"""Payments' use cases. The gateway is asked first and its answer recorded after; both are idempotent, so a crash
between is mended by the repeat.
"""

from yafdp.payments import model, store
from yafdp.payments.messages import (
    Authorise,
    Capture,
    CaptureFailed,
    CardDeclined,
    GiveBack,
    PaymentClosed,
    PaymentCommand,
)


def perform(command: PaymentCommand) -> None:
    """A command of the saga.

    Raises CardDeclined, CaptureFailed, PaymentClosed; GatewayTimeout when the outcome is unknown, GatewayBusy when
    nothing was done.
    """
    match command:
        case Authorise():
            authorise(command)
        case Capture():
            capture(command)
        case GiveBack():
            give_back(command)


def authorise(command: Authorise) -> None:
    """Set the order's total aside."""
    payments, gateway = store.payments(), store.gateway()
    before = payments.load(command.order_id)
    if not model.needs_authorisation(before.state):
        return
    try:
        if gateway.authorise(command.order_id, command.amount, command.payment_method):
            gateway.give_back(command.order_id)
            raise CardDeclined("your bank asks for a confirmation that this shop cannot show")
    except CardDeclined as refusal:
        reason = str(refusal)
        payments.transition(command.order_id, lambda payment: model.declined(payment, command, reason))
        raise
    try:
        payments.transition(command.order_id, lambda payment: model.authorised(payment, command), known=before)
    except PaymentClosed:
        # Given back while the gateway was being asked: what it has just set aside must go back too.
        gateway.give_back(command.order_id)
        raise


def capture(command: Capture) -> None:
    """Take what was set aside for the order."""
    payments = store.payments()
    before = payments.load(command.order_id)
    if not model.needs_capture(before.state):
        return
    try:
        store.gateway().capture(command.order_id)
    except CaptureFailed as refusal:
        reason = str(refusal)
        payments.transition(command.order_id, lambda payment: model.capture_failed(payment, command, reason))
        raise
    payments.transition(command.order_id, lambda payment: model.captured(payment, command), known=before)


def give_back(command: GiveBack) -> None:
    """Void or refund, whichever the payment needs; the gateway knows best, also of charges whose answer never came."""
    returned = store.gateway().give_back(command.order_id)
    store.payments().transition(command.order_id, lambda payment: model.given_back(payment, command, returned))
