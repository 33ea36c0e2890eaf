"""Order progress queue: the kitchen may begin, or is done with an order."""

from yafdp.kernel.queue import each_message
from yafdp.kitchen.reactions import keep_up

handler = each_message(keep_up)
