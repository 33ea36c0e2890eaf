"""The gateway that is Stripe: one PaymentIntent an order, captured by hand.

An operation first looks where the intent stands and then acts on that. So a repeat, after an answer that never came or
a crash, finds what was done; the idempotency keys only spare Stripe the doubled request.
"""

from enum import StrEnum

import msgspec

from yafdp.kernel.messages import Money
from yafdp.payments import stripe_store as ledger
from yafdp.payments.messages import CaptureFailed, CardDeclined, GatewayTimeout, PaymentClosed
from yafdp.payments.model import Action, Charge, Returned, Standing
from yafdp.payments.stripe_api import StripeApi, StripeRefusal

NOTHING_TO_TAKE = "there is nothing to take"
# Stripe's words for a payment method that it does not know, and localstripe's.
_UNKNOWN_METHOD = frozenset({"resource_missing", "payment_method_invalid_parameter"})


class _Status(StrEnum):
    """https://docs.stripe.com/payments/paymentintents/lifecycle"""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    CANCELED = "canceled"
    SUCCEEDED = "succeeded"


class _Redirect(msgspec.Struct, frozen=True):
    url: str


class _NextAction(msgspec.Struct, frozen=True):
    redirect_to_url: _Redirect | None = None


class _Complaint(msgspec.Struct, frozen=True):
    message: str | None = None


class _StripeCharge(msgspec.Struct, frozen=True):
    refunded: bool = False


class _Intent(msgspec.Struct, frozen=True):
    """A PaymentIntent, as far as it matters here."""

    id: str
    status: _Status
    next_action: _NextAction | None = None
    last_payment_error: _Complaint | None = None
    latest_charge: _StripeCharge | None = None

    def charge(self) -> Charge:
        """Where it stands, in our words."""
        match self.status:
            case _Status.REQUIRES_CAPTURE:
                return Charge(standing=Standing.HELD)
            case _Status.SUCCEEDED:
                refunded = self.latest_charge is not None and self.latest_charge.refunded
                return Charge(standing=Standing.REFUNDED if refunded else Standing.TAKEN)
            case _Status.CANCELED:
                return Charge(standing=Standing.VOIDED)
            case _Status.REQUIRES_PAYMENT_METHOD:
                said = self.last_payment_error.message if self.last_payment_error else None
                return Charge(standing=Standing.REFUSED, reason=said or "the card was declined")
        return Charge(standing=Standing.PENDING)


class _Refund(msgspec.Struct, frozen=True):
    id: str


class Stripe:
    """The gateway, for one operation."""

    def __init__(self, api: StripeApi, return_url: str) -> None:
        self._api, self._return_url = api, return_url

    def authorise(self, order_id: str, amount: Money, payment_method: str) -> Action | None:
        """Confirm the order's intent, once."""
        known = ledger.intent_of(order_id)
        intent = self._intent(known) if known else self._created(order_id, amount, payment_method)
        if intent.status is _Status.REQUIRES_CONFIRMATION:
            intent = self._confirmed(order_id, intent.id)
        return _outcome(intent)

    def look(self, order_id: str) -> Charge:
        """Where the order's intent stands."""
        known = ledger.known_intent(order_id)
        return self._intent(known).charge() if known else Charge(standing=Standing.PENDING)

    def returned(self, order_id: str) -> Charge:
        """The same: the customer has told Stripe, not us."""
        return self.look(order_id)

    def capture(self, order_id: str) -> None:
        """Take what is set aside."""
        known = ledger.known_intent(order_id)
        if known is None:
            raise CaptureFailed(NOTHING_TO_TAKE)
        try:
            self._api.post(f"{_path(known)}/capture", _Intent, {}, idempotency_key=f"{order_id}:capture")
        except StripeRefusal as refusal:
            # StripeRefusal too is what was captured before.
            if self._intent(known).charge().standing is not Standing.TAKEN:
                raise CaptureFailed(refusal.error.message or NOTHING_TO_TAKE) from refusal

    def give_back(self, order_id: str) -> Returned:
        """Cancel or refund. The order's row is closed first, so that nothing is confirmed after this."""
        known = ledger.close(order_id)
        if known is None:
            return Returned.VOIDED
        try:
            return self._given_back(order_id, self._intent(known))
        except StripeRefusal:
            # It has changed between the look and the act: captured, canceled or refunded by somebody else.
            return self._given_back(order_id, self._intent(known))

    def _given_back(self, order_id: str, intent: _Intent) -> Returned:
        match intent.charge().standing:
            case Standing.VOIDED:
                return Returned.VOIDED
            case Standing.REFUNDED:
                return Returned.REFUNDED
            case Standing.TAKEN:
                form = {"payment_intent": intent.id}
                self._api.post("/v1/refunds", _Refund, form, idempotency_key=f"{order_id}:refund")
                return Returned.REFUNDED
        if intent.status is _Status.PROCESSING:
            raise GatewayTimeout("the gateway is still busy with the charge")
        self._api.post(f"{_path(intent.id)}/cancel", _Intent, {}, idempotency_key=f"{order_id}:cancel")
        return Returned.VOIDED

    def _created(self, order_id: str, amount: Money, payment_method: str) -> _Intent:
        """A new intent, which costs nobody anything, and the order's row with its id."""
        form = {
            "amount": str(amount.amount),
            "currency": amount.currency.lower(),
            "capture_method": "manual",
            "payment_method_types[]": "card",
            "payment_method": payment_method,
            "metadata[orderId]": order_id,
        }
        try:
            made = self._api.post("/v1/payment_intents", _Intent, form, idempotency_key=f"{order_id}:create")
        except StripeRefusal as refusal:
            raise _declined(refusal) from refusal
        named = ledger.name_intent(order_id, made.id)
        return made if named == made.id else self._intent(named)

    def _confirmed(self, order_id: str, intent: str) -> _Intent:
        form = {"return_url": f"{self._return_url}/#/orders/{order_id}"}
        try:
            return self._api.post(f"{_path(intent)}/confirm", _Intent, form, idempotency_key=f"{order_id}:confirm")
        except StripeRefusal as refusal:
            found = self._intent(intent)
            if found.status is _Status.REQUIRES_CONFIRMATION:
                raise _declined(refusal) from refusal
            return found

    def _intent(self, intent: str) -> _Intent:
        return self._api.get(f"{_path(intent)}?expand[]=latest_charge", _Intent)


def _outcome(intent: _Intent) -> Action | None:
    charge = intent.charge()
    match charge.standing:
        case Standing.HELD | Standing.TAKEN:
            return None
        case Standing.REFUSED:
            raise CardDeclined(charge.reason)
        case Standing.VOIDED | Standing.REFUNDED:
            raise PaymentClosed("the payment was given back before it was authorised")
    if intent.status is _Status.REQUIRES_ACTION:
        redirect = intent.next_action.redirect_to_url if intent.next_action else None
        return Action(url=redirect.url if redirect else None)
    raise GatewayTimeout("the gateway is still busy with the charge")


def _declined(refusal: StripeRefusal) -> Exception:
    """What a refused request means for the customer: a payment method that Stripe does not know is a declined card;
    anything else is our mistake.
    """
    unknown_method = refusal.error.param == "payment_method" or refusal.error.code in _UNKNOWN_METHOD
    if refusal.status in {402, 404} or unknown_method:
        return CardDeclined(refusal.error.message or "the card was declined")
    return refusal


def _path(intent: str) -> str:
    return f"/v1/payment_intents/{intent}"
