"""Ready food queue: the courier may come."""

from yafdp.delivery.reactions import await_pickup
from yafdp.kernel.queue import each_message

handler = each_message(await_pickup)
