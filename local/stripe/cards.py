"""Cards of Stripe's test mode that localstripe 1.15.10 does not know by their names, or charges all the same.

https://docs.stripe.com/testing
"""

from typing import Any

from localstripe import resources

# Names, and numbers at which localstripe does what Stripe does for the name.
_NUMBERS = {"pm_card_threeDSecure2Required": "4000000000003220", "pm_card_visa_chargeDeclined": "4000000000000341"}
_CARD = {"exp_month": "12", "exp_year": "2030", "cvc": "123"}


def install() -> None:
    """Let the cards be used wherever Stripe's other test cards can be."""
    known = resources.PaymentMethod._try_get_canonical_test_article

    def found(card: str) -> Any:
        number = _NUMBERS.get(card)
        return resources.PaymentMethod(type="card", card=_CARD | {"number": number}) if number else known(card)

    resources.PaymentMethod._try_get_canonical_test_article = staticmethod(found)
