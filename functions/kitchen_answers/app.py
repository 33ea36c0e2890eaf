"""Kitchen answers queue: wake the state machine that waits for the answer."""

from yafdp.kernel.queue import each_message
from yafdp.kitchen.service import pass_on

handler = each_message(pass_on)
