"""A topic's e-mail subscribers confirm, are told what they asked for, and leave, all by links in mails."""

import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import start, stop
from tests.emulator.emulator import Emulator, unique
from tests.emulator.test_mail import mails

CRITICAL = json.dumps({"severity": ["critical"]})


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Every bridge, with IAM enforced: a link in a mail is followed without credentials."""
    emulator = start(tmp_path_factory.mktemp("subscriptions"), AUTH="true")
    yield emulator
    stop(emulator)


class Subscriber:
    """An address that wants what is critical of a topic of its own."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator, self.sns = emulator, emulator.client("sns")
        self.address = f"{unique('a')}@example.com"
        self.topic = str(self.sns.create_topic(Name=unique("topic"))["TopicArn"])

    def subscribe(self, policy: str | None = CRITICAL, **settings: bool) -> str:
        attributes = {"Attributes": {"FilterPolicy": policy}} if policy else {}
        wanted = {"TopicArn": self.topic, "Protocol": "email", "Endpoint": self.address}
        return str(self.sns.subscribe(**wanted, **attributes, **settings)["SubscriptionArn"])

    def mails(self) -> list[tuple[str, str]]:
        """Subject and text of each mail."""
        return [(mail["Subject"], mail["BodyText"]) for mail in mails(self.emulator, self.address)]

    def follow(self, text: str) -> str:
        """Follow the link in a mail; what stands there."""
        (link,) = re.findall(r"http://\S+", text)
        with urllib.request.urlopen(link, timeout=10) as answer:
            return str(answer.read().decode())

    def publish(self, severity: str) -> None:
        attribute = {"DataType": "String", "StringValue": severity}
        message = {"Subject": "Look", "Message": severity, "MessageAttributes": {"severity": attribute}}
        self.sns.publish(TopicArn=self.topic, **message)


def test_before_an_address_has_confirmed_it_gets_nothing_but_the_link_to_do_so(strict: Emulator) -> None:
    someone = Subscriber(strict)
    assert someone.subscribe() == "pending confirmation"
    someone.publish("critical")
    ((subject, text),) = someone.mails()
    assert "Confirmation" in subject
    assert someone.topic in text


def test_a_confirmed_address_gets_what_its_filter_lets_through_until_it_leaves_by_the_link(strict: Emulator) -> None:
    someone = Subscriber(strict)
    someone.subscribe()
    assert "ConfirmSubscriptionResponse" in someone.follow(someone.mails()[0][1])
    someone.publish("info")
    someone.publish("critical")
    (_, (subject, text)) = someone.mails()
    assert (subject, text.partition("\n")[0]) == ("Look", "critical")
    someone.follow(text)
    someone.publish("critical")
    assert len(someone.mails()) == 2


def test_who_asks_for_the_arn_gets_it_and_sees_that_it_is_pending(strict: Emulator) -> None:
    someone = Subscriber(strict)
    arn = someone.subscribe(ReturnSubscriptionArn=True)
    assert arn.startswith(someone.topic)

    def pending() -> str:
        return str(someone.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"])

    assert pending() == "true"
    someone.follow(someone.mails()[0][1])
    assert pending() == "false"


def test_an_address_has_one_subscription_and_another_policy_is_refused(strict: Emulator) -> None:
    someone = Subscriber(strict)
    first = someone.subscribe(ReturnSubscriptionArn=True)
    assert someone.subscribe(ReturnSubscriptionArn=True) == first
    assert someone.subscribe(policy=None, ReturnSubscriptionArn=True) == first
    with pytest.raises(ClientError, match="already exists with different attributes"):
        someone.subscribe(policy=json.dumps({"severity": ["info"]}))
    assert len(someone.mails()) == 1


def test_a_made_up_token_confirms_nothing(strict: Emulator) -> None:
    someone = Subscriber(strict)
    someone.subscribe()
    with pytest.raises(ClientError, match="Invalid token"):
        someone.sns.confirm_subscription(TopicArn=someone.topic, Token="made-up")


def test_upstream_still_asks_for_no_confirmation_and_drops_what_is_published(bare: Emulator) -> None:
    """If this fails, upstream has e-mail subscriptions: then delete local/emulator/email_subscriptions.py."""
    someone = Subscriber(bare)
    assert someone.subscribe() != "pending confirmation"
    someone.publish("critical")
    assert someone.mails() == []


def test_upstream_still_takes_a_second_subscription_with_another_policy(bare: Emulator) -> None:
    """If this fails, upstream refuses it: then delete that part of local/emulator/email_subscriptions.py."""
    someone = Subscriber(bare)
    assert someone.subscribe() == someone.subscribe(policy=json.dumps({"severity": ["info"]}))
