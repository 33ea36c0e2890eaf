"""Payments' use cases. The gateway is asked first and its answer recorded after; both are idempotent, so a crash
between is mended by the repeat.
"""

from yafdp.kernel.clock import in_seconds
from yafdp.kernel.context import current
from yafdp.kernel.journal import Recorded
from yafdp.payments import actions, model, settling, store
from yafdp.payments.messages import (
    Authorisation,
    Authorise,
    AwaitCustomer,
    Capture,
    CaptureFailed,
    CardDeclined,
    Conclude,
    GiveBack,
    GivenBack,
    PaymentClosed,
    PaymentCommand,
)


def perform(command: PaymentCommand) -> Authorisation | GivenBack | None:
    """A command of the saga.

    Raises CardDeclined, CaptureFailed, PaymentClosed, PaymentActionMissing; GatewayTimeout when the outcome is unknown,
    GatewayBusy when nothing was done.
    """
    match command:
        case Authorise():
            return authorise(command)
        case Capture():
            capture(command)
        case GiveBack():
            return give_back(command)
        case AwaitCustomer():
            store.payments().transition(command.order_id, lambda payment: actions.awaited(payment, command))
        case Conclude():
            settling.conclude(command.order_id)
    return None


def authorise(command: Authorise) -> Authorisation:
    """Set the order's total aside, or learn that the customer has to act first."""
    payments, gateway = store.payments(), store.gateway()
    before = payments.load(command.order_id)
    if before.state is not None and not model.needs_authorisation(before.state):
        return _answer(before)
    try:
        action = gateway.authorise(command.order_id, command.amount, command.payment_method)
    except CardDeclined as refusal:
        reason = str(refusal)
        after = payments.transition(command.order_id, lambda payment: model.declined(payment, command, reason))
        # What is written down is the answer: another attempt may have got another one, and been faster.
        model.needs_authorisation(after.state)
        return _answer(after)
    try:
        after = payments.transition(command.order_id, _decision(command, action), known=before)
    except PaymentClosed:
        # Given back while the gateway was being asked: what it has just set aside must go back too.
        gateway.give_back(command.order_id)
        raise
    return _answer(after)


def _answer(payment: Recorded[model.Payment]) -> Authorisation:
    return Authorisation(
        pending=payment.state is not None and payment.state.status is model.PaymentStatus.ACTION_REQUIRED
    )


def _decision(command: Authorise, action: model.Action | None) -> store.Decision:
    if action is None:
        return lambda payment: model.authorised(payment, command)
    expires_at, story = in_seconds(store.seconds_to_act()), current().correlation_id
    return lambda payment: model.action_required(payment, command, action, expires_at, story)


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
        after = payments.transition(command.order_id, lambda payment: model.capture_failed(payment, command, reason))
        model.needs_capture(after.state)
        return
    payments.transition(command.order_id, lambda payment: model.captured(payment, command), known=before)


def give_back(command: GiveBack) -> GivenBack:
    """Void or refund, whichever the payment needs; the gateway knows best, also of charges whose answer never came."""
    returned = store.gateway().give_back(command.order_id)
    store.payments().transition(command.order_id, lambda payment: model.given_back(payment, command, returned))
    return GivenBack(refunded=returned is model.Returned.REFUNDED)
