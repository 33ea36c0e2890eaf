"""Choreography: assign or release a courier after what happened to an order before."""

from yafdp.delivery.reactions import react
from yafdp.kernel.queue import each_message

handler = each_message(react)
