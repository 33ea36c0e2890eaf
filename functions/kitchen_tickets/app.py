"""Saga task: put an order before its kitchen, or take it back."""

from yafdp.kernel.task import task
from yafdp.kitchen.messages import KitchenCommand
from yafdp.kitchen.service import perform

handler = task(KitchenCommand, perform)
