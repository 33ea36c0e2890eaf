"""Order progress queue: the order's state follows what its participants tell."""

from yafdp.kernel.queue import each_message
from yafdp.ordering.progress import react

handler = each_message(react)
