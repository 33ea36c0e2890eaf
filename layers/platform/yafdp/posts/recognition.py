"""The port through which entities are found: what its adapters take and give."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from yafdp.posts.messages import Entities, Language

# What Amazon Comprehend knows nothing of, and our own lexicon does.
OWN_KINDS = ("dishes", "ingredients", "allergens", "cuisines")


class Text(NamedTuple):
    """A text, and its language where the author has said it."""

    content: str
    language: Language | None = None


class Recogniser(Protocol):
    """Finds what texts name."""

    def recognise(self, texts: Sequence[Text]) -> Sequence[Entities | Exception]:
        """For each text what it names, or why that cannot be told now: one text that fails holds up no other."""
        ...


class Together:
    """Two adapters as one: our own kinds as the lexicon has them, everything else as the other says."""

    def __init__(self, general: Recogniser, own: Recogniser) -> None:
        self._general, self._own = general, own

    def recognise(self, texts: Sequence[Text]) -> Sequence[Entities | Exception]:
        """What both find; what fails in either fails."""
        pairs = zip(self._general.recognise(texts), self._own.recognise(texts), strict=True)
        return [_merged(general, own) for general, own in pairs]


def _merged(general: Entities | Exception, own: Entities | Exception) -> Entities | Exception:
    if isinstance(general, Exception):
        return general
    if isinstance(own, Exception):
        return own
    return msgspec.structs.replace(general, **{kind: getattr(own, kind) for kind in OWN_KINDS})
