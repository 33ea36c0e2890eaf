"""Mail queue: send the e-mails that were asked for."""

from yafdp.kernel.queue import each_message
from yafdp.notifications.sending import mail

handler = each_message(mail)
