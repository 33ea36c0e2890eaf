"""Names: how they are compared, sorted, and made into ids. Pure."""

import re
import unicodedata

# A sort key holds 1,024 bytes, a folded character takes four at most, and an id stands behind the name.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
LONGEST_KEY = 200
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
LONGEST_SLUG = 63


def folded(text: str) -> str:
    """The text without what a search does not care about: case, accents, and how much space stands between words.

    Whatever a name begins with, its folded form begins with the folded form of that.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.casefold().split())[:LONGEST_KEY]


def slug(name: str) -> str | None:
    """An id made of the name's letters and digits; None if it has fewer than two that an id may hold."""
    made = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:LONGEST_SLUG].rstrip("-")
    return made if is_slug(made) else None


def is_slug(text: str) -> bool:
    """Whether the text can be the id of anything."""
    return SLUG.fullmatch(text) is not None
