"""The catalog's part in an order's saga: set stock aside, give it back."""

from yafdp.catalog import model, stock_store
from yafdp.catalog.messages import OutOfStock, ReleaseStock, ReserveStock, StockCommand


def change_stock(command: StockCommand) -> None:
    """A command of the saga. Raises OutOfStock, ReservationReleased."""
    match command:
        case ReserveStock():
            reserve(command)
        case ReleaseStock():
            stock_store.release(command.order_id, lambda before: model.release(before, command))


def reserve(command: ReserveStock) -> None:
    """Set aside an order's lines, all or none. A refusal is remembered before it is raised.

    What is remembered is the answer: where another attempt at the same order has succeeded meanwhile, so has this one.
    """
    try:
        stock_store.reserve(command.order_id, lambda before: model.reserve(before, command))
    except OutOfStock:
        found = stock_store.reservations().transition(command.order_id, lambda before: model.refuse(before, command))
        model.reserve(found.state, command)
