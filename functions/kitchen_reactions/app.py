"""Choreography: ask the kitchen, or withdraw, after what happened to an order before."""

from yafdp.kernel.queue import each_message
from yafdp.kitchen.reactions import react

handler = each_message(react)
