"""A card of Stripe's test mode that localstripe 1.15.10 does not know by its name.

https://docs.stripe.com/testing#regulatory-cards
"""

from typing import Any

from localstripe import resources

ASKS_FIRST = "pm_card_threeDSecure2Required"
_CARD = {"number": "4000000000003220", "exp_month": "12", "exp_year": "2030", "cvc": "123"}


def install() -> None:
    """Let the card be used wherever Stripe's other test cards can be."""
    known = resources.PaymentMethod._try_get_canonical_test_article

    def found(card: str) -> Any:
        return resources.PaymentMethod(type="card", card=dict(_CARD)) if card == ASKS_FIRST else known(card)

    resources.PaymentMethod._try_get_canonical_test_article = staticmethod(found)
