"""Notification queue: tell the customer's open pages what happened to the order."""

from yafdp.kernel.queue import each_message
from yafdp.notifications.service import notify

handler = each_message(notify)
