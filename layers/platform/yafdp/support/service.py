"""Support's use cases."""

from yafdp.kernel.envelope import Envelope, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.support import model, store
from yafdp.support.messages import LargeBasket


def tell_of_large_basket(event: Envelope) -> None:
    """Pass a large checkout on to the support topic."""
    if event.type != "BasketCheckedOut":
        raise InvalidMessage(f"support does not listen to {event.type} here")
    store.publish(model.large_basket(contents(event, LargeBasket), event.id))
