"""What payments is told and what it tells."""

from typing import Annotated

import msgspec

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Problem, Rejection
from yafdp.kernel.messages import Message, Money


class Authorise(Message, tag="authorise", tag_field="name", frozen=True):
    """Command: set the amount aside on the customer's card."""

    order_id: str
    customer_id: str
    amount: Money
    payment_method: str
    docket: Docket | None = None


class Capture(Message, tag="capture", tag_field="name", frozen=True):
    """Command: take what was set aside."""

    order_id: str
    docket: Docket | None = None


class GiveBack(Message, tag="giveBack", tag_field="name", frozen=True):
    """Command: the customer pays nothing: void what is set aside, refund what was taken, and let nothing be charged
    after this.
    """

    order_id: str
    docket: Docket | None = None


class AwaitCustomer(Message, tag="await", tag_field="name", frozen=True):
    """Command: the customer has to act first; what comes of it resumes the state machine behind `task_token`."""

    order_id: str
    task_token: str


class Conclude(Message, tag="conclude", tag_field="name", frozen=True):
    """Command: the customer's time to act is over; see what came of it, and charge nothing if nothing did."""

    order_id: str


type PaymentCommand = Authorise | Capture | GiveBack | AwaitCustomer | Conclude


class Authorisation(Message, frozen=True, omit_defaults=False):
    """The answer to Authorise. `pending`: the customer has to act first, and nothing is set aside yet."""

    pending: bool


class GivenBack(Message, frozen=True, omit_defaults=False):
    """The answer to GiveBack: whether the money had been taken, and comes back, or was never taken."""

    refunded: bool


# Events: what happened to a payment. `awaited`: the customer had been asked to act, and somebody may wait for this.


class PaymentCaptured(Message, frozen=True):
    """The amount has been taken."""

    order_id: str
    amount: Money
    docket: Docket | None = None


class PaymentAuthorised(PaymentCaptured, frozen=True):
    """The amount is set aside."""

    awaited: bool = False


class PaymentUncertain(Message, frozen=True):
    """Nobody knows whether the amount is set aside: the gateway did not answer."""

    order_id: str
    reason: str
    docket: Docket | None = None


class PaymentDeclined(PaymentUncertain, frozen=True):
    """The card's bank said no."""

    awaited: bool = False


class CaptureRefused(PaymentUncertain, frozen=True):
    """What was set aside could not be taken."""


class CaptureUncertain(PaymentUncertain, frozen=True):
    """Nobody knows whether the amount has been taken: the gateway did not answer."""


class PaymentExpired(Message, frozen=True):
    """The customer did not act in time."""

    order_id: str
    docket: Docket | None = None


class PaymentVoided(PaymentExpired, frozen=True):
    """Nothing is set aside any more, and nothing will be charged."""

    awaited: bool = False


class PaymentRefunded(PaymentExpired, frozen=True):
    """What was taken has been given back."""

    amount: Money | None = None


class PaymentActionRequired(Message, frozen=True):
    """The customer's bank wants to hear from them first, until `expires_at`: at `url`, where it names an address."""

    order_id: str
    amount: Money
    expires_at: str
    url: str | None = None
    docket: Docket | None = None


class PaymentAwaited(Message, frozen=True):
    """A state machine waits for what comes of the customer's action."""

    order_id: str


class PaymentView(Message, frozen=True, omit_defaults=False):
    """A payment as its customer sees it."""

    order_id: str
    status: str
    reason: str | None = None


class EventAccepted(Message, frozen=True):
    """The answer to a gateway's event: it is in line."""

    event_id: str


class EventObject(Message, frozen=True):
    """What a gateway's event is about; we have put the order's id into its metadata."""

    metadata: dict[str, str] | None = None


class EventData(Message, frozen=True):
    """As the gateway wraps it."""

    object: EventObject


class GatewayEvent(Message, frozen=True):
    """What a gateway tells by webhook, as Stripe shapes it: a hint that something has changed.

    https://docs.stripe.com/api/events/object
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    type: str
    data: EventData


class CardDeclined(Rejection):
    """The card's bank said no."""


class CaptureFailed(Rejection):
    """The gateway refused to take what it had set aside."""


class PaymentClosed(Rejection):
    """The payment was given back already, or is about to be; it must not be charged any more."""


class PaymentActionMissing(Rejection):
    """The customer did not do in time what their bank wanted of them."""


class GatewayTimeout(Exception):
    """The gateway did not answer: whether it charged is unknown."""


class GatewayBusy(GatewayTimeout):
    """The gateway takes no requests for now. Nothing was charged by this one; the same may be asked again."""


class InvalidSignature(Problem):
    """The event is not signed by the gateway, or was signed too long ago."""

    status, type, title = 401, "invalid-signature", "Not signed"


class PayloadTooLarge(Problem):
    """The body is longer than an event can be."""

    status, type, title = 413, "payload-too-large", "Too large"
