"""The catalog's part in a choreographed order: which event makes it do what."""

from yafdp.catalog.messages import ReleaseStock, ReservedLine, ReserveStock
from yafdp.catalog.stock import change_stock
from yafdp.kernel.docket import docket_of
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage


def react(event: Envelope) -> None:
    """Reserve for an order that has been priced; release for one that will not be paid."""
    docket, order_id = docket_of(event), event.aggregate_id
    match event.type:
        case "OrderPriced":
            items = tuple(ReservedLine(item_id=line.item_id, quantity=line.quantity) for line in docket.items)
            change_stock(
                ReserveStock(order_id=order_id, restaurant_id=docket.restaurant_id, items=items, docket=docket)
            )
        case "PaymentDeclined" | "PaymentVoided" | "PaymentRefunded":
            change_stock(ReleaseStock(order_id=order_id, restaurant_id=docket.restaurant_id, docket=docket))
        case _:
            raise InvalidMessage(f"the stock has no part in {event.type}")
