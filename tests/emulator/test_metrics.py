"""Metrics come from logs and queues, and alarms watch them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.emulator.emulator import Emulator, eventually, unique
from tests.emulator.test_cloudformation import deploy


def total(emulator: Emulator, namespace: str, metric: str, **dimensions: str) -> float:
    """The sum of a metric over the last minutes."""
    now = datetime.now(UTC)
    answer = emulator.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


def embedded(namespace: str) -> str:
    """A function that writes one Embedded Metric Format line."""
    directive = {"Namespace": namespace, "Dimensions": [["service"]], "Metrics": [{"Name": "Orders", "Unit": "Count"}]}
    line = {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}, "service": "ordering", "Orders": [2, 3]}
    return f"def handler(event, context):\n    print({json.dumps(line)!r})\n"


def test_an_embedded_metric_is_a_metric(bridged: Emulator) -> None:
    namespace = unique("Metrics")
    bridged.invoke(bridged.function(embedded(namespace)))
    assert total(bridged, namespace, "Orders", service="ordering") == 5


def test_upstream_still_makes_no_metric_of_an_embedded_one(bare: Emulator) -> None:
    """If this fails, upstream reads embedded metrics: see how much of local/emulator/log_metrics.py can go."""
    namespace = unique("Metrics")
    bare.invoke(bare.function(embedded(namespace)))
    assert total(bare, namespace, "Orders", service="ordering") == 0


def test_a_metric_filter_counts_the_lines_that_match(bridged: Emulator) -> None:
    name, namespace = bridged.function("def handler(event, context):\n    print(event)\n"), unique("Metrics")
    bridged.invoke(name, "first, so that the group exists")
    counted = {"metricName": "Refusals", "metricNamespace": namespace, "metricValue": "1"}
    bridged.client("logs").put_metric_filter(
        logGroupName=f"/aws/lambda/{name}", filterName="f", filterPattern="REFUSED", metricTransformations=[counted]
    )
    for word in ("REFUSED", "accepted", "REFUSED again"):
        bridged.invoke(name, word)
    assert total(bridged, namespace, "Refusals") == 2


def test_an_error_counts_even_if_nobody_waited_for_the_invocation(bridged: Emulator) -> None:
    name = bridged.function("def handler(event, context):\n    raise ValueError\n")
    bridged.client("lambda").invoke(FunctionName=name, InvocationType="Event")
    eventually(lambda: total(bridged, "AWS/Lambda", "Errors", FunctionName=name) >= 1)


def alarm(emulator: Emulator, queue: str, **settings: Any) -> str:
    """An alarm on the depth of a queue."""
    name = unique("alarm")
    emulator.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        **{
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": queue.rsplit("/", 1)[1]}],
            "Statistic": "Maximum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
        }
        | settings,
    )
    return name


def state(emulator: Emulator, name: str) -> str:
    """The alarm's state."""
    found: str = emulator.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]
    return found


def test_a_message_in_a_queue_raises_the_alarm_on_that_queue_and_on_no_other(bridged: Emulator) -> None:
    full, _ = bridged.queue()
    empty, _ = bridged.queue()
    topic = bridged.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    inbox, inbox_arn = bridged.queue()
    bridged.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox_arn)
    raised, quiet = alarm(bridged, full, AlarmActions=[topic]), alarm(bridged, empty)
    bridged.client("sqs").send_message(QueueUrl=full, MessageBody="dead")
    eventually(lambda: state(bridged, raised) == "ALARM")
    assert raised in eventually(lambda: bridged.receive(inbox))[0]
    eventually(lambda: state(bridged, quiet) == "OK")


def test_missing_data_counts_as_the_alarm_says(bridged: Emulator) -> None:
    nowhere = {"Namespace": unique("Nothing"), "MetricName": "none", "Dimensions": []}
    expected = {"breaching": "ALARM", "notBreaching": "OK", "missing": "INSUFFICIENT_DATA"}
    named = {treat: alarm(bridged, "/x", TreatMissingData=treat, **nowhere) for treat in expected}
    eventually(lambda: {treat: state(bridged, name) for treat, name in named.items()} == expected)


def test_a_metric_math_alarm_can_be_deployed(bridged: Emulator) -> None:
    metric = {"Id": "m", "ReturnData": True, "Expression": "1"}
    properties = {"Metrics": [metric], "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
    deploy(bridged, Alarm={"Type": "AWS::CloudWatch::Alarm", "Properties": properties | {"Threshold": 1}})


def test_upstream_still_has_no_metrics_of_queues(bare: Emulator) -> None:
    """If this fails, upstream measures queues: see how much of local/emulator/alarms.py can go."""
    url, _ = bare.queue()
    bare.client("sqs").send_message(QueueUrl=url, MessageBody="dead")
    name = url.rsplit("/", 1)[1]
    listed = bare.client("cloudwatch").list_metrics(Namespace="AWS/SQS")["Metrics"]
    assert not [metric for metric in listed if {"Name": "QueueName", "Value": name} in metric["Dimensions"]]
