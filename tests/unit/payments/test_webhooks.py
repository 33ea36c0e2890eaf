"""Gateways' events: only what is signed now with an active secret gets in, and none has more than one effect."""

import json
import os
import time
from collections.abc import Iterator

import boto3
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.payments import ledger
from tests.unit.payments.test_payments import authorise
from yafdp.kernel import secrets
from yafdp.kernel.errors import InvalidRequest, Unavailable
from yafdp.kernel.journal import Recorded
from yafdp.payments import sandbox, service, settling, signature, store, webhook_store, webhooks
from yafdp.payments.messages import (
    Capture,
    GatewayEvent,
    GatewayTimeout,
    InvalidSignature,
    PayloadTooLarge,
)
from yafdp.payments.model import Charge, Payment, PaymentStatus

HELD = "payment_intent.amount_capturable_updated"
NAMELESS = b'{"id":"","type":"x","data":{"object":{}}}'
OLD, NEW = "whsec_old", "whsec_new"


def event(name: str = "evt_1", kind: str = HELD, order_id: str | None = "o") -> bytes:
    metadata = {"orderId": order_id} if order_id else {}
    return json.dumps({"id": name, "type": kind, "data": {"object": {"id": "pi", "metadata": metadata}}}).encode()


def signed(body: bytes, secret: str = OLD, *, at: float = 0.0) -> str:
    stamp = str(int(time.time() + at))
    return f"t={stamp},v1={signature.digest(secret, stamp, body)}"


@pytest.fixture
def queue(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The queue behind the door, and one active secret."""
    secrets.secret.cache_clear()
    url = boto3.client("sqs").create_queue(QueueName="events")["QueueUrl"]
    held = boto3.client("secretsmanager").create_secret(Name="webhooks", SecretString=json.dumps({"first": OLD}))
    monkeypatch.setenv("EVENTS_QUEUE_URL", url)
    monkeypatch.setenv("WEBHOOK_SECRETS_ARN", held["ARN"])
    yield url
    secrets.secret.cache_clear()


def waiting(url: str) -> list[bytes]:
    found = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"].encode() for message in found.get("Messages", [])]


def rotate(*active: str) -> None:
    text = json.dumps({str(index): secret for index, secret in enumerate(active)})
    boto3.client("secretsmanager").put_secret_value(SecretId="webhooks", SecretString=text)


def stored() -> Recorded[Payment]:
    return store.payments().load("o")


def test_a_signed_event_is_put_in_line_as_it_came(queue: str) -> None:
    body = event().replace(b'"o"', '"ö  "'.encode())
    assert webhooks.accept(body, signed(body)).event_id == "evt_1"
    assert waiting(queue) == [body]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=,v1=",
        "v1=00",
        "t=1",
        "t=now,v1=00",
        "t=-1,v1=00",
        "t=١٢,v1=00",
        f"t={10**30},v1=00",
        "t=1,t=2,v1=00",
        "t=1," + ",".join(["v1=00"] * 17),
        "t=1,v0=00",
        "t=1;v1=00",
        "\x00",
        "t=1,v1=ü",
    ],
)
def test_what_is_no_signature_is_refused(queue: str, header: str | None) -> None:
    with pytest.raises(InvalidSignature):
        webhooks.accept(event(), header)
    assert waiting(queue) == []


@pytest.mark.parametrize("digest", ["", "00", "ü" * 64, "0" * 64])
def test_a_forged_event_is_refused(queue: str, digest: str) -> None:
    with pytest.raises(InvalidSignature):
        webhooks.accept(event(), f"t={int(time.time())},v1={digest}")
    with pytest.raises(InvalidSignature):
        webhooks.accept(event("evt_2"), signed(event()))
    with pytest.raises(InvalidSignature):
        webhooks.accept(event(), signed(event(), "whsec_of_somebody_else"))
    assert waiting(queue) == []


def test_a_signature_holds_for_its_own_moment_only(queue: str) -> None:
    body = event()
    stamp, other = str(int(time.time())), str(int(time.time()) - 1)
    with pytest.raises(InvalidSignature):
        webhooks.accept(body, f"t={other},v1={signature.digest(OLD, stamp, body)}")


@pytest.mark.parametrize(("at", "accepted"), [(-310, False), (-290, True), (0, True), (290, True), (310, False)])
def test_an_event_that_was_signed_too_long_ago_or_in_the_future_is_refused(
    queue: str, at: float, accepted: bool
) -> None:
    if accepted:
        webhooks.accept(event(), signed(event(), at=at))
    else:
        with pytest.raises(InvalidSignature):
            webhooks.accept(event(), signed(event(), at=at))


def test_one_signature_that_fits_is_enough(queue: str) -> None:
    body = event()
    stamp, _, good = signed(body).partition(",")
    webhooks.accept(body, f"{stamp},v1=00,v0=11,{good}")
    assert len(waiting(queue)) == 1


def test_secrets_are_rotated_without_a_deployment(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "SHORTEST_INTERVAL", -1.0)
    body = event()
    webhooks.accept(body, signed(body, OLD))
    rotate(OLD, NEW)
    for secret in (OLD, NEW):
        webhooks.accept(body, signed(body, secret))
    rotate(NEW)
    # The sandbox knows the old one until it looks again; what does not fit makes it look.
    with pytest.raises(InvalidSignature):
        webhooks.accept(body, signed(body, "whsec_forged"))
    with pytest.raises(InvalidSignature):
        webhooks.accept(body, signed(body, OLD))
    webhooks.accept(body, signed(body, NEW))


def test_however_many_forgeries_come_the_secrets_are_not_read_more_often(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = secrets.Secret._read

    def counted(self: secrets.Secret) -> None:
        read.append("once")
        original(self)

    monkeypatch.setattr(secrets.Secret, "_read", counted)
    for _ in range(50):
        with pytest.raises(InvalidSignature):
            webhooks.accept(event(), signed(event(), "whsec_forged"))
    assert len(read) == 1


def test_a_secret_that_cannot_be_read_again_stays_in_use(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    webhooks.accept(event(), signed(event()))
    monkeypatch.setattr(secrets, "LIFETIME", -1.0)
    boto3.client("secretsmanager").delete_secret(SecretId="webhooks", ForceDeleteWithoutRecovery=True)
    webhooks.accept(event(), signed(event()))


@pytest.mark.parametrize("text", [" ", "whsec_alone", '["whsec_old"]', '{"first": 1}'])
def test_secrets_of_the_wrong_shape_refuse_nobody_for_good(queue: str, text: str) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId="webhooks", SecretString=text)
    with pytest.raises(Unavailable):
        webhooks.accept(event(), signed(event()))
    assert waiting(queue) == []


def test_secrets_that_were_never_read_and_cannot_be_refuse_nobody_for_good(
    queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRETS_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:gone")
    with pytest.raises(Unavailable):
        webhooks.accept(event(), signed(event()))


def test_an_empty_secret_opens_nothing(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate("", NEW)
    with pytest.raises(InvalidSignature):
        webhooks.accept(event(), signed(event(), ""))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", b'"x"', b"\xff\xfe", NAMELESS])
def test_what_is_signed_and_no_event_is_called_invalid(queue: str, body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        webhooks.accept(body, signed(body))
    assert waiting(queue) == []


def test_a_body_that_is_too_long_is_refused_before_anything_else(queue: str) -> None:
    body = event() + b" " * webhooks.LONGEST_BODY
    with pytest.raises(PayloadTooLarge):
        webhooks.accept(body, signed(body))


def test_an_event_that_cannot_be_put_in_line_is_to_be_sent_again(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTS_QUEUE_URL", queue + "-gone")
    with pytest.raises(Unavailable):
        webhooks.accept(event(), signed(event()))


@given(st.text(max_size=200))
def test_no_header_brings_the_door_down(header: str) -> None:
    found = signature.parsed(header)
    assert found is None or not signature.is_made_with(found, ["whsec"], b"{}")


# The worker.


def take(name: str = "evt_1", kind: str = HELD, order_id: str | None = "o") -> None:
    webhooks.take(msgspec.json.decode(event(name, kind, order_id), type=GatewayEvent))


def test_an_event_lets_a_payment_go_on_once_its_charge_is_held(queue: str) -> None:
    service.perform(authorise(sandbox.NEEDS_ACTION))
    take("evt_0")
    assert stored().state.status is PaymentStatus.ACTION_REQUIRED  # type: ignore[union-attr]
    ledger.put("HELD")
    for name in ("evt_1", "evt_1", "evt_2"):
        take(name)
    payment, version = stored()
    assert payment is not None
    assert (payment.status, version) == (PaymentStatus.AUTHORISED, 2)


def test_an_event_s_word_is_not_taken_for_the_gateway_s(queue: str) -> None:
    service.perform(authorise(sandbox.NEEDS_ACTION))
    for kind in sorted(webhooks.LOOKED_INTO):
        take(f"evt_{kind}", kind)
    assert stored().state.status is PaymentStatus.ACTION_REQUIRED  # type: ignore[union-attr]


def test_a_refund_on_the_dashboard_is_written_down_once(queue: str) -> None:
    for command in (authorise(), Capture(order_id="o")):
        service.perform(command)
    take("evt_1", "charge.refunded")
    assert stored().version == 2
    ledger.put("REFUNDED")
    for name in ("evt_2", "evt_2", "evt_3"):
        take(name, "charge.refunded")
    payment, version = stored()
    assert payment is not None
    assert (payment.status, version) == (PaymentStatus.REFUNDED, 3)


def test_an_event_that_was_looked_into_is_not_looked_into_again(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr(settling, "look", lambda order_id, _cause: looks.append(order_id))
    for _ in range(3):
        take()
    assert looks == ["o"]


def test_an_event_whose_look_failed_is_looked_into_again(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service.perform(authorise(sandbox.NEEDS_ACTION))
    ledger.put("HELD")

    class Silent(sandbox.Sandbox):
        def look(self, order_id: str) -> Charge:
            raise GatewayTimeout("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(store, "gateway", Silent)
        with pytest.raises(GatewayTimeout):
            take()
    take()
    assert stored().state.status is PaymentStatus.AUTHORISED  # type: ignore[union-attr]


@pytest.mark.parametrize(("kind", "order_id"), [("customer.created", "o"), (HELD, None), (HELD, "nobody-s")])
def test_an_event_that_is_none_of_ours_changes_nothing(queue: str, kind: str, order_id: str | None) -> None:
    service.perform(authorise(sandbox.NEEDS_ACTION))
    ledger.put("HELD")
    take(kind=kind, order_id=order_id)
    assert stored().version == 1


def test_what_was_looked_into_is_forgotten_after_the_gateway_repeats_it_no_more(queue: str) -> None:
    take(order_id="x")
    row = boto3.client("dynamodb").get_item(
        TableName=os.environ["PAYMENTS_TABLE"], Key={"pk": {"S": "WEBHOOK#evt_1"}, "sk": {"S": "SEEN"}}
    )["Item"]
    assert int(row["expiresAt"]["N"]) >= time.time() + 30 * 24 * 3600
    assert webhook_store.was_seen("evt_1")
