"""Choreography: authorise, capture or give back after what happened to an order before."""

from yafdp.kernel.queue import each_message
from yafdp.payments.reactions import react

handler = each_message(react)
