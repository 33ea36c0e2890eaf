"""Telling customers by e-mail and SMS: each message once for each event and channel, when its recipient wants it."""

from collections.abc import Callable

from yafdp.kernel.clock import now
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import count, logger
from yafdp.notifications import addresses_store, channels, gateway, preferences_store, sent_store, wording
from yafdp.notifications.messages import Channel, Kind, MailRequested, Reach, SmsRequested

type Send = Callable[[str, MailRequested, str], str]
_REQUESTS: dict[Channel, type[MailRequested]] = {Channel.EMAIL: MailRequested, Channel.SMS: SmsRequested}


def requests(event: Envelope) -> tuple[Envelope, ...]:
    """What an order's event asks of the channels: a request for each that the customer wants it by."""
    kind = channels.kind_of(event)
    if kind is None:
        return ()
    customer = channels.recipient(event)
    wanted = channels.wanted(kind, preferences_store.load(customer).content)
    return tuple(command(_asked(event, kind, customer, channel), event.aggregate_id) for channel in wanted)


def mail(request: Envelope) -> None:
    """Send the e-mail that a request asks for. An address that mail has come back from is left alone."""
    _tell(request, Channel.EMAIL, _mail_reach, _send_mail)


def sms(request: Envelope) -> None:
    """Send the text message that a request asks for."""
    _tell(request, Channel.SMS, _sms_reach, _send_sms)


def _asked(event: Envelope, kind: Kind, customer: str, channel: Channel) -> MailRequested:
    return _REQUESTS[channel](
        user_id=customer, event_id=event.id, kind=kind, order_id=event.aggregate_id, facts=channels.facts(event)
    )


def _tell(request: Envelope, channel: Channel, reach: Callable[[str], Reach], send: Send) -> None:
    if request.type != _REQUESTS[channel].__name__:
        raise InvalidMessage(f"{channel} does not know {request.type}")
    wanted = contents(request, _REQUESTS[channel])
    if not _may_go(request, wanted, channel):
        return
    found = reach(wanted.user_id)
    if found.to is None or found.problem:
        logger.info("unreachable", extra={"channel": channel, "problem": found.problem})
        count("MessagesUnreachable")
    elif _taken(request, wanted, channel):
        _send_once(found.to, request, wanted, channel, send)


def _may_go(request: Envelope, wanted: MailRequested, channel: Channel) -> bool:
    """Whether it may go now; what must wait is put back into line."""
    preferences = preferences_store.load(wanted.user_id).content
    try:
        channels.release(wanted.kind, channel, preferences, now(), gateway.LONGEST_DELAY)
    except channels.Unwanted as unwanted:
        logger.info("not sent", extra={"channel": channel, "reason": str(unwanted)})
        count("MessagesUnwanted")
        return False
    except channels.Hold as hold:
        gateway.put_back(request, hold.seconds)
        count("MessagesHeld")
        return False
    return True


def _taken(request: Envelope, wanted: MailRequested, channel: Channel) -> bool:
    """Whether it is ours to send. While another delivery of it is being sent, it waits: that one may fail yet."""
    try:
        return sent_store.take(wanted.event_id, channel)
    except sent_store.Busy:
        gateway.put_back(request, sent_store.LEASE_SECONDS)
        return False


def _send_once(address: str, request: Envelope, wanted: MailRequested, channel: Channel, send: Send) -> None:
    """Send what has been taken. What failed may be tried again at once, also where no answer came and nobody knows
    whether it was sent: twice is better than never.
    """
    try:
        message_id = send(address, wanted, request.correlation_id)
    except Exception:
        sent_store.give_back(wanted.event_id, channel)
        count("MessagesFailed")
        raise
    sent_store.mark_sent(wanted.event_id, channel, message_id)
    count("MailsSent" if channel is Channel.EMAIL else "SmsSent")


def _mail_reach(user_id: str) -> Reach:
    return addresses_store.mail_reach(addresses_store.addresses(user_id).email)


def _sms_reach(user_id: str) -> Reach:
    number = addresses_store.addresses(user_id).phone
    return Reach(to=number, problem=None if number else "unknown")


def _send_mail(address: str, wanted: MailRequested, correlation_id: str) -> str:
    letter = wording.mail(wanted.kind, wanted.order_id, wanted.facts, gateway.pages_url())
    return gateway.send_mail(address, letter, wanted, correlation_id)


def _send_sms(number: str, wanted: MailRequested, _correlation_id: str) -> str:
    return gateway.send_sms(number, wording.sms(wanted.kind, wanted.order_id, wanted.facts))
