"""The payments table, which gateway is in use, and the way back to a waiting state machine."""

import os
from collections.abc import Callable

from yafdp.kernel.journal import Journal, Transition
from yafdp.kernel.secrets import secret
from yafdp.payments.gateway import Gateway
from yafdp.payments.model import Payment
from yafdp.payments.sandbox import Sandbox
from yafdp.payments.stripe import Stripe
from yafdp.payments.stripe_api import StripeApi

SANDBOX = "sandbox"

type Decision = Callable[[Payment | None], Transition[Payment] | None]


def payments() -> Journal[Payment]:
    """The journal of payments, one per order."""
    return Journal(os.environ["PAYMENTS_TABLE"], source="yafdp.payments", prefix="PAYMENT#", state=Payment)


def seconds_to_act() -> int:
    """How long a customer has for what their bank wants of them."""
    return int(os.environ["PAYMENT_ACTION_SECONDS"])


def gateway() -> Gateway:
    """The gateway that the stack's parameter names."""
    if os.environ.get("PAYMENT_GATEWAY", SANDBOX) == SANDBOX:
        return Sandbox()
    api = StripeApi(os.environ["STRIPE_URL"], secret(os.environ["STRIPE_KEY_ARN"]))
    return Stripe(api, return_url=os.environ["PAGES_URL"])
