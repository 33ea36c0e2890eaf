"""The local recogniser: measured on posts that people labelled, and its rules one by one."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.shown import Show
from yafdp.posts.gazetteer import Gazetteer
from yafdp.posts.lexicon import FILES, lexicon
from yafdp.posts.messages import LARGEST_BODY, Entities
from yafdp.posts.recognition import OWN_KINDS, Text

LABELLED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "labelled.json").read_text())
KINDS = [field.name for field in msgspec.structs.fields(Entities)]
# Of all finds, and of all labels. What it gets wrong is printed; see the last paragraph of the decision about it.
LEAST_PRECISION, LEAST_RECALL = 0.93, 0.90


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


def found(gazetteer: Gazetteer, text: str) -> dict[str, list[str]]:
    """The kinds of which something was found."""
    entities = msgspec.to_builtins(gazetteer.find(text))
    return {kind: list(names) for kind, names in entities.items()}


def test_precision_and_recall_on_the_labelled_posts(gazetteer: Gazetteer, show: Show) -> None:
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    mistakes = []
    for post in LABELLED:
        labels = {(kind, name) for kind in KINDS for name in post.get(kind, [])}
        finds = {(kind, name) for kind, names in found(gazetteer, post["text"]).items() for name in names}
        right.update(kind for kind, _ in labels & finds)
        wrong.update(kind for kind, _ in finds - labels)
        missed.update(kind for kind, _ in labels - finds)
        mistakes += [f"  wrong  {pair} in {post['text'][:60]!r}" for pair in sorted(finds - labels)]
        mistakes += [f"  missed {pair} in {post['text'][:60]!r}" for pair in sorted(labels - finds)]
    precision, recall = _rates(right.total(), wrong.total(), missed.total())
    show(f"{len(LABELLED)} posts; precision {precision:.3f}, recall {recall:.3f}")
    for kind in [kind for kind in KINDS if right[kind] + wrong[kind] + missed[kind]]:
        rates = _rates(right[kind], wrong[kind], missed[kind])
        show(f"  {kind:<13} precision {rates[0]:.3f}  recall {rates[1]:.3f}  of {right[kind] + missed[kind]}")
    show("\n".join(mistakes))
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


def _rates(right: int, wrong: int, missed: int) -> tuple[float, float]:
    return right / max(1, right + wrong), right / max(1, right + missed)


def test_the_labelled_posts_are_many_and_name_only_kinds_that_exist() -> None:
    assert len(LABELLED) >= 60
    assert {key for post in LABELLED for key in post} <= {*KINDS, "text", "_"}
    assert len({post["text"] for post in LABELLED}) == len(LABELLED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LASAGNE", {"dishes": ["lasagne"]}),
        ("creme brulee", {"dishes": ["crème brûlée"]}),
        ("bœuf bourguignon", {"dishes": ["boeuf bourguignon"]}),
        ("two pizzas, three burritos", {"dishes": ["pizza", "burrito"]}),
        ("pizza, pizza and pizza", {"dishes": ["pizza"]}),
        ("pizza margherita", {"dishes": ["pizza margherita"]}),
        ("peanut butter", {"allergens": ["peanuts"]}),
        ("coconut milk", {"ingredients": ["coconut milk"]}),
        ("spring, rolls", {}),
        ("ice\ncream", {"allergens": ["milk"]}),
    ],
)
def test_names_are_found_whatever_their_case_accents_and_plural_and_the_longest_counts(
    gazetteer: Gazetteer, text: str, expected: dict[str, list[str]]
) -> None:
    assert found(gazetteer, text) == expected


@pytest.mark.parametrize(
    "text",
    ["without nuts", "no added milk", "ohne Nüsse und Milch", "nut-free, dairy free", "sans gluten ni lait", "卵なし"],
)
def test_what_is_said_not_to_be_in_there_is_not_in_there(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text) == {}


def test_absence_ends_with_its_list(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "Without nuts or soy, but with milk") == {"allergens": ["milk"]}
    assert found(gazetteer, "No nuts. Milk.") == {"allergens": ["milk"]}
    assert found(gazetteer, "No idea why. Nuts!") == {"allergens": ["nuts"]}


@pytest.mark.parametrize("text", ["nice", "Nice", "a cork", "essen", "berlin"])
def test_a_word_that_is_also_a_place_needs_a_capital_and_a_hint(gazetteer: Gazetteer, text: str) -> None:
    assert "locations" not in found(gazetteer, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500g", ["500g"]),
        ("1,5 kg and 2\u20133 cups", ["1,5 kg", "2\u20133 cups"]),
        ("½ cup, 1/2 tsp", ["½ cup", "1/2 tsp"]),
        ("180 °C for 20 minutes", ["180 °C", "20 minutes"]),
        ("route 66, 5 guys, 3 gold medals, 1.2.2026", []),
    ],
)
def test_quantities_are_measured_amounts_as_they_were_written(
    gazetteer: Gazetteer, text: str, expected: list[str]
) -> None:
    assert found(gazetteer, text).get("quantities", []) == expected


def test_a_text_as_large_as_a_body_may_be_is_read_to_its_end(gazetteer: Gazetteer, show: Show) -> None:
    assert found(gazetteer, "a " * 10_000 + "ramen") == {"dishes": ["ramen"]}
    posts = [str(post["text"]) for post in LABELLED]
    large = ("\n".join(posts) * 10).encode()[:LARGEST_BODY].decode(errors="ignore")
    lexicon.cache_clear()
    took = {}
    works: dict[str, Callable[[], object]] = {
        "reading the lexicon": lexicon,
        "a short post (mean)": lambda: [gazetteer.find(text) for text in posts],
        "20 KB": lambda: gazetteer.find(large),
    }
    for name, work in works.items():
        started = time.perf_counter()
        work()
        took[name] = (time.perf_counter() - started) * 1000
    took["a short post (mean)"] /= len(posts)
    names = sum(map(len, lexicon().entries.values()))
    show(f"{names} names; " + ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in took.items()))


def test_the_port_s_answers_stand_in_the_order_of_its_texts(gazetteer: Gazetteer) -> None:
    one, other = gazetteer.recognise([Text("ramen"), Text("pizza")])
    assert (one, other) == (Entities(dishes=("ramen",)), Entities(dishes=("pizza",)))


def test_a_name_in_the_lexicon_stands_for_one_thing() -> None:
    meanings: dict[tuple[tuple[str, ...], bool], set[tuple[str, str]]] = {}
    for entry in (entry for of_word in lexicon().entries.values() for entry in of_word):
        assert entry.words
        meanings.setdefault((entry.words, entry.cued), set()).add((entry.kind, entry.name))
    assert {words: found for words, found in meanings.items() if len(found) > 1} == {}


def test_the_fourteen_allergens_are_there_and_each_file_is_a_kind() -> None:
    entries = [entry for of_word in lexicon().entries.values() for entry in of_word]
    assert len({entry.name for entry in entries if entry.kind == "allergens"}) == 14
    assert {*OWN_KINDS, "locations"} == {entry.kind for entry in entries}
    assert len(FILES) == 5
