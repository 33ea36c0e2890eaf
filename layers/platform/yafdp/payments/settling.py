"""What comes of a customer's action at their bank: looked up, written down, passed on to whoever waits."""

from collections.abc import Callable

from yafdp.kernel import callbacks
from yafdp.kernel.caller import Caller
from yafdp.kernel.context import Correlation, current
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage, NotFound, Unavailable
from yafdp.kernel.observability import trace_header, under
from yafdp.payments import actions, model, store
from yafdp.payments.gateway import Gateway
from yafdp.payments.messages import GatewayTimeout, PaymentView
from yafdp.payments.model import Charge, Payment, PaymentStatus

# Events of a payment that its customer was asked about; after each, whoever waits may have to be told.
_ANSWERS = frozenset({"PaymentAwaited", "PaymentAuthorised", "PaymentDeclined", "PaymentVoided"})


def customer_returned(caller: Caller, order_id: str) -> PaymentView:
    """The customer says that they have done what their bank wanted: look what came of it.

    Raises NotFound for anybody else's payment, Unavailable if the gateway does not say.
    """
    payment = store.payments().load(order_id).state
    if payment is None or payment.customer_id != caller.user_id:
        raise NotFound(f"You have no payment for an order {order_id} to confirm.")
    if payment.status is PaymentStatus.ACTION_REQUIRED:
        try:
            payment = _settle(payment, lambda gateway: gateway.returned(order_id))
        except GatewayTimeout as silence:
            raise Unavailable("your bank does not say yet; the same request may be sent again") from silence
    return payment.view()


def look(order_id: str, cause: str) -> None:
    """Something has changed at the gateway: see what. Nothing for an order that payments does not know."""
    payment = store.payments().load(order_id).state
    if payment is not None and payment.status in {PaymentStatus.ACTION_REQUIRED, PaymentStatus.CAPTURED}:
        _settle(payment, lambda gateway: gateway.look(order_id), cause)


def look_once_more(order_id: str, cause: str | None = None) -> None:
    """The customer's time to act is over: their bank may have agreed, and the gateway's event may be late.

    Raises GatewayTimeout.
    """
    payment = store.payments().load(order_id).state
    if payment is not None and payment.status is PaymentStatus.ACTION_REQUIRED:
        _settle(payment, lambda gateway: gateway.look(order_id), cause)


def conclude(order_id: str) -> None:
    """The machine that waits for the customer waits no longer; nothing if their money is set aside.

    Raises PaymentActionMissing for a customer who did not act, CardDeclined, PaymentClosed; GatewayTimeout.
    """
    look_once_more(order_id)
    payment = store.payments().transition(order_id, model.expire).state
    answer = actions.answer(payment) if payment else None
    if answer is not None and answer.error is not None:
        raise answer.error(answer.reason)


def pass_on(event: Envelope) -> None:
    """Tell the state machine that waits for the customer, if one does and there is something to tell.

    It may begin to wait before or after there is: both news come here, and whichever is the later one finds both.
    """
    if event.type not in _ANSWERS:
        raise InvalidMessage(f"nobody waits for {event.type}")
    payment = store.payments().load(event.aggregate_id).state
    if payment is None or payment.task_token is None or (answer := actions.answer(payment)) is None:
        return
    if answer.error is None:
        callbacks.resume(payment.task_token)
    else:
        callbacks.refuse(payment.task_token, answer.error.__name__, answer.reason)


def _settle(payment: Payment, ask: Callable[[Gateway], Charge], cause: str | None = None) -> Payment:
    """Ask where the charge stands, and write down what that changes, under the order's own story."""
    story = payment.correlation_id or current().correlation_id
    with under(Correlation(story, cause or current().causation_id, trace_header())):
        charge = ask(store.gateway())
        after = store.payments().transition(payment.order_id, lambda known: actions.settled(known, charge))
    return after.state or payment
