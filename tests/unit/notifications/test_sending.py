"""Messages go out once for each event and channel, whatever is delivered twice, fails, or stops half-way."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.contract import infrastructure as infra
from yafdp.kernel.clock import epoch_in
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.revisions import Revised
from yafdp.notifications import (
    addresses_store,
    connection_store,
    feedback,
    gateway,
    preferences_store,
    push,
    sending,
    sent_store,
    store,
)
from yafdp.notifications.addresses_store import Addresses
from yafdp.notifications.messages import (
    Bounce,
    Channel,
    Complaint,
    Connection,
    Kind,
    MailFeedback,
    PreferencesForm,
    QuietHours,
    Recipient,
    SentMail,
)

ALICE = "alice@example.com"
NUMBER = "+493023125000"
NIGHT = QuietHours(starts="22:00", ends="07:00", time_zone="UTC")


class Service:
    """SES, SNS and SQS at once: keeps what it is given, and fails as it is told to."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []
        self.texts: list[dict[str, Any]] = []
        self.delayed: list[dict[str, Any]] = []
        self.failure: Exception | None = None

    def _fail(self) -> None:
        if self.failure:
            raise self.failure

    def send_email(self, **mail: Any) -> dict[str, str]:
        self._fail()
        self.mails.append(mail)
        return {"MessageId": "m"}

    def publish(self, **text: Any) -> dict[str, str]:
        self._fail()
        self.texts.append(text)
        return {"MessageId": "t"}

    def send_message(self, **message: Any) -> None:
        self.delayed.append(message)


@pytest.fixture
def out(table: str, monkeypatch: pytest.MonkeyPatch) -> Service:
    opened = Service()
    monkeypatch.setenv("QUEUE_URL", "queue")
    monkeypatch.setattr(gateway, "client", lambda _: opened)
    monkeypatch.setattr(addresses_store, "addresses", lambda _: Addresses(ALICE, NUMBER))
    return opened


def denied() -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SendEmail")


def request(kind: str = "OrderConfirmed", what: str = "MailRequested", event: str = "e-1") -> Envelope:
    data: dict[str, Any] = {"userId": "alice", "eventId": event, "kind": kind, "orderId": "o-1", "facts": {}}
    return Envelope(
        id="r", type=what, version=1, occurred_at="t", aggregate_id="o-1", correlation_id="story", data=data
    )


def event(kind: str = "OrderConfirmed", **data: Any) -> Envelope:
    told = {"customerId": "alice", "status": "S"} | data
    return Envelope(
        id="e-1", type=kind, version=1, occurred_at="t", aggregate_id="o-1", sequence=3, correlation_id="s", data=told
    )


def prefer(form: PreferencesForm) -> None:
    preferences_store.replace("alice", Revised(form, "r1"), "defaults")


def at(monkeypatch: pytest.MonkeyPatch, hour: int) -> None:
    monkeypatch.setattr(sending, "now", lambda: datetime(2026, 1, 15, hour, 0, tzinfo=UTC))


def test_a_mail_goes_to_its_customer_in_both_forms_and_can_be_traced(out: Service) -> None:
    sending.mail(request())
    (mail,) = out.mails
    assert mail["Destination"] == {"ToAddresses": [ALICE]}
    assert mail["FromEmailAddress"] == "orders@example.com"
    assert mail["ConfigurationSetName"] == "mail"
    assert {"Name": "correlationId", "Value": "story"} in mail["EmailTags"]
    assert mail["Content"]["Simple"]["Body"].keys() == {"Text", "Html"}


def test_an_event_delivered_three_times_is_one_mail_and_one_text_message(out: Service) -> None:
    prefer(PreferencesForm(email=(Kind.CONFIRMED,), sms=(Kind.CONFIRMED,)))
    for _ in range(3):
        sending.mail(request())
        sending.sms(request(what="SmsRequested"))
    assert (len(out.mails), len(out.texts)) == (1, 1)
    assert out.texts[0]["PhoneNumber"] == NUMBER


def test_two_events_of_one_order_are_two_mails(out: Service) -> None:
    sending.mail(request())
    sending.mail(request(event="e-2"))
    assert len(out.mails) == 2


@pytest.mark.parametrize("failure", [denied(), ReadTimeoutError(endpoint_url="ses")])
def test_a_mail_that_failed_or_may_have_failed_is_tried_again_with_the_next_delivery(
    out: Service, failure: Exception
) -> None:
    out.failure = failure
    with pytest.raises(type(failure)):
        sending.mail(request())
    out.failure = None
    sending.mail(request())
    assert len(out.mails) == 1


def test_two_deliveries_at_once_are_one_mail_and_the_second_looks_again_later(
    out: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_email(**mail: Any) -> dict[str, str]:
        sending.mail(request())
        out.mails.append(mail)
        return {"MessageId": "m"}

    monkeypatch.setattr(out, "send_email", send_email)
    sending.mail(request())
    assert len(out.mails) == 1
    (again,) = out.delayed
    assert (again["MessageBody"], again["DelaySeconds"]) == (request().json(), sent_store.LEASE_SECONDS)


def test_after_a_sender_that_died_the_mail_is_sent_once_its_lease_is_over(
    out: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_store.take("e-1", Channel.EMAIL)
    sending.mail(request())
    assert out.mails == []
    monkeypatch.setattr(sent_store, "epoch_in", lambda seconds: epoch_in(seconds) + sent_store.LEASE_SECONDS + 1)
    sending.mail(request())
    assert len(out.mails) == 1


@pytest.mark.parametrize("name", ["MailFunction", "SmsFunction"])
def test_a_lease_outlives_its_sender_and_ends_before_the_next_delivery(name: str) -> None:
    function = infra.functions(infra.TEMPLATE)[name]
    queue = infra.TEMPLATE["Resources"][name.replace("Function", "Queue")]["Properties"]
    assert function["Timeout"] < sent_store.LEASE_SECONDS < queue["VisibilityTimeout"]


def test_in_quiet_hours_a_mail_goes_back_into_line_as_it_came(out: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    prefer(PreferencesForm(email=(Kind.CONFIRMED,), sms=(), quiet_hours=NIGHT))
    at(monkeypatch, hour=23)
    sending.mail(request())
    assert out.mails == []
    assert out.delayed == [{"QueueUrl": "queue", "MessageBody": request().json(), "DelaySeconds": 900}]
    at(monkeypatch, hour=7)
    sending.mail(request())
    assert len(out.mails) == 1


def test_what_is_urgent_goes_out_at_night(out: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    prefer(PreferencesForm(email=(Kind.REJECTED,), sms=(), quiet_hours=NIGHT))
    at(monkeypatch, hour=23)
    sending.mail(request("OrderRejected"))
    assert len(out.mails) == 1


def test_what_the_customer_has_turned_off_while_it_waited_is_not_sent(out: Service) -> None:
    prefer(PreferencesForm(email=(), sms=()))
    sending.mail(request())
    assert (out.mails, out.delayed) == ([], [])


def test_who_has_no_address_costs_nothing_but_a_look(out: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses_store, "addresses", lambda _: Addresses())
    prefer(PreferencesForm(email=(Kind.CONFIRMED,), sms=(Kind.CONFIRMED,)))
    sending.mail(request())
    sending.sms(request(what="SmsRequested"))
    assert (out.mails, out.texts) == ([], [])


@pytest.mark.parametrize("wrong", [request(what="SmsRequested"), request("OrderOfTomorrow")])
def test_a_request_that_is_not_understood_is_poison(out: Service, wrong: Envelope) -> None:
    with pytest.raises(InvalidMessage):
        sending.mail(wrong)


# What an order's event asks for.


@pytest.fixture
def asked(table: str, monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    published: list[Envelope] = []
    monkeypatch.setattr(store, "publish", published.extend)
    return published


def test_an_event_asks_for_the_channels_that_its_customer_wants(asked: list[Envelope]) -> None:
    prefer(PreferencesForm(email=(Kind.REJECTED,), sms=(Kind.REJECTED, Kind.CONFIRMED)))
    push.notify(event("OrderRejected", reason="Sold out.", code="OutOfStock"))
    assert [one.type for one in asked] == ["MailRequested", "SmsRequested"]
    assert asked[0].data["facts"] == {"reason": "Sold out."}
    assert {one.data["eventId"] for one in asked} == {"e-1"}
    asked.clear()
    push.notify(event("OrderConfirmed"))
    assert [one.type for one in asked] == ["SmsRequested"]


def test_an_event_that_is_no_message_asks_for_none(asked: list[Envelope]) -> None:
    push.notify(event("OrderPriced"))
    assert asked == []


def test_open_pages_are_told_before_anything_else_can_fail(
    asked: list[Envelope], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_user: str) -> None:
        raise TimeoutError

    connection = Connection(user_id="alice", connection_id="c")
    monkeypatch.setattr(connection_store, "listeners", lambda _topics: (connection,))
    monkeypatch.setattr(preferences_store, "load", fail)
    with pytest.raises(TimeoutError):
        push.notify(event())
    assert [one.type for one in asked] == ["PushRequested"]


# What comes back.


def bounce(kind: str, feedback_id: str = "f-1", address: str = ALICE) -> MailFeedback:
    came = Bounce(bounce_type=kind, bounced_recipients=(Recipient(email_address=address),), feedback_id=feedback_id)
    return MailFeedback(event_type="Bounce", mail=SentMail(message_id="m"), bounce=came)


def test_an_address_that_a_mail_came_back_from_is_never_written_to_again(out: Service) -> None:
    feedback.hear(bounce("Permanent", address="Alice@Example.COM"))
    sending.mail(request())
    assert out.mails == []
    row = boto3.resource("dynamodb").Table("table").scan()["Items"][0]
    assert "expiresAt" not in row
    assert "alice" not in str(row).lower()


def test_who_complains_is_never_written_to_again(out: Service) -> None:
    complaint = Complaint(complained_recipients=(Recipient(email_address=ALICE),), feedback_id="f-1")
    feedback.hear(MailFeedback(event_type="Complaint", mail=SentMail(message_id="m"), complaint=complaint))
    sending.mail(request())
    assert out.mails == []


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_full_mailbox_is_tried_again_until_it_has_been_full_too_often(out: Service, kind: str) -> None:
    for number in range(addresses_store.SOFT_BOUNCES - 1):
        feedback.hear(bounce(kind, f"f-{number}"))
    sending.mail(request(event="e-1"))
    assert len(out.mails) == 1
    feedback.hear(bounce(kind, "f-last"))
    sending.mail(request(event="e-2"))
    assert len(out.mails) == 1


def test_the_same_feedback_twice_is_one(out: Service) -> None:
    for _ in range(addresses_store.SOFT_BOUNCES + 1):
        feedback.hear(bounce("Transient"))
    sending.mail(request())
    assert len(out.mails) == 1


def test_soft_bounces_are_forgotten_in_time_even_before_they_are_deleted(
    out: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses_store, "SOFT_SECONDS", -1)
    for number in range(addresses_store.SOFT_BOUNCES):
        feedback.hear(bounce("Transient", f"f-{number}"))
    sending.mail(request())
    assert len(out.mails) == 1


def test_a_soft_bounce_does_not_take_a_hard_one_back(out: Service) -> None:
    feedback.hear(bounce("Permanent"))
    feedback.hear(bounce("Transient", "f-2"))
    sending.mail(request())
    assert out.mails == []
    # Or time to live would delete what holds for good.
    assert "expiresAt" not in boto3.resource("dynamodb").Table("table").scan()["Items"][0]


def test_feedback_of_another_kind_is_poison(table: str) -> None:
    with pytest.raises(InvalidMessage):
        feedback.hear(MailFeedback(event_type="Open", mail=SentMail(message_id="m")))


def test_a_tag_holds_only_what_ses_takes() -> None:
    assert gateway._tag("a:b/ü c" + "x" * 300) == ("a_b___c" + "x" * 300)[:256]
