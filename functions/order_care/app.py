"""Order care queue: called-off, stalled and resumed orders."""

from yafdp.kernel.queue import each_message
from yafdp.ordering.care import attend

handler = each_message(attend)
