"""An asynchronous invocation that fails ends where its settings say."""

import json
from typing import Any

from tests.emulator.emulator import Emulator, eventually, unique

FAILS = "def handler(event, context):\n    raise ValueError('no')\n"


def test_the_settings_of_an_alias_hold_for_invocations_through_it(bridged: Emulator) -> None:
    url, arn = bridged.queue()
    client, name = bridged.client("lambda"), bridged.function(FAILS)
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    client.put_function_event_invoke_config(
        FunctionName=name,
        Qualifier="live",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    client.invoke(FunctionName=name, Qualifier="live", InvocationType="Event", Payload=json.dumps({"n": 1}))
    (message,) = eventually(lambda: bridged.receive(url))
    assert json.loads(message)["requestPayload"] == {"n": 1}


def _rule(emulator: Emulator, queue_arn: str) -> Any:
    """A rule with a function that fails as its target; returns what puts an event that matches."""
    events, name, source = emulator.client("events"), unique("rule"), unique("source")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))
    target: dict[str, Any] = {"Id": "t", "Arn": emulator.function_arn(emulator.function(FAILS))}
    target |= {"RetryPolicy": {"MaximumRetryAttempts": 0}, "DeadLetterConfig": {"Arn": queue_arn}}
    events.put_targets(Rule=name, Targets=[target])
    return lambda: events.put_events(Entries=[{"Source": source, "DetailType": "t", "Detail": "{}"}])


def test_an_event_whose_target_fails_ends_in_the_target_s_dead_letter_queue(bridged: Emulator) -> None:
    url, arn = bridged.queue()
    _rule(bridged, arn)()
    assert eventually(lambda: bridged.receive(url))


def test_upstream_still_loses_an_event_whose_target_fails(bare: Emulator) -> None:
    """If this fails, upstream has target queues: see how much of local/emulator/asynchronous_invocation.py can go."""
    url, arn = bare.queue()
    put = _rule(bare, arn)
    put()
    logs = bare.client("logs")

    def failed() -> bool:
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/function-")["logGroups"]
        names = [group["logGroupName"] for group in groups]
        lines = [event["message"] for name in names for event in logs.filter_log_events(logGroupName=name)["events"]]
        return any("ValueError" in line or "no" in line for line in lines)

    eventually(failed)
    assert bare.receive(url) == []
