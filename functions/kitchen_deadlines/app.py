"""Deadlines queue: a ticket that nobody has answered expires."""

from yafdp.kernel.queue import each_message
from yafdp.kitchen.reactions import expire

handler = each_message(expire)
