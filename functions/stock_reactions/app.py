"""Choreography: reserve or release stock after what happened to an order before."""

from yafdp.catalog.reactions import react
from yafdp.kernel.queue import each_message

handler = each_message(react)
