"""The dead-letter queues are found from what the stack's resources say about themselves."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.console import OperationError
from operations.dead_letters import DeadLetterQueue, DeployedStack, Stream, choose
from operations.target import Target
from tests.unit.operations.post import ARN

PATTERN = {"eventName": ["INSERT"]}


def arn(queue: str) -> str:
    return f"arn:aws:sqs:eu-central-1:1:stack-{queue}-1"


class Aws:
    """A stack of a queue behind a rule, a queue behind a subscription, and a stream; answers as AWS does."""

    QUEUES = ("OrderQueue", "OrderDeadLetterQueue", "MailQueue", "MailDeadLetterQueue", "RelayDeadLetterQueue", "Spare")

    def __init__(self) -> None:
        self.target = Target("stack", "eu-central-1")
        for service in ("cloudformation", "sqs", "lambda", "events", "sns"):
            self.target._clients[service] = self

    def get_paginator(self, name: str) -> "Pages":
        return Pages(getattr(self, name))

    def list_stack_resources(self, **_: Any) -> list[dict[str, Any]]:
        of_type = {
            "AWS::SQS::Queue": {name: f"https://sqs/1/stack-{name}-1" for name in self.QUEUES},
            "AWS::Events::Rule": {"OrderRule": "stack-bus|stack-OrderRule-1"},
            "AWS::Events::EventBus": {"Bus": "stack-bus"},
            "AWS::SNS::Subscription": {"MailSubscription": "arn:subscription"},
            "AWS::DynamoDB::Table": {"OrdersTable": "Orders"},
            "AWS::Lambda::EventSourceMapping": {"A": "u-1", "B": "u-2", "C": "u-3"},
        }
        return [
            {
                "StackResourceSummaries": [
                    {"ResourceType": kind, "LogicalResourceId": name, "PhysicalResourceId": physical}
                ]
            }
            for kind, names in of_type.items()
            for name, physical in names.items()
        ] + [{"StackResourceSummaries": [{"ResourceType": "AWS::SQS::Queue", "LogicalResourceId": "NotYet"}]}]

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:  # noqa: N803
        name = QueueUrl.split("stack-")[1].removesuffix("-1")
        dead = {"OrderQueue": "OrderDeadLetterQueue", "MailQueue": "MailDeadLetterQueue"}.get(name)
        policy = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": 5})} if dead else {}
        counts = {"ApproximateNumberOfMessages": "2", "ApproximateNumberOfMessagesNotVisible": "1"}
        return {"Attributes": {"QueueArn": arn(name)} | counts | policy}

    def list_event_source_mappings(self) -> list[dict[str, Any]]:
        function = "arn:aws:lambda:eu-central-1:1:function:stack-"
        stream = {
            "UUID": "u-3",
            "EventSourceArn": ARN,
            "FunctionArn": f"{function}relay",
            "FilterCriteria": {"Filters": [{"Pattern": json.dumps(PATTERN)}]},
            "DestinationConfig": {"OnFailure": {"Destination": arn("RelayDeadLetterQueue")}},
        }
        queues = [
            {"UUID": "u-1", "EventSourceArn": arn("OrderQueue"), "FunctionArn": f"{function}intake:live"},
            {"UUID": "u-2", "EventSourceArn": arn("MailQueue"), "FunctionArn": f"{function}mail"},
        ]
        spare = {"DestinationConfig": {"OnFailure": {"Destination": arn("Spare")}}}
        foreign = stream | spare | {"UUID": "another stack's"}
        return [{"EventSourceMappings": [stream, foreign]}, {"EventSourceMappings": queues}]

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        name = FunctionName.split(":function:")[1].partition(":")[0]
        if name == "stack-mail":
            return {"FunctionName": name}
        variables = {"Variables": {"POWERTOOLS_SERVICE_NAME": "ordering"}}
        return {"FunctionName": name, "Environment": variables, "LoggingConfig": {"LogGroup": "/stack/ordering"}}

    def list_rules(self, EventBusName: str) -> list[dict[str, Any]]:  # noqa: N803
        names = {"stack-bus": ["stack-OrderRule-1", "somebody else's"]}.get(EventBusName, [])
        return [{"Rules": [{"Name": name} for name in names]}]

    def list_targets_by_rule(self, Rule: str, EventBusName: str) -> dict[str, Any]:  # noqa: N803
        assert (Rule, EventBusName) == ("stack-OrderRule-1", "stack-bus")
        dead = {"DeadLetterConfig": {"Arn": arn("OrderDeadLetterQueue")}}
        return {"Targets": [{"Arn": arn("OrderQueue")} | dead, {"Arn": "arn:without"}]}

    def get_subscription_attributes(self, SubscriptionArn: str) -> dict[str, Any]:  # noqa: N803
        assert SubscriptionArn == "arn:subscription"
        return {"Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn("MailDeadLetterQueue")})}}


class Pages:
    """A paginator over a method that returns pages."""

    def __init__(self, method: Any) -> None:
        self._method = method

    def paginate(self, **asked: Any) -> Any:
        return self._method(**asked)


@pytest.fixture
def found() -> dict[str, DeadLetterQueue]:
    """The dead-letter queues of the stack by name."""
    return {queue.name: queue for queue in DeployedStack(Aws().target).dead_letter_queues()}


def test_exactly_the_queues_that_take_failures_are_found(found: dict[str, DeadLetterQueue]) -> None:
    assert found.keys() == {"Order", "Mail", "Relay"}


def test_a_queue_says_what_feeds_it(found: dict[str, DeadLetterQueue]) -> None:
    assert {name: queue.feeds for name, queue in found.items()} == {
        "Order": ["OrderQueue", "OrderRule"],
        "Mail": ["MailQueue", "MailSubscription"],
        "Relay": ["stream of OrdersTable"],
    }


def test_a_queue_s_messages_belong_to_the_queue_that_it_serves(found: dict[str, DeadLetterQueue]) -> None:
    assert found["Order"].work == ("https://sqs/1/stack-OrderQueue-1", arn("OrderQueue"))
    assert found["Order"].stream is None
    assert (found["Order"].messages, found["Order"].hidden) == (2, 1)


def test_a_stream_s_failures_belong_to_its_function(found: dict[str, DeadLetterQueue]) -> None:
    assert found["Relay"].work is None
    assert found["Relay"].stream == Stream(ARN, (PATTERN,))
    assert found["Relay"].stream.table == "Orders"
    assert found["Relay"].consumer is not None
    assert found["Relay"].consumer.name == "stack-relay"


def test_the_consumer_says_whose_the_queue_is_and_where_its_log_is(found: dict[str, DeadLetterQueue]) -> None:
    intake, mail = found["Order"].consumer, found["Mail"].consumer
    assert intake is not None
    assert mail is not None
    assert (intake.service, intake.log_group, intake.name) == ("ordering", "/stack/ordering", "stack-intake")
    assert intake.arn.endswith(":live")
    assert (mail.service, mail.log_group) == ("stack-mail", "/aws/lambda/stack-mail")


def test_a_stack_that_does_not_exist_is_an_error_that_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise ClientError({"Error": {"Code": "ValidationError", "Message": "does not exist"}}, "ListStackResources")

    monkeypatch.setattr(Aws, "list_stack_resources", missing)
    with pytest.raises(OperationError, match="no stack stack in eu-central-1; name one: STACK=yafdp-dev"):
        DeployedStack(Aws().target).dead_letter_queues()


def named(*names: str) -> list[DeadLetterQueue]:
    return [
        DeadLetterQueue(f"{name}DeadLetterQueue", f"https://sqs/1/stack-{name}DeadLetterQueue-1", "arn", 0, 0)
        for name in names
    ]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("all", ["Order", "OrderingRelay", "Push"]),
        ("order", ["Order"]),
        ("OrderDeadLetterQueue", ["Order"]),
        ("relay", ["OrderingRelay"]),
        ("stack-Push", ["Push"]),
    ],
)
def test_a_queue_is_chosen_by_its_name_or_the_only_name_with_the_word_in_it(wanted: str, chosen: list[str]) -> None:
    assert [queue.name for queue in choose(named("Order", "OrderingRelay", "Push"), wanted)] == chosen


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("Orde", "'Orde' is in several names; say one of: Order, OrderingRelay, or all"),
        ("x", "'x' is in no name; say one of: Order, OrderingRelay, Push, or all"),
    ],
)
def test_a_word_that_fits_none_or_several_is_refused_with_the_names(wanted: str, reason: str) -> None:
    with pytest.raises(OperationError) as raised:
        choose(named("Order", "OrderingRelay", "Push"), wanted)
    assert str(raised.value) == reason
