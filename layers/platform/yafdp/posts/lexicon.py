"""The words that the local recogniser knows: files beside this module, one a line: `name: what it is called, …`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

# Scripts that put no space between words are read character by character: kana, Han, Hangul.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
FILES = ("dishes", "ingredients", "allergens", "cuisines", "places")
_KINDS = {"places": "locations"}


class Token(NamedTuple):
    """A word of the text: where it stands, and as it is compared."""

    start: int
    end: int
    folded: str
    capital: bool


class Entry(NamedTuple):
    """A known name: its folded words, what it stands for, and what a text must have around it."""

    words: tuple[str, ...]
    kind: str
    name: str
    capital: bool = False
    cued: bool = False


class Lexicon(NamedTuple):
    """Every entry by its first word, the longest first; and the given names of persons."""

    entries: dict[str, list[Entry]]
    given_names: frozenset[str]


def folded(text: str) -> str:
    """The text without case and accents; ligatures and full-width forms as their plain letters."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    return [
        Token(match.start(), match.end(), folded(match[0]), match[0][0].isupper()) for match in _TOKEN.finditer(text)
    ]


@cache
def lexicon() -> Lexicon:
    """What the files say, read once per sandbox."""
    found: dict[str, list[Entry]] = {}
    for entry in (entry for name in FILES for entry in _entries(name)):
        found.setdefault(entry.words[0], []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry.words))
    return Lexicon(found, frozenset(folded(name) for line in _lines("names") for name in line.split()))


def _entries(file: str) -> Iterator[Entry]:
    kind = _KINDS.get(file, file)
    for line in _lines(file):
        name, _, aliases = line.partition(": ")
        for alias in aliases.split(", "):
            words = tuple(token.folded for token in tokens(alias))
            yield Entry(words, kind, name, capital=alias.lstrip("?")[0].isupper(), cued=alias.startswith("?"))


def _lines(file: str) -> Iterator[str]:
    text = (files(__package__) / "lexicon" / f"{file}.txt").read_text("utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
