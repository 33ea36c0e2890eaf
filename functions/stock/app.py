"""Saga task: set stock aside for an order, or give it back."""

from yafdp.catalog.messages import StockCommand
from yafdp.catalog.stock import change_stock
from yafdp.kernel.task import task

handler = task(StockCommand, change_stock)
