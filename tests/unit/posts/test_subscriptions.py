"""Subscriptions: one for an address, with all its topics; pending until confirmed; gone however their owner leaves."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from yafdp.kernel.caller import Caller
from yafdp.kernel.clients import client
from yafdp.kernel.errors import Conflict, InvalidRequest, Unavailable
from yafdp.posts import messages as m
from yafdp.posts import subscriber_store
from yafdp.posts.subscriptions import subscribe, subscriptions, unsubscribe


class Topic:
    """The SNS topic's e-mail subscriptions, as AWS keeps them: pending first, and those cannot be deleted."""

    class exceptions:  # noqa: N801 (as boto3 names it)
        """Errors by name."""

        NotFoundException = type("NotFoundException", (Exception,), {})
        InvalidParameterException = type("InvalidParameterException", (Exception,), {})

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.before_set: list[Any] = []
        self.full = False

    def subscribe(self, Endpoint: str, Attributes: dict[str, str] | None = None, **_: Any) -> dict[str, str]:  # noqa: N803
        if self.full:
            raise ClientError({"Error": {"Code": "FilterPolicyLimitExceeded", "Message": ""}}, "Subscribe")
        for arn, kept in self.kept.items():
            if kept["email"] == Endpoint:
                if Attributes and kept["policy"] != Attributes["FilterPolicy"]:
                    raise self.exceptions.InvalidParameterException
                return {"SubscriptionArn": arn}
        arn = f"arn:{Endpoint}:{len(self.kept)}"
        self.kept[arn] = {"email": Endpoint, "policy": (Attributes or {}).get("FilterPolicy"), "pending": "true"}
        return {"SubscriptionArn": arn}

    def set_subscription_attributes(self, SubscriptionArn: str, AttributeName: str, AttributeValue: str) -> None:  # noqa: N803
        if self.before_set:
            self.before_set.pop()()
        assert AttributeName == "FilterPolicy"
        self._of(SubscriptionArn)["policy"] = AttributeValue

    def get_subscription_attributes(self, SubscriptionArn: str) -> Any:  # noqa: N803
        return {"Attributes": {"PendingConfirmation": self._of(SubscriptionArn)["pending"]}}

    def unsubscribe(self, SubscriptionArn: str) -> None:  # noqa: N803
        assert self._of(SubscriptionArn)["pending"] == "false", "SNS deletes no pending subscription"
        del self.kept[SubscriptionArn]

    def _of(self, arn: str) -> dict[str, Any]:
        if arn not in self.kept:
            raise self.exceptions.NotFoundException
        return self.kept[arn]

    def confirm(self) -> None:
        """Everybody follows the link."""
        for kept in self.kept.values():
            kept["pending"] = "false"

    def topics(self, email: str) -> Any:
        """What the address's one subscription lets through."""
        (policy,) = [kept["policy"] for kept in self.kept.values() if kept["email"] == email]
        return json.loads(policy)["topic"]


@pytest.fixture
def sns(table: str, monkeypatch: pytest.MonkeyPatch) -> Topic:
    topic = Topic()
    monkeypatch.setenv("POSTS_TOPIC_ARN", "arn:topic")
    monkeypatch.setattr(subscriber_store, "client", lambda name: topic if name == "sns" else client(name))
    return topic


def test_a_subscription_is_pending_until_the_link_is_followed(sns: Topic, alice: Caller) -> None:
    view = subscribe(alice, "pizza")
    assert (view.topic, view.email, view.status) == ("pizza", "alice@example.com", "pending")
    sns.confirm()
    assert [view.status for view in subscriptions(alice, "pizza").items] == ["confirmed"]


def test_all_topics_of_an_address_stand_in_one_subscription(sns: Topic, alice: Caller, bob: Caller) -> None:
    subscribe(alice, "pizza")
    subscribe(alice, "ramen")
    subscribe(alice, "ramen")
    subscribe(bob, "ramen")
    assert (sns.topics("alice@example.com"), sns.topics("bob@example.com")) == (["pizza", "ramen"], ["ramen"])
    assert subscriptions(bob, "pizza").items == ()


def test_who_leaves_one_topic_still_hears_of_the_others(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    subscribe(alice, "ramen")
    sns.confirm()
    unsubscribe(alice, "pizza")
    assert sns.topics("alice@example.com") == ["ramen"]
    assert subscriptions(alice, "pizza").items == ()
    unsubscribe(alice, "ramen")
    assert sns.kept == {}
    assert subscribe(alice, "pizza").status == "pending"


def test_who_leaves_before_confirming_is_told_nothing_even_if_they_confirm_then(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    unsubscribe(alice, "pizza")
    assert sns.topics("alice@example.com") == [{"exists": False}]
    sns.confirm()
    assert subscriptions(alice, "pizza").items == ()
    assert subscribe(alice, "pizza").status == "confirmed"
    assert sns.topics("alice@example.com") == ["pizza"]


def test_who_has_left_by_the_link_in_a_mail_has_left_and_may_come_back(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    sns.kept.clear()
    assert subscriptions(alice, "pizza").items == ()
    assert subscribe(alice, "pizza").status == "pending"
    assert sns.topics("alice@example.com") == ["pizza"]


def test_leaving_what_one_never_joined_is_no_error(sns: Topic, alice: Caller) -> None:
    unsubscribe(alice, "pizza")
    subscribe(alice, "ramen")
    unsubscribe(alice, "pizza")
    assert sns.topics("alice@example.com") == ["ramen"]


def test_another_address_is_confirmed_anew_and_the_old_one_hears_no_more(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    sns.confirm()
    view = subscribe(replace(alice, email="new@example.com"), "ramen")
    assert (view.email, view.status) == ("new@example.com", "pending")
    assert [kept["email"] for kept in sns.kept.values()] == ["new@example.com"]
    assert sns.topics("new@example.com") == ["pizza", "ramen"]


def test_a_subscription_that_our_row_lost_is_taken_up_again(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    boto3.client("dynamodb").delete_item(
        TableName="table", Key={"pk": {"S": "SUBSCRIBER#alice"}, "sk": {"S": "SUBSCRIBER"}}
    )
    subscribe(alice, "ramen")
    assert sns.topics("alice@example.com") == ["ramen"]


def test_of_two_changes_at_once_the_later_one_has_the_last_word(sns: Topic, alice: Caller) -> None:
    subscribe(alice, "pizza")
    sns.before_set = [lambda: subscribe(alice, "soup")]
    subscribe(alice, "ramen")
    assert sns.topics("alice@example.com") == ["pizza", "ramen", "soup"]


def test_nobody_names_a_mailbox_of_their_choice(sns: Topic, alice: Caller) -> None:
    with pytest.raises(Conflict, match="address"):
        subscribe(replace(alice, email=None), "pizza")
    assert sns.kept == {}


def test_more_topics_than_a_policy_holds_are_refused(
    sns: Topic, alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(m, "MOST_TOPICS", 2)
    subscribe(alice, "a")
    subscribe(alice, "b")
    with pytest.raises(m.TooManyTopics):
        subscribe(alice, "c")
    assert subscribe(alice, "b").topic == "b"
    assert sns.topics("alice@example.com") == ["a", "b"]


def test_a_full_topic_is_said_and_the_same_call_may_succeed_later(sns: Topic, alice: Caller) -> None:
    sns.full = True
    with pytest.raises(Unavailable):
        subscribe(alice, "pizza")
    assert subscriptions(alice, "pizza").items == ()
    sns.full = False
    assert subscribe(alice, "pizza").status == "pending"


@pytest.mark.parametrize("topic", ["Pizza", "a b", "", "x" * 41, "../etc"])
def test_a_topic_that_is_none_is_refused(sns: Topic, alice: Caller, topic: str) -> None:
    for use in (subscribe, subscriptions, unsubscribe):
        with pytest.raises(InvalidRequest):
            use(alice, topic)
