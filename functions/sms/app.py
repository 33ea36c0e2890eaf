"""SMS queue: send the text messages that were asked for."""

from yafdp.kernel.queue import each_message
from yafdp.notifications.sending import sms

handler = each_message(sms)
