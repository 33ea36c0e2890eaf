"""What payments is told and what it tells."""

from yafdp.kernel.docket import Docket
from yafdp.kernel.errors import Rejection
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


type PaymentCommand = Authorise | Capture | GiveBack


class PaymentAuthorised(Message, frozen=True):
    """The amount is set aside."""

    order_id: str
    amount: Money
    docket: Docket | None = None


class PaymentDeclined(Message, frozen=True):
    """The card's bank said no."""

    order_id: str
    reason: str
    docket: Docket | None = None


class PaymentUncertain(PaymentDeclined, frozen=True):
    """Nobody knows whether the amount is set aside: the gateway did not answer."""


class PaymentCaptured(PaymentAuthorised, frozen=True):
    """The amount has been taken."""


class CaptureRefused(PaymentDeclined, frozen=True):
    """What was set aside could not be taken."""


class CaptureUncertain(PaymentDeclined, frozen=True):
    """Nobody knows whether the amount has been taken: the gateway did not answer."""


class PaymentVoided(Message, frozen=True):
    """Nothing is set aside any more, and nothing will be charged."""

    order_id: str
    docket: Docket | None = None


class PaymentRefunded(PaymentVoided, frozen=True):
    """What was taken has been given back."""

    amount: Money | None = None


class CardDeclined(Rejection):
    """The card's bank said no."""


class CaptureFailed(Rejection):
    """The gateway refused to take what it had set aside."""


class PaymentClosed(Rejection):
    """The payment was given back already, or is about to be; it must not be charged any more."""


class GatewayTimeout(Exception):
    """The gateway did not answer: whether it charged is unknown."""


class GatewayBusy(GatewayTimeout):
    """The gateway takes no requests for now. Nothing was charged by this one; the same may be asked again."""
