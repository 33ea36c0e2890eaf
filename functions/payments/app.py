"""Saga task: set an order's money aside, take it, or give it back."""

from yafdp.kernel.task import task
from yafdp.payments.messages import PaymentCommand
from yafdp.payments.service import perform

handler = task(PaymentCommand, perform)
