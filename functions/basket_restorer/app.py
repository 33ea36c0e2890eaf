"""Rejected orders queue: what a customer could not get goes back into the basket."""

from yafdp.basket.service import restore
from yafdp.kernel.queue import each_message

handler = each_message(restore)
