"""Mail feedback queue: learn from bounces and complaints which addresses to leave alone."""

from yafdp.kernel.queue import each_body
from yafdp.notifications.feedback import hear
from yafdp.notifications.messages import MailFeedback

handler = each_body(MailFeedback, hear)
