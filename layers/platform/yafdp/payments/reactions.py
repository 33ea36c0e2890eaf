"""Payments' part in a choreographed order: which event makes it do what."""

from collections.abc import Callable

from yafdp.kernel.docket import docket_of
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.journal import Transition
from yafdp.kernel.queue import attempt
from yafdp.payments import model, settling, store
from yafdp.payments.messages import Authorise, Capture, GatewayTimeout, GiveBack, PaymentCommand
from yafdp.payments.model import Payment
from yafdp.payments.service import perform

# How often a silent gateway is asked before the order is called off; the state machine asks as often.
ATTEMPTS = 4


def react(event: Envelope) -> None:
    """Authorise for an order whose stock is reserved, capture once a courier is found, give back when the kitchen is
    out of it, nobody knows what the gateway did, or the customer did not act in time.
    """
    docket, order_id = docket_of(event), event.aggregate_id
    match event.type:
        case "StockReserved":
            authorise = Authorise(
                order_id=order_id,
                customer_id=docket.customer_id,
                amount=docket.total,
                payment_method=docket.payment_method,
                docket=docket,
            )
            _ask(authorise, lambda payment, reason: model.uncertain(payment, authorise, reason))
        case "CourierAssigned":
            capture = Capture(order_id=order_id, docket=docket)
            _ask(capture, lambda payment, reason: model.capture_uncertain(payment, capture, reason))
        case "TicketRejected" | "TicketExpired" | "TicketWithdrawn" | "PaymentUncertain" | "PaymentExpired":
            perform(GiveBack(order_id=order_id, docket=docket))
        case _:
            raise InvalidMessage(f"payments has no part in {event.type}")


def expire(event: Envelope) -> None:
    """The time of a customer whose bank wants to hear from them is over: the queue has held the news back until now."""
    if event.type != "PaymentActionRequired":
        raise InvalidMessage(f"{event.type} has no deadline")
    try:
        settling.look_once_more(event.aggregate_id, event.id)
    except GatewayTimeout:
        if attempt() < ATTEMPTS:
            raise
    # Whatever the gateway holds without saying so is given back after this.
    store.payments().transition(event.aggregate_id, model.expire)


def _ask(command: PaymentCommand, give_up: Callable[[Payment | None, str], Transition[Payment] | None]) -> None:
    """Do the command; when its last attempt gets no answer from the gateway, write down that nobody knows."""
    try:
        perform(command)
    except GatewayTimeout as silence:
        if attempt() < ATTEMPTS:
            raise
        reason = str(silence)
        store.payments().transition(command.order_id, lambda payment: give_up(payment, reason))
