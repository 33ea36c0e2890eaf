"""`sam local invoke` takes every sample event and answers as is written beside the event."""

import pytest

from local.sam_local import template
from local.sam_local.runner import SamLocal
from local.settings import Settings
from tests.contract import samples
from tests.contract.deployment import Deployment
from tests.contract.samples import FUNCTIONS, Sample


def prepare(sample: Sample, deployment: Deployment) -> None:
    """Makes so what the sample says must be so before; the samples that come first run outside containers."""
    deployment.reset()
    for earlier in sample.before():
        assert deployment.invoke(earlier.function, earlier.event).error is None, earlier.name
    for table, rows in sample.expected.get("rows", {}).items():
        for row in rows:
            deployment.put(table, row)


@pytest.mark.parametrize("sample", samples.all_samples(), ids=lambda sample: sample.name)
def test_a_sample_event_gets_the_answer_that_is_written_beside_it(
    sample: Sample, deployment: Deployment, sam_local: SamLocal, platform_settings: Settings
) -> None:
    prepare(sample, deployment)
    function = template.function_of(platform_settings, sample.function)
    assert function is not None
    name = sample.name.rpartition("/")[2]

    answer = sam_local.invoke(function, FUNCTIONS / sample.function / "events" / f"{name}.json")

    expected = sample.expected
    if "error" in expected:
        assert answer["errorType"] == expected["error"]
    else:
        assert list(samples.differences(expected["answer"], answer)) == []
