"""Filter patterns let through what Lambda would have let through."""

from typing import Any

import pytest

from operations.patterns import UnknownPatternError, matches

RECORD: dict[str, Any] = {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "EVENT#1"}}}}


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["MODIFY"]}, False),
        ({"missing": ["x"]}, False),
        ({"missing": {"x": ["y"]}}, False),
        ({"missing": [None]}, False),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}, True),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "STATE"}]}}}}, False),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"suffix": "#1"}]}}}}, True),
        ({"eventName": [{"exists": True}], "missing": [{"exists": False}]}, True),
        ({"eventName": [{"exists": False}]}, False),
        ({"eventName": [{"anything-but": ["REMOVE"]}]}, True),
        ({"eventName": [{"anything-but": ["INSERT"]}]}, False),
        ({"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["x"]}}}}, False),
    ],
)
def test_a_record_fits_if_every_part_of_the_pattern_does(pattern: Any, fits: bool) -> None:
    assert matches(pattern, RECORD) is fits


@pytest.mark.parametrize(
    "pattern",
    ["x", {"eventName": "INSERT"}, {"eventName": [{"numeric": [">", 1]}]}, {"eventName": [{"prefix": "I", "x": 1}]}],
)
def test_what_is_not_known_is_refused_rather_than_guessed(pattern: Any) -> None:
    with pytest.raises(UnknownPatternError):
        matches(pattern, RECORD)
