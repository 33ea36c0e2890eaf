"""Saga task: find a courier for an order, or free it."""

from yafdp.delivery.messages import DeliveryCommand
from yafdp.delivery.service import perform
from yafdp.kernel.task import task

handler = task(DeliveryCommand, perform)
