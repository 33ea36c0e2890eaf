"""Revisions: what an editor has read must be what the edit replaces (RFC 9110: ETag, If-Match; RFC 6585: 428)."""

import re
from typing import NamedTuple

from yafdp.kernel.errors import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'(?P<weak>W/)?"(?P<revision>[^"]*)"')


class Revised[T](NamedTuple):
    """A thing and the name of its revision, which every edit changes and which never comes back."""

    content: T
    revision: str


def etag(revision: str) -> str:
    """The revision as an entity tag."""
    return f'"{revision}"'


def require_match(if_match: str | None, revision: str) -> None:
    """Pass only an editor who names the present revision.

    Raises PreconditionRequired for one who names none (`*` names none: it would overwrite whatever is there), and
    PreconditionFailed for one who has read another.
    """
    if if_match is None or if_match.strip() in {"", "*"}:
        raise PreconditionRequired("Send If-Match with the ETag of the version that you have read.")
    # A weak tag never matches in If-Match (RFC 9110, 13.1.1).
    if revision not in [tag["revision"] for tag in _TAG.finditer(if_match) if not tag["weak"]]:
        raise PreconditionFailed("Somebody has changed it since you read it. Read it again and decide again.")
