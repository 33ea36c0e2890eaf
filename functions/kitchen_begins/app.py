"""Confirmed orders queue: the kitchen may begin."""

from yafdp.kernel.queue import each_message
from yafdp.kitchen.reactions import begin

handler = each_message(begin)
