"""Every sample event is handled by its function, on AWS's runtime client, with the answer that stands beside it."""

import time

import pytest

from tests.contract import samples
from tests.contract.deployment import Deployment
from tests.contract.samples import Sample


@pytest.mark.parametrize("sample", samples.all_samples(), ids=lambda sample: sample.name)
def test_a_sample_event_gets_the_answer_that_is_written_beside_it(sample: Sample, deployment: Deployment) -> None:
    deployment.reset()
    for earlier in sample.before():
        answer = deployment.invoke(earlier.function, earlier.event)
        assert answer.error is None, f"{earlier.name}, which comes first: {answer.payload}"
    expected = sample.expected
    for table, rows in expected.get("rows", {}).items():
        for row in rows:
            deployment.put(table, row)
    answer = deployment.invoke(sample.function, sample.signed(int(time.time())))
    if "error" in expected:
        assert answer.error
        assert answer.payload["errorType"] == expected["error"]
    else:
        assert answer.error is None, answer.payload
        assert list(samples.differences(expected["answer"], answer.payload)) == []


def test_every_function_has_a_sample_that_succeeds() -> None:
    refused = {400, 401, 403, 404, 409, 412, 422, 428}
    succeeding = {
        sample.function
        for sample in samples.all_samples()
        if "answer" in (expected := sample.expected)
        and (expected["answer"] or {}).get("statusCode") not in refused
        and not (expected["answer"] or {}).get("batchItemFailures")
    }
    assert succeeding == set(samples.directories())


def test_every_expectation_belongs_to_a_sample() -> None:
    stated = {path.name.removesuffix(".expected.json") for path in samples.FUNCTIONS.glob("*/events/*.expected.json")}
    assert stated == {sample.name.partition("/")[2] for sample in samples.all_samples()}


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": 1}, {"b": 1}, ["/a is missing"]),
        ({"body": {"a": [1]}}, {"body": '{"a": [2]}'}, ["/body/a/0 is 2, not 1"]),
        ({"a": "*"}, {"a": "anything"}, []),
        ([1], [1, 2], ["/ is [1, 2], not [1]"]),
        ({"batchItemFailures": []}, {"batchItemFailures": [{}]}, ["/batchItemFailures is [{}], not []"]),
    ],
)
def test_an_answer_is_compared_as_deep_as_it_goes(expected: object, actual: object, found: list[str]) -> None:
    assert list(samples.differences(expected, actual)) == found
