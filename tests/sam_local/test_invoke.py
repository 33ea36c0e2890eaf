"""In containers, every sample event gets the answer that is written beside it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.sam_local import __main__ as commands
from local.sam_local import template
from local.sam_local.runner import SamLocal
from local.seed import AUTOMATIC
from local.settings import Settings
from tests.contract import samples
from tests.contract.deployment import Deployment
from tests.contract.samples import Sample

# `sam local invoke` makes a container for one event, which takes seconds: of each kind of event and of answer, one.
INVOKED = [
    "place_order/place_order",
    "payments/card_declined",
    "payment_webhooks/held",
    "intake/submitted",
    "relay/not_an_event",
    "realtime_authorizer/ticket",
]


def prepare(sample: Sample, deployment: Deployment) -> None:
    """Makes so what the sample says must be so before; the samples that come first run outside containers."""
    deployment.reset()
    for earlier in sample.before():
        assert deployment.invoke(earlier.function, earlier.event).error is None, earlier.name
    for table, rows in sample.expected.get("rows", {}).items():
        for row in rows:
            deployment.put(table, row)


def function_of(sample: Sample, settings: Settings) -> str:
    """The logical id of the sample's function."""
    function = template.function_of(settings, sample.function)
    assert function is not None
    return function


def check(sample: Sample, answer: Any) -> None:
    """Compares an answer, or what Lambda tells of an error, with what is written beside the sample."""
    expected = sample.expected
    # SAM marks no error of a Python function as one; what tells of it has this key.
    error = answer.get("errorType") if isinstance(answer, dict) else None
    assert error == expected.get("error"), answer
    if error is None:
        assert list(samples.differences(expected["answer"], answer)) == []


@pytest.mark.parametrize("sample", samples.all_samples(), ids=lambda sample: sample.name)
def test_a_sample_event_gets_the_answer_that_is_written_beside_it(
    sample: Sample, deployment: Deployment, warm_functions: Any, platform_settings: Settings
) -> None:
    prepare(sample, deployment)
    event = json.dumps(sample.signed(int(time.time())))
    answer = warm_functions.invoke(FunctionName=function_of(sample, platform_settings), Payload=event)
    with answer["Payload"] as payload:
        check(sample, json.load(payload))


@pytest.mark.parametrize("sample", [Sample(name) for name in INVOKED], ids=lambda sample: sample.name)
def test_a_container_for_one_event_gives_the_same_answer(
    sample: Sample, deployment: Deployment, sam_local: SamLocal, platform_settings: Settings, tmp_path: Path
) -> None:
    prepare(sample, deployment)
    event = tmp_path / "event.json"
    event.write_text(json.dumps(sample.signed(int(time.time()))))
    check(sample, sam_local.invoke(function_of(sample, platform_settings), event))


def test_a_sample_is_invoked_by_name_with_the_data_of_the_platform_that_runs(
    container_engine: None, platform_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.invoke(platform_settings, "restaurants/get_restaurant")
    answer = json.loads(capsys.readouterr().out)
    assert json.loads(answer["body"])["restaurantId"] == AUTOMATIC
