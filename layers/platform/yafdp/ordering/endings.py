"""How an order ends other than well: who may call it off, and what it is told. Pure."""

import msgspec

from yafdp.kernel.docket import Failure
from yafdp.kernel.errors import Conflict
from yafdp.kernel.journal import Transition
from yafdp.ordering import messages as m
from yafdp.ordering.messages import Status
from yafdp.ordering.model import ENDINGS, WAY, Order, existing, told

BY_CUSTOMER = "CancelledByCustomer"
BY_KITCHEN = "CancelledByKitchen"
STALLED = "OrderStalled"
_CANCELLATIONS = frozenset({BY_CUSTOMER, BY_KITCHEN})
# States of an order that nobody undoes any more: the food is made.
_BEYOND_RECALL = frozenset({Status.READY, Status.PICKED_UP, Status.DELIVERED})
_UNDONE = frozenset({Status.REJECTED, Status.CANCELLED})

# What stopped an order, in the customer's words.
REASONS = {
    "UnknownRestaurant": "This restaurant does not exist any more.",
    "RestaurantClosed": "This restaurant is closed at the moment.",
    "UnknownItem": "An item of your order is not on the menu any more.",
    "ItemUnavailable": "An item of your order is not available at the moment.",
    "OutOfStock": "An item of your order is sold out.",
    "CardDeclined": "Your card was declined.",
    "PaymentActionMissing": "You did not confirm the payment in time.",
    "KitchenRejected": "The restaurant could not take your order.",
    "KitchenSilent": "The restaurant did not answer in time.",
    "NoCourier": "No courier is available for your address.",
    "PriceChanged": "The price has changed since you ordered. Nothing has been charged; please look at it again.",
    "CaptureFailed": "The payment could not be completed.",
    BY_CUSTOMER: "You cancelled this order.",
    BY_KITCHEN: "The restaurant had to cancel your order.",
}
UNEXPECTED = "Something went wrong on our side."
# A restaurant that says no says why, and it says so to the customer: the detail of such a failure is theirs to read.
_SAID_BY_THE_RESTAURANT = frozenset({"KitchenRejected", BY_KITCHEN})
# These, and what is unexpected, leave a customer asking for their money.
_ASK_FOR_MONEY = frozenset({"PaymentActionMissing", BY_CUSTOMER, BY_KITCHEN})
_REFUNDED = "Your money is on its way back to you."
_NOT_CHARGED = "You have not been charged."
UNDER_WAY = "Your courier already had the food, so your order could not be called off any more. You pay as agreed."
# When the undoing itself failed, nobody can promise that yet.
ATTENTION = "Something went wrong on our side, and a person is looking into it. Our support will be in touch."


def cancel(order: Order | None, code: str, detail: str, at: str) -> Transition[Order] | None:
    """Call the order off; nothing if it is being undone, or is undone, already.

    Nothing has been set aside for an order that has no price yet, so that one ends at once.
    Raises Conflict once the food is ready, or when a person has to look at it.
    """
    order = existing(order)
    if (order.closing is not None and order.status in WAY) or order.status is Status.CANCELLED:
        return None
    if order.status not in WAY or order.status in _BEYOND_RECALL:
        raise Conflict(f"This order is {order.status} and cannot be cancelled any more.")
    failure = Failure(error=code, detail=detail)
    if order.status is Status.RECEIVED:
        return _ended(order, failure, at)
    state = msgspec.structs.replace(order, closing=failure, updated_at=at)
    return Transition(state, m.OrderCancellationRequested(**told(state), code=code, docket=order.docket(failure)))


def recall(order: Order | None, reason: str, at: str) -> Transition[Order] | None:
    """The kitchen takes its yes back, so the order is called off; nothing if it is being undone already, or is over:
    the kitchen may have said so in the middle of that. Raises Conflict once the food is ready.
    """
    order = existing(order)
    return None if order.status in ENDINGS else cancel(order, BY_KITCHEN, reason, at)


def fail(order: Order | None, command: m.FailOrder, at: str) -> Transition[Order] | None:
    """The order goes no step further, for this reason; nothing if there was a reason before.

    Raises OrderBeyondRecall once the food is ready.
    """
    order = existing(order)
    if order.status in _BEYOND_RECALL:
        raise m.OrderBeyondRecall(f"order {order.order_id} is {order.status}")
    if order.closing is not None or order.status not in WAY:
        return None
    failure = Failure(error=command.error, detail=command.detail)
    state = msgspec.structs.replace(order, closing=failure, updated_at=at)
    return Transition(state, m.OrderFailing(**told(state), code=failure.error))


def close(order: Order | None, command: m.CloseOrder, at: str) -> Transition[Order] | None:
    """Everything is undone, so the order ends, in words a person understands; nothing if it has.

    Raises OrderBeyondRecall once the food is ready.
    """
    order = existing(order)
    if order.status in _UNDONE:
        return None
    if order.status in _BEYOND_RECALL:
        raise m.OrderBeyondRecall(f"order {order.order_id} is {order.status}")
    return _ended(order, order.closing or Failure(error=command.error, detail=command.detail), at, command.refunded)


def flag(order: Order | None, command: m.FlagOrder, at: str) -> Transition[Order] | None:
    """The undoing has failed for good: a person must look; nothing if one must already, or the food is made.

    An order that somebody else has closed meanwhile is put before a person too, for what is left of it.
    """
    order = existing(order)
    closed_too_soon = order.status in _UNDONE and command.left
    if (order.status not in WAY and not closed_too_soon) or order.status in _BEYOND_RECALL:
        return None
    failure = order.closing or Failure(error=command.error, detail=command.detail)
    state = msgspec.structs.replace(
        order, status=Status.NEEDS_ATTENTION, reason=ATTENTION, closing=failure, updated_at=at
    )
    return Transition(
        state,
        m.OrderNeedsAttention(
            **told(state),
            code=failure.error,
            reason=ATTENTION,
            left=command.left,
            detail=command.detail,
            total=state.total,
        ),
    )


def reinstate(order: Order | None, at: str) -> Transition[Order] | None:
    """The courier has the food, so what was to be undone goes on from where it cannot be called off any more; nothing
    for an order that goes its way, or has ended.

    Delivery frees its courier first of all or not at all, and nobody undoes anything before that is known.
    """
    order = existing(order)
    if order.closing is None or order.status in _UNDONE:
        return None
    state = msgspec.structs.replace(order, status=Status.READY, closing=None, reason=None, updated_at=at)
    return Transition(state, m.OrderReinstated(**told(state), code=order.closing.error, reason=UNDER_WAY))


def _ended(order: Order, failure: Failure, at: str, refunded: bool = False) -> Transition[Order]:
    cancelled = failure.error in _CANCELLATIONS
    reason = _reason(failure, refunded)
    state = msgspec.structs.replace(
        order,
        status=Status.CANCELLED if cancelled else Status.REJECTED,
        reason=reason,
        closing=failure,
        updated_at=at,
    )
    if cancelled:
        return Transition(state, m.OrderCancelled(**told(state), code=failure.error, reason=reason, total=state.total))
    return Transition(state, m.OrderRejected(**told(state), code=failure.error, reason=reason, total=state.total))


def _reason(failure: Failure, refunded: bool) -> str:
    """What stopped the order, and what becomes of its customer's money."""
    error, words = failure.error, " ".join(failure.detail.split())
    reason = REASONS.get(error, UNEXPECTED)
    if words and error in _SAID_BY_THE_RESTAURANT:
        reason = f'{reason} It says: "{words}".'
    if error in REASONS and error not in _ASK_FOR_MONEY:
        return reason
    return f"{reason} {_REFUNDED if refunded else _NOT_CHARGED}"
