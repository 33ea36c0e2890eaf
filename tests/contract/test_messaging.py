"""Queues, rules, streams and alarms: nothing is lost, nothing blocks, and somebody hears of what failed."""

import json
import re

import pytest

from local.template import Template, referred, resources
from tests.contract import infrastructure as infra
from tests.contract.published import PACKAGE

TEMPLATE = infra.TEMPLATE
QUEUES = resources(TEMPLATE, infra.QUEUE)
RULES = resources(TEMPLATE, infra.RULE)
ALARMS = resources(TEMPLATE, infra.ALARM)
DEAD_LETTER_QUEUES = infra.dead_letter_queues(TEMPLATE)
WORK_QUEUES = sorted(QUEUES.keys() - DEAD_LETTER_QUEUES)
STREAMS = infra.mappings(TEMPLATE, "DynamoDB")
QUEUE_MAPPINGS = infra.mappings(TEMPLATE, "SQS")
SUPPORT_SUBSCRIPTIONS = {
    name: subscription
    for name, subscription in resources(TEMPLATE, "AWS::SNS::Subscription").items()
    if "SupportTopic" in set(referred(subscription["TopicArn"]))
}
FILLED_BY_TOPICS = [
    name
    for name, subscription in resources(TEMPLATE, "AWS::SNS::Subscription").items()
    if subscription["Protocol"] == "sqs"
]
FEWEST_RECEIVES = 3
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_FACTOR = 6
# Readers of one shard; more are throttled.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
STREAM_READERS = 2
LONGEST_RETENTION = 1_209_600  # seconds: 14 days, SQS's longest
# The dimensions with which each namespace publishes the metrics that we use.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
METRICS = {
    "AWS/SQS": ({"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}, {"QueueName"}),
    "AWS/States": ({"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"}, {"StateMachineArn"}),
    "AWS/Lambda": ({"Errors", "Throttles", "IteratorAge"}, {"FunctionName"}),
}
KINDS = {"QueueName": infra.QUEUE, "StateMachineArn": infra.MACHINE, "FunctionName": infra.FUNCTION}


@pytest.mark.parametrize("queue", WORK_QUEUES)
def test_a_queue_gives_up_on_a_message_only_after_some_tries_and_keeps_it(queue: str) -> None:
    assert QUEUES[queue]["RedrivePolicy"]["maxReceiveCount"] >= FEWEST_RECEIVES
    assert infra.redrives(TEMPLATE)[queue] in QUEUES


@pytest.mark.parametrize("queue", sorted(DEAD_LETTER_QUEUES))
def test_a_dead_letter_queue_keeps_messages_as_long_as_can_be(queue: str) -> None:
    assert QUEUES[queue]["MessageRetentionPeriod"] == LONGEST_RETENTION


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_is_encrypted(queue: str) -> None:
    assert QUEUES[queue]["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("queue", WORK_QUEUES)
def test_a_message_stays_invisible_for_six_times_its_consumer_s_timeout(queue: str) -> None:
    consumers = infra.consumers_of(TEMPLATE, queue)
    assert consumers, "nobody reads this queue"
    slowest = max(infra.functions(TEMPLATE)[name]["Timeout"] for name in consumers)
    assert QUEUES[queue]["VisibilityTimeout"] >= VISIBILITY_FACTOR * slowest


@pytest.mark.parametrize("queue", sorted(DEAD_LETTER_QUEUES))
def test_somebody_hears_of_each_dead_letter(queue: str) -> None:
    watching = [
        alarm
        for alarm in ALARMS.values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        and alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]
    ]
    assert len(watching) == 1
    (alarm,) = watching
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert (alarm["Statistic"], alarm["EvaluationPeriods"]) == ("Maximum", 1)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_looks_at_a_metric_that_exists_and_tells_the_operators(name: str) -> None:
    alarm = ALARMS[name]
    if alarm["Namespace"] == "YAFDP":
        assert alarm["MetricName"] in _counted()
        services = {infra.service(function) for function in infra.functions(TEMPLATE).values()}
        assert [(one["Name"], one["Value"] in services) for one in alarm["Dimensions"]] == [("service", True)]
    else:
        metrics, dimensions = METRICS[alarm["Namespace"]]
        assert alarm["MetricName"] in metrics
        assert {dimension["Name"] for dimension in alarm["Dimensions"]} == dimensions
        for dimension in alarm["Dimensions"]:
            (watched,) = referred(dimension["Value"])
            assert TEMPLATE["Resources"][watched]["Type"] == KINDS[dimension["Name"]]
    assert "AlarmTopic" in set(referred(alarm["AlarmActions"]))
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmDescription"]


def _counted() -> set[str]:
    """The business metrics that the code counts; Powertools gives each the dimension `service`."""
    sources = (path.read_text() for path in PACKAGE.rglob("*.py"))
    return {name for source in sources for name in re.findall(r"count(?:ing)?\(\s*\"(\w+)\"", source)}


@pytest.mark.parametrize("name", resources(TEMPLATE, infra.MACHINE))
def test_a_standard_machine_that_ends_badly_is_heard_of_however_it_ends(name: str) -> None:
    if TEMPLATE["Resources"][name]["Properties"]["Type"] == "STANDARD":
        watched = {
            alarm["MetricName"]
            for alarm in ALARMS.values()
            if alarm["Namespace"] == "AWS/States" and name in set(referred(alarm["Dimensions"]))
        }
        assert {"ExecutionsFailed", "ExecutionsTimedOut"} <= watched


@pytest.mark.parametrize("name", RULES)
def test_a_rule_fills_queues_only_and_keeps_what_it_cannot_deliver(name: str) -> None:
    for target in RULES[name]["Targets"]:
        assert target["Arn"] in [{"Fn::GetAtt": [queue, "Arn"]} for queue in WORK_QUEUES]
        assert target["DeadLetterConfig"]["Arn"] in [{"Fn::GetAtt": [queue, "Arn"]} for queue in DEAD_LETTER_QUEUES]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_names_its_bus_and_whom_it_listens_to(name: str) -> None:
    if "ScheduleExpression" in RULES[name]:  # the clock's, which stands on no bus of ours
        return
    assert set(referred(RULES[name]["EventBusName"])) <= resources(TEMPLATE, "AWS::Events::EventBus").keys()
    assert RULES[name]["EventPattern"]["source"]
    assert RULES[name]["EventPattern"]["detail-type"]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_s_queues_take_messages_from_exactly_the_rules_that_fill_them(name: str) -> None:
    filled = _filled(name)
    filling = [{"Fn::GetAtt": [rule, "Arn"]} for rule in RULES if _filled(rule) == filled]
    expected = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Condition": {"ArnEquals": {"aws:SourceArn": filling[0] if len(filling) == 1 else filling}},
    }
    about = [
        policy
        for policy in resources(TEMPLATE, "AWS::SQS::QueuePolicy").values()
        if filled & set(referred(policy["Queues"]))
    ]
    assert len(about) == 1
    (policy,) = about
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert set(referred(policy["Queues"])) == filled
    assert set(referred(statement["Resource"])) == filled
    assert statement == expected | {"Resource": statement["Resource"]}


def _filled(rule: str) -> set[str]:
    return {
        queue for target in RULES[rule]["Targets"] for queue in referred([target["Arn"], target["DeadLetterConfig"]])
    }


@pytest.mark.parametrize("name", FILLED_BY_TOPICS)
def test_a_topic_s_queue_takes_messages_from_it_alone_and_keeps_what_cannot_be_delivered(name: str) -> None:
    subscription = resources(TEMPLATE, "AWS::SNS::Subscription")[name]
    (queue,) = referred(subscription["Endpoint"])
    (dead,) = referred(subscription["RedrivePolicy"])
    assert dead == infra.redrives(TEMPLATE)[queue]
    (policy,) = [
        policy
        for policy in resources(TEMPLATE, "AWS::SQS::QueuePolicy").values()
        if {queue, dead} == set(referred(policy["Queues"]))
    ]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert set(referred(statement["Resource"])) == {queue, dead}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": subscription["TopicArn"]}}


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_neither_blocks_nor_loses_what_fails(name: str) -> None:
    mapping = STREAMS[name]
    assert 0 < mapping["MaximumRetryAttempts"] <= 100
    assert 60 <= mapping["MaximumRecordAgeInSeconds"] <= 86_400
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert set(referred(mapping["DestinationConfig"])) <= QUEUES.keys()
    # LATEST would skip whatever is written between a deployment and the mapping's first poll.
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_s_mapping_lets_new_events_through_and_nothing_else(name: str) -> None:
    (only,) = STREAMS[name]["FilterCriteria"]["Filters"]
    keys = {"sk": {"S": [{"prefix": "EVENT#"}]}}
    pattern = json.loads(only["Pattern"])
    image = pattern["dynamodb"].pop("NewImage", None)
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": keys}}
    # A relay carries all of them; another reader may choose by type.
    assert image is None or image.keys() == {"envelope"}
    assert image is None or infra.functions(TEMPLATE)[name.partition(".")[0]]["CodeUri"] != "functions/relay"


@pytest.mark.parametrize("name", QUEUE_MAPPINGS)
def test_a_queue_s_consumer_reports_single_failures_and_has_a_throttle(name: str) -> None:
    mapping = QUEUE_MAPPINGS[name]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    # Lambda takes 2 at the least.
    assert infra.whole(mapping["ScalingConfig"]["MaximumConcurrency"], TEMPLATE) >= 2


@pytest.mark.parametrize("consumer", sorted({name.partition(".")[0] for name in QUEUE_MAPPINGS}))
def test_a_queue_s_consumer_may_say_when_a_failed_message_comes_again(consumer: str) -> None:
    granted = [
        statement
        for statement in infra.statements(TEMPLATE)
        if statement.owner == consumer and "sqs:ChangeMessageVisibility" in statement.actions
    ]
    consumed = {queue for queue in WORK_QUEUES if consumer in infra.consumers_of(TEMPLATE, queue)}
    assert {name for statement in granted for name in statement.named} == consumed


@pytest.mark.parametrize(
    "table",
    [name for name, table in resources(TEMPLATE, "AWS::DynamoDB::Table").items() if "StreamSpecification" in table],
)
def test_each_journal_s_stream_is_relayed_once_and_read_by_two_at_most(table: str) -> None:
    reading = [
        infra.functions(TEMPLATE)[name.partition(".")[0]]["CodeUri"]
        for name, mapping in STREAMS.items()
        if table in set(referred(mapping["Stream"]))
    ]
    assert reading.count("functions/relay") == 1
    assert len(reading) <= STREAM_READERS


@pytest.mark.parametrize("name", SUPPORT_SUBSCRIPTIONS)
def test_every_filter_policy_of_support_lets_what_is_critical_through(name: str) -> None:
    policy = SUPPORT_SUBSCRIPTIONS[name].get("FilterPolicy", {"severity": ["critical"]})
    assert policy.keys() == {"severity"}, "a second condition would hold back what is critical but lacks it"
    assert "critical" in policy["severity"]


def test_a_dead_letter_queue_serves_one_purpose(template: Template) -> None:
    sources = list(infra.redrives(template).values())
    assert len(sources) == len(set(sources))
