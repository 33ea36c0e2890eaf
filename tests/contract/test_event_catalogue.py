"""docs/events.md says who tells what and who listens, and says it of this very template."""

import pytest

from local import catalogue
from local.settings import ROOT
from local.template import resources
from tests.contract import infrastructure as infra


def test_the_catalogue_page_is_up_to_date() -> None:
    assert (ROOT / catalogue.PAGE).read_text() == catalogue.page(), "run `python -m local.catalogue`"


def test_every_rule_is_in_the_catalogue_with_a_function_behind_it() -> None:
    template = infra.TEMPLATE
    listening = catalogue.consumers(template)
    rules = {name for name, rule in resources(template, "AWS::Events::Rule").items() if "EventPattern" in rule}
    assert {consumer.rule for consumer in listening} == rules
    assert [consumer.rule for consumer in listening if not consumer.functions] == []


def test_every_rule_hears_at_least_one_known_event() -> None:
    told = catalogue.events()
    for consumer in catalogue.consumers(infra.TEMPLATE):
        heard = [event.name for event in told if consumer.hears(event.source, event.name)]
        assert heard, f"{consumer.rule} waits for events that nobody tells"


def test_every_event_type_that_a_rule_names_is_told_by_its_source() -> None:
    told = {(event.source, event.name) for event in catalogue.events()}
    for consumer in catalogue.consumers(infra.TEMPLATE):
        named = [kind for kind in consumer.pattern.get("detail-type", []) if isinstance(kind, str)]
        for name in named:
            assert any((source, name) in told for source in consumer.pattern["source"]), f"{consumer.rule}: {name}"


@pytest.mark.parametrize(
    ("pattern", "heard"),
    [
        ({"source": ["yafdp.a"], "detail-type": ["Done"]}, True),
        ({"source": ["yafdp.b"]}, False),
        ({"detail-type": [{"prefix": "Do"}]}, True),
        ({"detail-type": [{"prefix": "Un"}]}, False),
        ({"detail-type": [{"anything-but": "Done"}]}, False),
        ({"detail-type": [{"anything-but": ["Undone"]}]}, True),
    ],
)
def test_a_pattern_hears_what_event_bridge_would_let_it_hear(pattern: dict[str, list[object]], heard: bool) -> None:
    consumer = catalogue.Consumer("Rule", "Bus", pattern, "Queue", ("Function",))
    assert consumer.hears("yafdp.a", "Done") is heard


def test_a_filter_that_the_catalogue_cannot_explain_is_an_error() -> None:
    consumer = catalogue.Consumer("Rule", "Bus", {"detail-type": [{"suffix": "ne"}]}, "Queue", ("Function",))
    with pytest.raises(ValueError, match="suffix"):
        consumer.hears("yafdp.a", "Done")
