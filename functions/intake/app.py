"""Order queue: price each order and start its saga."""

from yafdp.kernel.queue import each_message
from yafdp.ordering.service import ordering

handler = each_message(ordering().take_in)
