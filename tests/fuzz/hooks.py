"""What Schemathesis need not try, because no API ever gets to see it."""

import re
from typing import Any

import schemathesis

# RFC 9110, 5.5. Anything else is no HTTP, and the server refuses it in its own words.
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@schemathesis.hook
def filter_headers(_context: schemathesis.HookContext, headers: dict[str, Any] | None) -> bool:
    """Whether these headers can be sent over HTTP at all."""
    return all(_VALUE.fullmatch(str(value)) for value in (headers or {}).values())
