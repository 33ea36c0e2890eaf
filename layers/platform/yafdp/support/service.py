"""Support's use cases."""

import os

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import count
from yafdp.support import model, store
from yafdp.support.messages import LargeBasket, OrderEvent


def tell_of_large_basket(event: Envelope) -> None:
    """Pass a large checkout on to the support topic."""
    if event.type != "BasketCheckedOut":
        raise InvalidMessage(f"support does not listen to {event.type} here")
    store.publish(model.large_basket(contents(event, LargeBasket), event.id))


def tell_of_order(event: Envelope) -> None:
    """Tell the support topic of an order's event, if somebody should hear of it."""
    notice = model.order_notice(event, contents(event, OrderEvent), int(os.environ["HIGH_VALUE"]))
    if notice is not None:
        store.publish(notice)
        count("SupportNotices")
