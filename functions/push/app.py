"""Push queue: send updates to WebSocket connections."""

from yafdp.kernel.queue import each_message
from yafdp.notifications.push import push

handler = each_message(push)
