"""Deadlines queue: a payment whose customer has not acted in time expires."""

from yafdp.kernel.queue import each_message
from yafdp.payments.reactions import expire

handler = each_message(expire)
