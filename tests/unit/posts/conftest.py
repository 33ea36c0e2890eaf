"""A table and a topic, and what a caller of the posts' use cases looks like."""

import boto3
import pytest

from yafdp.kernel.caller import Caller


@pytest.fixture
def topic(table: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The SNS topic, beside the table."""
    arn: str = boto3.client("sns").create_topic(Name="posts")["TopicArn"]
    monkeypatch.setenv("POSTS_TOPIC_ARN", arn)
    return arn


@pytest.fixture
def alice() -> Caller:
    return Caller(user_id="alice", email="alice@example.com")


@pytest.fixture
def bob() -> Caller:
    return Caller(user_id="bob", email="bob@example.com")
