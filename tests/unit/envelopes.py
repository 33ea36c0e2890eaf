"""Events as a consumer gets them."""

import msgspec

from yafdp.kernel.docket import Docket, DocketLine, Failure
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.messages import Money

PRICE = Money(amount=950, currency="EUR")
DOCKET = Docket(
    customer_id="alice",
    restaurant_id="r",
    items=(DocketLine(item_id="pizza", quantity=2, name="Pizza"),),
    total=PRICE,
    payment_method="pm_card_ok",
    country="DE",
)


def failed(error: str, detail: str = "") -> Docket:
    """The docket on the way back."""
    return msgspec.structs.replace(DOCKET, failure=Failure(error=error, detail=detail))


def event(kind: str, docket: Docket | None = DOCKET, /, **data: object) -> Envelope:
    """An event of order `o` with this docket, if any."""
    carried = {} if docket is None else {"docket": msgspec.to_builtins(docket)}
    return Envelope(
        id="e",
        type=kind,
        version=1,
        occurred_at="2026-01-01T00:00:00.000Z",
        aggregate_id="o",
        correlation_id="story",
        sequence=7,
        data={"orderId": "o", "restaurantId": "r"} | carried | data,
    )
