"""Gateway's events queue: see what each event means for its order's payment."""

from yafdp.kernel.queue import each_body
from yafdp.payments.messages import GatewayEvent
from yafdp.payments.webhooks import take

handler = each_body(GatewayEvent, take)
