"""Mail about new posts: what it says, and that it goes out once, or else to a person."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from msgspec.structs import replace

from tests.unit.posts.test_posts import event_of, write
from yafdp.kernel.caller import Caller
from yafdp.kernel.clients import client
from yafdp.kernel.errors import InvalidMessage
from yafdp.posts import mail_store, model, service
from yafdp.posts.mail_store import OutcomeUnknown
from yafdp.posts.model import Post

URL = "https://shop.example"


def post(title: str = "A title", body: str = "A body") -> Post:
    return Post(
        post_id="p", author="a", topic="pizza", title=title, body=body, created_at="2026-11-21", fingerprint="f"
    )


@pytest.fixture
def inbox(topic: str) -> Any:
    """What the topic's one subscriber has received, as SNS hands it on."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"topic": ["pizza"]})
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": policy})

    def received() -> list[dict[str, Any]]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return received


class Topic:
    """SNS's publish: fails as a test wants, and counts."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.published = list(failures), 0

    def publish(self, **_: Any) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.published += 1


@pytest.fixture
def flaky(topic: str, monkeypatch: pytest.MonkeyPatch) -> Topic:
    sns = Topic()
    monkeypatch.setattr(mail_store, "client", lambda name, **options: sns if name == "sns" else client(name, **options))
    return sns


def refused(status: int) -> ClientError:
    response: Any = {"Error": {"Code": "No", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Publish")


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Plain", "New in pizza: Plain"),
        ("Crème brûlée 🍮 today", "New in pizza: Cr me br l e today"),
        ("🍕🍕", "New in pizza"),
        ("two\nlines\r\nBcc: everybody@example.com", "New in pizza: two lines Bcc: everybody@example.com"),
        ("x" * 200, ("New in pizza: " + "x" * 100)[:100]),
    ],
)
def test_a_subject_is_one_line_of_what_sns_takes(title: str, subject: str) -> None:
    assert model.mail(post(title), URL).subject == subject


def test_the_text_has_the_whole_title_an_excerpt_and_where_to_read_on() -> None:
    mail = model.mail(post("Crème 🍮", "y" * 3_000), URL + "/")
    assert mail.text.startswith("Crème 🍮\n\nyyy")
    assert f"{URL}/#/posts/p" in mail.text
    assert len(mail.text) < 2_200


def test_a_new_post_is_told_to_its_topic_s_subscribers_once(inbox: Any) -> None:
    pizza, ramen = event_of(write()), event_of(write(topic="ramen"))
    for event in (pizza, ramen, pizza):
        service.tell_subscribers(event)
    (mail,) = inbox()
    assert mail["Subject"] == "New in pizza: A title"
    assert mail["MessageAttributes"]["eventId"]["Value"] == pizza.id


def test_a_post_that_is_gone_is_told_to_nobody(inbox: Any, alice: Caller) -> None:
    made = write()
    service.delete(made.post_id, alice)
    service.tell_subscribers(event_of(made))
    assert inbox() == []


def test_what_sns_has_refused_is_tried_again(flaky: Topic) -> None:
    event = event_of(write())
    flaky.failures = [refused(429), EndpointConnectionError(endpoint_url="sns")]
    for failure in (ClientError, EndpointConnectionError):
        with pytest.raises(failure):
            service.tell_subscribers(event)
    service.tell_subscribers(event)
    service.tell_subscribers(event)
    assert flaky.published == 1


@pytest.mark.parametrize("failure", [ReadTimeoutError(endpoint_url="sns"), refused(500)], ids=["no answer", "500"])
def test_what_may_have_gone_out_is_not_sent_again_but_left_to_a_person(flaky: Topic, failure: Exception) -> None:
    event = event_of(write())
    flaky.failures = [failure]
    with pytest.raises(type(failure)):
        service.tell_subscribers(event)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown, match=event.id):
            service.tell_subscribers(event)
    assert flaky.published == 0


def test_a_publish_is_not_repeated_by_the_client_itself(topic: str) -> None:
    assert client("sns", attempts=1).meta.config.retries["total_max_attempts"] == 1


def test_an_event_of_something_else_is_poison(topic: str) -> None:
    event = event_of(write())
    with pytest.raises(InvalidMessage):
        service.tell_subscribers(replace(event, type="PostDeleted"))
    with pytest.raises(InvalidMessage):
        service.tell_subscribers(replace(event, aggregate_id="never-was"))
