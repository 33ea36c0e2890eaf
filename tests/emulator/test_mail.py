"""E-mails: who may send as whom, and what comes back; text messages know their time."""

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import start, stop
from tests.emulator.emulator import REGION, Emulator, eventually, unique

SENDER = "orders@shop.example"
TRUST = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}
MAY_SEND = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "arn:aws:ses:*:*:identity/shop.example"}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Every bridge, with IAM enforced."""
    emulator = start(tmp_path_factory.mktemp("mail"), AUTH="true")
    yield emulator
    stop(emulator)


@pytest.fixture(scope="module")
def strict_bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """MiniStack as it comes, with IAM enforced."""
    emulator = start(tmp_path_factory.mktemp("bare-mail"), bridges="none", AUTH="true")
    yield emulator
    stop(emulator)


def send(ses: Any, to: str, sender: str = SENDER, **settings: Any) -> str:
    """Send a mail; its id."""
    text = {"Data": "Hello."}
    content = {"Simple": {"Subject": text, "Body": {"Text": text}}}
    answer = ses.send_email(FromEmailAddress=sender, Destination={"ToAddresses": [to]}, Content=content, **settings)
    return str(answer["MessageId"])


def sender_of_the_shop(emulator: Emulator) -> Any:
    """A client in a role that may send as shop.example, and do nothing else."""
    iam, name = emulator.client("iam"), unique("role")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": MAY_SEND})
    iam.put_role_policy(RoleName=name, PolicyName="only", PolicyDocument=document)
    keys = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return boto3.client(
        "sesv2",
        endpoint_url=emulator.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def verify(emulator: Emulator, identity: str) -> None:
    """Make the identity one that may send."""
    emulator.client("sesv2").create_email_identity(EmailIdentity=identity)


def listening(emulator: Emulator) -> tuple[str, str]:
    """A configuration set whose bounces and complaints go to a queue; its name and the queue's URL."""
    name, ses, sns = unique("set"), emulator.client("sesv2"), emulator.client("sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = emulator.queue()
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    emulator.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    ses.create_configuration_set(ConfigurationSetName=name)
    ses.create_configuration_set_event_destination(
        ConfigurationSetName=name,
        EventDestinationName="feedback",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
            "SnsDestination": {"TopicArn": topic},
        },
    )
    return name, url


def mails(emulator: Emulator, to: str) -> list[dict[str, Any]]:
    """What was sent to an address."""
    with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/ses/messages", timeout=10) as answer:
        found = json.load(answer)["messages"].values()
    return [mail for account in found for mail in account if to in mail["To"]]


def test_a_role_may_send_as_the_identity_that_it_is_allowed(strict: Emulator) -> None:
    verify(strict, "shop.example")
    verify(strict, "other.example")
    ses = sender_of_the_shop(strict)
    assert send(ses, "alice@example.com")
    with pytest.raises(ClientError, match="AccessDenied"):
        send(ses, "alice@example.com", sender="orders@other.example")


def test_upstream_still_asks_for_permission_on_everything(strict_bare: Emulator) -> None:
    """If this fails, upstream asks for the sender: then delete that half of local/emulator/mail_sending.py."""
    verify(strict_bare, "shop.example")
    with pytest.raises(ClientError, match="AccessDenied"):
        send(sender_of_the_shop(strict_bare), "alice@example.com")


@pytest.mark.parametrize(
    ("to", "event", "detail"),
    [
        ("bounce@simulator.amazonses.com", "Bounce", "bounce"),
        ("complaint@simulator.amazonses.com", "Complaint", "complaint"),
    ],
)
def test_what_comes_back_goes_to_the_configuration_set_s_topic(
    bridged: Emulator, to: str, event: str, detail: str
) -> None:
    verify(bridged, domain := f"{unique('d')}.example")
    name, url = listening(bridged)
    settings = {"ConfigurationSetName": name, "EmailTags": [{"Name": "correlationId", "Value": "story"}]}
    sent = send(bridged.client("sesv2"), to, sender=f"orders@{domain}", **settings)
    (body,) = eventually(lambda: bridged.receive(url))
    told = json.loads(body)
    assert (told["eventType"], told["mail"]["messageId"]) == (event, sent)
    assert told["mail"]["tags"] == {"correlationId": ["story"]}
    assert told[detail]["feedbackId"]


def test_of_a_mail_that_arrives_nothing_is_told(bridged: Emulator) -> None:
    verify(bridged, domain := f"{unique('d')}.example")
    name, url = listening(bridged)
    ses = bridged.client("sesv2")
    send(ses, "alice@example.com", sender=f"orders@{domain}", ConfigurationSetName=name)
    send(ses, "bounce@simulator.amazonses.com", sender=f"orders@{domain}", ConfigurationSetName=name)
    (body,) = eventually(lambda: bridged.receive(url))
    assert json.loads(body)["mail"]["destination"] == ["bounce@simulator.amazonses.com"]


def test_upstream_still_publishes_nothing_to_event_destinations(bare: Emulator) -> None:
    """If this fails, upstream publishes events: then delete that half of local/emulator/mail_sending.py."""
    verify(bare, domain := f"{unique('d')}.example")
    name, url = listening(bare)
    send(bare.client("sesv2"), "bounce@simulator.amazonses.com", sender=f"orders@{domain}", ConfigurationSetName=name)
    assert bare.receive(url) == []


def texts(emulator: Emulator, number: str) -> list[dict[str, Any]]:
    """The text messages to a number."""
    with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/sns/sms-messages", timeout=10) as answer:
        found: list[dict[str, Any]] = json.load(answer)["sms_messages"].get(number, [])
    return found


def test_a_text_message_says_when_it_was_sent(bridged: Emulator) -> None:
    before = time.time()
    for text in ("one", "two"):
        bridged.client("sns").publish(PhoneNumber="+493023125002", Message=text)
    one, two = texts(bridged, "+493023125002")
    assert before <= one["Timestamp"] <= two["Timestamp"] <= time.time()


def test_upstream_still_keeps_text_messages_without_a_time(bare: Emulator) -> None:
    """If this fails, upstream keeps the time: then delete local/emulator/text_messages.py."""
    bare.client("sns").publish(PhoneNumber="+493023125002", Message="text")
    (text,) = texts(bare, "+493023125002")
    assert "Timestamp" not in text
