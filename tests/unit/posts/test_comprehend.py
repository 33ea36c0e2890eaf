"""Amazon Comprehend's adapter: texts go together where they may, and what fails fails by itself."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from yafdp.kernel.errors import Unavailable
from yafdp.posts import comprehend
from yafdp.posts.comprehend import Comprehend
from yafdp.posts.gazetteer import Gazetteer
from yafdp.posts.messages import Entities, Language
from yafdp.posts.recognition import Recogniser, Text, Together

EN, DE = Language.EN, Language.DE


def entity(kind: str, text: str, score: float = 0.99, begin: int = 0) -> dict[str, Any]:
    return {"Type": kind, "Text": text, "Score": score, "BeginOffset": begin, "EndOffset": begin + len(text)}


class Service:
    """Comprehend: answers each text with itself as a place; fails as a test wants."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.failures: dict[str, Exception] = {}
        self.item_errors: set[str] = set()
        self.languages = {"": "en"}
        self.found: list[dict[str, Any]] | None = None

    def _call(self, name: str, *arguments: Any) -> None:
        self.calls.append((name, *arguments))
        if name in self.failures:
            raise self.failures.pop(name)

    def batch_detect_entities(self, TextList: list[str], LanguageCode: str) -> Any:  # noqa: N803
        self._call("batch", len(TextList), LanguageCode)
        results = [
            {"Index": index, "Entities": self._entities(text)}
            for index, text in enumerate(TextList)
            if text not in self.item_errors
        ]
        return {"ResultList": results[::-1], "ErrorList": self._errors(TextList)}

    def detect_entities(self, Text: str, LanguageCode: str) -> Any:  # noqa: N803
        self._call("single", len(Text), LanguageCode)
        return {"Entities": self._entities(Text)}

    def batch_detect_dominant_language(self, TextList: list[str]) -> Any:  # noqa: N803
        self._call("language", max(map(len, TextList)))
        results = [
            {"Index": index, "Languages": [{"LanguageCode": "xx", "Score": 0.1}, {"LanguageCode": code, "Score": 0.8}]}
            for index, text in enumerate(TextList)
            if text not in self.item_errors
            for code in [self.languages.get(text, "en")]
        ]
        return {"ResultList": results, "ErrorList": self._errors(TextList)}

    def _entities(self, text: str) -> list[dict[str, Any]]:
        return self.found if self.found is not None else [entity("LOCATION", text[:10])]

    def _errors(self, texts: list[str]) -> list[dict[str, Any]]:
        return [
            {"Index": index, "ErrorCode": "INTERNAL_SERVER_ERROR", "ErrorMessage": "no"}
            for index, text in enumerate(texts)
            if text in self.item_errors
        ]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr(comprehend, "client", lambda *_, **__: made)
    return made


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "BatchDetectEntities")


def places(*texts: Text) -> list[Any]:
    """Each text's places, or its failure."""
    outcomes = Comprehend().recognise(texts)
    return [outcome.locations if isinstance(outcome, Entities) else outcome for outcome in outcomes]


def test_texts_of_a_language_go_together_and_their_answers_back_to_where_they_belong(service: Service) -> None:
    assert places(Text("a", EN), Text("b", DE), Text("c", EN)) == [("a",), ("b",), ("c",)]
    assert service.calls == [("batch", 2, "en"), ("batch", 1, "de")]


def test_a_call_takes_twenty_five(service: Service) -> None:
    assert len(places(*[Text(str(number), EN) for number in range(60)])) == 60
    assert [call[1] for call in service.calls] == [25, 25, 10]


def test_a_text_that_is_too_large_for_a_batch_goes_alone(service: Service) -> None:
    long = "é" * 2_501
    assert places(Text("a", EN), Text(long, EN), Text("b", EN)) == [("a",), (long[:10],), ("b",)]
    assert service.calls == [("batch", 2, "en"), ("single", 2_501, "en")]


def test_a_language_that_nobody_has_said_is_guessed_from_the_first_300_characters(service: Service) -> None:
    service.languages = {"ciao": "it"}
    places(Text("ciao"), Text("x" * 4_000), Text("said", EN))
    assert service.calls == [("language", 300), ("batch", 2, "en"), ("batch", 1, "it")]


def test_a_language_that_it_does_not_know_has_nothing_for_good(service: Service) -> None:
    service.languages = {"hej": "sv"}
    assert places(Text("hej"), Text("a", EN)) == [(), ("a",)]
    service.failures = {"batch": refused("UnsupportedLanguageException")}
    assert places(Text("a", EN)) == [()]


def test_kinds_are_ours_each_name_once_and_guesses_are_left_out(service: Service) -> None:
    service.found = [
        entity("PERSON", "Anna", begin=20),
        entity("ORGANIZATION", "Bistro", begin=5),
        entity("PERSON", "Otto", begin=1),
        entity("PERSON", "Anna", begin=40),
        entity("OTHER", "Perhaps", score=0.69, begin=9),
        entity("COMMERCIAL_ITEM", "Nutella"),
        entity("SOMETHING_NEW", "x"),
    ]
    (found,) = Comprehend().recognise([Text("t", EN)])
    assert found == Entities(persons=("Otto", "Anna"), organisations=("Bistro",), products=("Nutella",))


@pytest.mark.parametrize(
    "failure",
    [refused("ThrottlingException"), refused("InternalServerException"), ReadTimeoutError(endpoint_url="c")],
    ids=["throttled", "internal", "no answer"],
)
def test_a_call_that_fails_fails_its_texts_and_no_others(service: Service, failure: Exception) -> None:
    service.failures = {"batch": failure}
    first, second = places(Text("a", EN), Text("b", DE))
    assert isinstance(first, Unavailable)
    assert second == ("b",)
    service.failures = {"language": failure}
    first, second = places(Text("a"), Text("b", DE))
    assert isinstance(first, Unavailable)
    assert second == ("b",)
    service.failures = {"single": failure}
    (alone,) = places(Text("x" * 6_000, EN))
    assert isinstance(alone, Unavailable)


def test_a_batch_that_is_answered_may_fail_for_some(service: Service) -> None:
    service.item_errors = {"b"}
    first, second, third = places(Text("a", EN), Text("b", EN), Text("c", EN))
    assert (first, third) == (("a",), ("c",))
    assert isinstance(second, Unavailable)
    first, second = places(Text("b"), Text("c"))
    assert isinstance(first, Unavailable)
    assert second == ("c",)


class Broken:
    """Fails for every text."""

    def recognise(self, texts: Any) -> list[Exception]:
        return [Unavailable("no") for _ in texts]


def test_together_our_own_kinds_come_from_the_lexicon_and_the_rest_from_the_cloud(service: Service) -> None:
    service.found = [entity("PERSON", "Basil"), entity("QUANTITY", "two", begin=9)]
    (found,) = Together(Comprehend(), Gazetteer()).recognise([Text("Basil ate two pizzas in Naples", EN)])
    assert found == Entities(persons=("Basil",), quantities=("two",), dishes=("pizza",), ingredients=("basil",))


@pytest.mark.parametrize("pair", [(Broken(), Gazetteer()), (Gazetteer(), Broken())])
def test_together_what_fails_in_either_fails(pair: tuple[Recogniser, Recogniser]) -> None:
    (outcome,) = Together(*pair).recognise([Text("t")])
    assert isinstance(outcome, Unavailable)
