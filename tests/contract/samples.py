"""The sample events beside the functions, and what each says must come of it.

`functions/<name>/events/<sample>.json` is an event for `sam local invoke`. Beside it, `<sample>.expected.json` holds
either `answer` (what must be in the answer; `"*"` stands for any value) or `error` (the name of the error that leaves
the function), and what must be so before: `after` (samples that have been handled) and `rows` (of a table). A webhook's
signature holds for minutes only, so the one in the file is renewed with the secret in `signed`, where there is one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.settings import ROOT
from yafdp.payments.signature import digest

FUNCTIONS = ROOT / "functions"
_EXPECTED = ".expected.json"


@dataclass(frozen=True)
class Sample:
    """One sample event, by `<function>/<sample>`."""

    name: str

    @property
    def function(self) -> str:
        """The name of the function's directory."""
        return self.name.partition("/")[0]

    @property
    def event(self) -> Any:
        """The event."""
        return self._read(".json")

    def signed(self, at: int) -> Any:
        """The event; signed at this time (Unix seconds) if it is to be."""
        event = self.event
        if secret := self.expected.get("signed"):
            signature = f"t={at},v1={digest(secret, str(at), event['body'].encode())}"
            event["headers"]["Stripe-Signature"] = signature
            event["multiValueHeaders"]["Stripe-Signature"] = [signature]
        return event

    @property
    def expected(self) -> Any:
        """What must come of it."""
        return self._read(_EXPECTED)

    def before(self) -> Iterator["Sample"]:
        """The samples that must have been handled, in their order."""
        for name in self.expected.get("after", []):
            yield from Sample(name).before()
            yield Sample(name)

    def _read(self, ending: str) -> Any:
        function, _, sample = self.name.partition("/")
        return json.loads((FUNCTIONS / function / "events" / f"{sample}{ending}").read_text())


def directories() -> list[str]:
    """The names of all function directories."""
    return sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


def all_samples() -> list[Sample]:
    """Every sample of every function."""
    paths = sorted(FUNCTIONS.glob("*/events/*.json"))
    return [Sample(f"{path.parts[-3]}/{path.stem}") for path in paths if not path.name.endswith(_EXPECTED)]


def differences(expected: Any, actual: Any, at: str = "") -> Iterator[str]:
    """Where an answer does not hold what is expected of it. JSON in a text is looked into."""
    if expected == "*":
        return
    if isinstance(actual, str) and isinstance(expected, dict | list):
        actual = json.loads(actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        yield from (f"{at}/{key} is missing" for key in expected.keys() - actual.keys())
        for key in expected.keys() & actual.keys():
            yield from differences(expected[key], actual[key], f"{at}/{key}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, element in enumerate(expected):
            yield from differences(element, actual[index], f"{at}/{index}")
    elif expected != actual:
        yield f"{at or '/'} is {actual!r}, not {expected!r}"
