"""Notification queue: tell every open page whom it concerns what happened to an order or a post."""

from yafdp.kernel.queue import each_message
from yafdp.notifications.push import notify

handler = each_message(notify)
