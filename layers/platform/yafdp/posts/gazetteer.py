"""The recogniser of our own field: finds what its lexicon knows, without a network and always the same. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from yafdp.posts.lexicon import Entry, Lexicon, Token, lexicon, tokens
from yafdp.posts.messages import Entities
from yafdp.posts.recognition import Text

_NUMBER = r"(?:\d+(?:[.,]\d+)?(?:\s?[-\u2013]\s?\d+(?:[.,]\d+)?)?\s?[½¼¾⅓⅔]?|\d+/\d+|[½¼¾⅓⅔])"
_UNIT = (
    r"(?:kg|mg|g|ml|cl|dl|l|oz|lbs?|°\s?[CF]|kcal|tbsp|tsp|EL|TL|%"
    r"|grams?|gramm|grammes?|gramos|grammi|gramas|kilos?|kilogram(?:me)?s?|lit(?:er|re)s?|litros?|litri|grad|degrees"
    r"|cups?|tazas?|tasses?|tazze|xícaras?|(?:table|tea)spoons?|esslöffel|teelöffel|cuillères?|cucharadas?|cucchiai"
    r"|pinch(?:es)?|prisen?|pincée|slices?|scheiben?|tranches?|cloves?|zehen?|gousses?|spicchi"
    r"|pounds?|ounces?|minutes?|minuten|minutos|minuti|mins?|hours?|stunden?|heures?|horas?|ore)"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,/]){_NUMBER}\s?{_UNIT}(?!\w)|\d+\s?(?:グラム|分|時間|그램|분|\u0433|кг|мл|минут)", re.IGNORECASE
)

# Before a food: it is not in there. Between foods: what was said of the one holds for the next.
_ABSENT = {
    "without", "no", "not", "ohne", "kein", "keine", "keinen", "keinerlei", "sans", "senza", "sin", "sem", "zero",
    "без", "zonder", "utan", "uden",
}  # fmt: skip
_FREE = re.compile(r"[\s-]*(?:free\b|frei\b|なし|抜き|없이)", re.IGNORECASE)
_FILLER = {"any", "added", "de", "d", "und", "and", "or", "oder", "et", "ou", "ni", "y", "o", "e", "и", "или", "noch"}
# Before a place whose name is also a word.
_CUES = {
    "in", "from", "near", "at", "to", "visit", "aus", "bei", "nach", "um", "a", "de", "du", "en", "vers", "da", "di",
    "em", "desde", "of", "around", "outside", "в", "из",
}  # fmt: skip
_TITLES = {
    "chef", "mr", "mrs", "ms", "dr", "frau", "herr", "herrn", "koch", "kochin", "monsieur", "madame", "mme", "signora",
    "signor", "nonna", "senor", "senora", "dona", "don", "abuela", "oma", "tante", "uncle", "aunt", "oncle", "grandma",
}  # fmt: skip
_VENUES = {
    "restaurant", "ristorante", "trattoria", "osteria", "pizzeria", "cafe", "caffe", "bistro", "brasserie", "bar",
    "gasthaus", "gasthof", "wirtshaus", "taverna", "tavern", "taqueria", "cantina", "bodega", "boulangerie",
    "patisserie", "backerei", "konditorei", "chez", "casa", "izakaya", "gelateria", "panificio", "tasca",
    "churrascaria",
}  # fmt: skip
_VENUES_BEHIND = {
    "bakery", "diner", "kitchen", "grill", "tavern", "bistro", "cafe", "restaurant", "brewery", "steakhouse", "gmbh",
    "ltd", "inc", "deli", "brasserie", "backerei", "winery", "roasters", "market",
}  # fmt: skip
_PARTICLES = {"da", "di", "de", "del", "della", "la", "le", "les", "des", "du", "zur", "zum", "am", "im", "von", "van",
              "el", "al", "l", "d", "the", "and", "dos"}  # fmt: skip
_FOODS = {"ingredients", "allergens"}
LONGEST_NAME = 4  # words of a person's or a house's name


class Span(NamedTuple):
    """Something found: its words (from, to), what it is, and what it is called."""

    first: int
    last: int
    kind: str
    name: str


class Gazetteer:
    """The local adapter of the recognition port."""

    def __init__(self, known: Lexicon | None = None) -> None:
        self._known = known or lexicon()

    def recognise(self, texts: Sequence[Text]) -> list[Entities | Exception]:
        """What each of the texts names; it never fails."""
        return [self.find(text.content) for text in texts]

    def find(self, text: str) -> Entities:
        """What the text names. Where two names overlap, the longer counts, then the earlier."""
        words = tokens(text)
        candidates = [*self._listed(words, text), *_quantities(words, text), *self._persons(words, text)]
        candidates += _venues(words, text)
        kept = _apart(candidates)
        absent = set(_absent(kept, words, text))
        found: dict[str, list[str]] = {}
        for span in kept:
            names = found.setdefault(span.kind, [])
            if span not in absent and span.name not in names:
                names.append(span.name)
        return Entities(**{kind: tuple(names) for kind, names in found.items()})

    def _listed(self, words: list[Token], text: str) -> Iterator[Span]:
        for index in range(len(words)):
            entry = next((entry for entry in self._starting(words[index]) if _fits(entry, words, index, text)), None)
            if entry:
                yield Span(index, index + len(entry.words), entry.kind, entry.name)

    def _starting(self, word: Token) -> list[Entry]:
        known = self._known.entries
        return sorted(
            known.get(word.folded, []) + (known.get(_singular(word.folded), []) if word.folded not in known else []),
            # What asks for the most around it says the most: "in Turkey" is no bird.
            key=lambda entry: (-len(entry.words), not entry.cued),
        )

    def _persons(self, words: list[Token], text: str) -> Iterator[Span]:
        for index, word in enumerate(words):
            titled = index > 0 and words[index - 1].folded in _TITLES and _adjoining(words, index - 1, text)
            if word.capital and (titled or word.folded in self._known.given_names):
                last = _name_end(words, index, text)
                yield Span(index, last, "persons", text[word.start : words[last - 1].end])


def _fits(entry: Entry, words: list[Token], index: int, text: str) -> bool:
    """Whether the entry's words stand here, as it asks them to."""
    here = words[index : index + len(entry.words)]
    if len(here) < len(entry.words) or any(map(_differ, entry.words, here)):
        return False
    if any(not _adjoining(words, position, text) for position in range(index, index + len(here) - 1)):
        return False
    if entry.kind == "locations" and entry.capital and not here[0].capital:
        return False
    return not entry.cued or (index > 0 and words[index - 1].folded in _CUES)


def _differ(word: str, token: Token) -> bool:
    return word not in {token.folded, _singular(token.folded)}


def _singular(word: str) -> str:
    """Without a plural's s; German plurals and others stand in the lexicon."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _adjoining(words: list[Token], index: int, text: str) -> bool:
    """Whether nothing that ends a phrase stands between this word and the next."""
    between = text[words[index].end : words[index + 1].start]
    return len(between) <= 3 and not set(between) & set(".,;:!?()\n/")


def _name_end(words: list[Token], index: int, text: str) -> int:
    """Where a name that begins here ends: as many capitalised words as follow, particles between them."""
    last = position = index + 1
    while position < min(len(words), index + LONGEST_NAME) and _adjoining(words, position - 1, text):
        if words[position].capital:
            last = position + 1
        elif words[position].folded not in _PARTICLES:
            break
        position += 1
    return last


def _venues(words: list[Token], text: str) -> Iterator[Span]:
    """Houses: a word like Trattoria with the name behind it, or a name with a word like Bakery behind that."""
    for index, word in enumerate(words):
        if not word.capital:
            continue
        last = _name_end(words, index, text)
        is_house = word.folded in _VENUES or words[last - 1].folded in _VENUES_BEHIND
        if is_house and last > index + 1:
            yield Span(index, last, "organisations", text[word.start : words[last - 1].end])


def _quantities(words: list[Token], text: str) -> Iterator[Span]:
    starts, ends = [word.start for word in words], [word.end for word in words]
    for match in _QUANTITY.finditer(text):
        first, last = bisect_right(ends, match.start()), bisect_left(starts, match.end())
        if first < last:
            yield Span(first, last, "quantities", " ".join(match[0].split()))


def _apart(candidates: list[Span]) -> list[Span]:
    """Those that do not overlap, by the longest, in the order of the text."""
    taken: set[int] = set()
    kept = []
    for span in sorted(candidates, key=lambda span: (span.first - span.last, span.first)):
        place = set(range(span.first, span.last))
        if not place & taken:
            taken |= place
            kept.append(span)
    return sorted(kept)


def _absent(spans: list[Span], words: list[Token], text: str) -> Iterator[Span]:
    """The foods that the text says are not in there: after "without" and on through its list, or before "free"."""
    listed = 0  # the word behind the last food of a list of absent ones
    for span in spans:
        if span.kind not in _FOODS:
            continue
        first = span.first
        while first > listed and words[first - 1].folded in _FILLER:
            first -= 1
        said = first > 0 and (first == listed or words[first - 1].folded in _ABSENT)
        if said and not set(text[words[first - 1].end : words[span.first].start]) & set(".;:!?\n"):
            listed = span.last
            yield span
        elif _FREE.match(text, words[span.last - 1].end):
            yield span
