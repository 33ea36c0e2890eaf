"""Amazon Comprehend's stand-in has the service's shape: what it finds, what it refuses, and who may ask."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.emulator import Emulator


@pytest.fixture
def comprehend(bridged: Emulator) -> Any:
    return bridged.client("comprehend")


def test_entities_come_with_their_kind_place_and_confidence(comprehend: Any) -> None:
    text = "We met Anna Schmidt in Berlin."
    found = comprehend.detect_entities(Text=text, LanguageCode="en")["Entities"]
    assert [(entity["Type"], text[entity["BeginOffset"] : entity["EndOffset"]]) for entity in found] == [
        ("PERSON", "Anna Schmidt"),
        ("LOCATION", "Berlin"),
    ]
    assert all(entity["Score"] > 0.9 for entity in found)


def test_a_guess_has_little_confidence(comprehend: Any) -> None:
    (guess,) = comprehend.detect_entities(Text="we had some Whatever", LanguageCode="en")["Entities"]
    assert (guess["Type"], guess["Score"] < 0.5) == ("OTHER", True)


def test_a_batch_answers_by_the_places_of_its_texts(comprehend: Any) -> None:
    answer = comprehend.batch_detect_entities(TextList=["Paris", "nothing", "Rome"], LanguageCode="en")
    found = {result["Index"]: [entity["Text"] for entity in result["Entities"]] for result in answer["ResultList"]}
    assert (found, answer["ErrorList"]) == ({0: ["Paris"], 1: [], 2: ["Rome"]}, [])


def test_languages_are_told_apart(comprehend: Any) -> None:
    texts = [
        "It was the best soup of the town",
        "Die Suppe war nicht gut und wir",
        "la soupe était avec du pain",
        "寿司を",
    ]
    answer = comprehend.batch_detect_dominant_language(TextList=texts)
    assert [result["Languages"][0]["LanguageCode"] for result in answer["ResultList"]] == ["en", "de", "fr", "ja"]


@pytest.mark.parametrize(
    ("operation", "request_", "error"),
    [
        ("batch_detect_entities", {"TextList": ["a"] * 26, "LanguageCode": "en"}, "BatchSizeLimitExceededException"),
        ("batch_detect_entities", {"TextList": ["é" * 2501], "LanguageCode": "en"}, "TextSizeLimitExceededException"),
        ("detect_entities", {"Text": "a" * 100_001, "LanguageCode": "en"}, "TextSizeLimitExceededException"),
        ("detect_entities", {"Text": "a", "LanguageCode": "nl"}, "UnsupportedLanguageException"),
        ("detect_key_phrases", {"Text": "a", "LanguageCode": "en"}, "UnknownOperationException"),
    ],
)
def test_what_the_service_refuses_is_refused_by_name(
    comprehend: Any, operation: str, request_: dict[str, Any], error: str
) -> None:
    with pytest.raises(ClientError, match=error):
        getattr(comprehend, operation)(**request_)


def test_upstream_still_has_no_comprehend(bare: Emulator) -> None:
    """If this fails, upstream has it: then look whether local/emulator/comprehend.py is still needed."""
    with pytest.raises(ClientError):
        bare.client("comprehend").detect_entities(Text="Berlin", LanguageCode="en")
