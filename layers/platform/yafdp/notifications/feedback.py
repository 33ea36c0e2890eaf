"""What comes back of e-mails: bounces and complaints."""

from yafdp.kernel.context import Correlation
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.ids import safe_or_random
from yafdp.kernel.observability import count, trace_header, under
from yafdp.notifications import addresses_store
from yafdp.notifications.messages import Bounce, Complaint, MailFeedback

PERMANENT = "Permanent"


def hear(feedback: MailFeedback) -> None:
    """Learn from what SES says of a mail: an address that a mail comes back from for good, or whose owner complains, is
    never written to again. The same feedback twice changes nothing.
    """
    tags = feedback.mail.tags.get("correlationId", ("",))
    with under(Correlation(safe_or_random(tags[0]), feedback.mail.message_id, trace_header())):
        match feedback:
            case MailFeedback(event_type="Bounce", bounce=Bounce() as bounce):
                _bounced(bounce)
            case MailFeedback(event_type="Complaint", complaint=Complaint() as complaint):
                _complained(complaint)
            case _:
                raise InvalidMessage(f"nothing is known to be done about {feedback.event_type}")


def _bounced(bounce: Bounce) -> None:
    for recipient in bounce.bounced_recipients:
        if bounce.bounce_type == PERMANENT:
            addresses_store.suppress(recipient.email_address, "bounced")
            count("MailsBounced")
        else:
            addresses_store.count_soft_bounce(recipient.email_address, bounce.feedback_id)
            count("MailsDelayed")


def _complained(complaint: Complaint) -> None:
    for recipient in complaint.complained_recipients:
        addresses_store.suppress(recipient.email_address, "complained")
        count("MailComplaints")
