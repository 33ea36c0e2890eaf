"""Saga task: record how far an order has come, or how it ended."""

from yafdp.kernel.task import task
from yafdp.ordering.messages import OrderCommand
from yafdp.ordering.service import ordering

handler = task(OrderCommand, ordering().perform)
