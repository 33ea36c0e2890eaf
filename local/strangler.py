"""The take-over of the old system's coupons as three steps: `python -m local.strangler` writes the diff of each into
docs/strangler.md.

A step only ever adds. So each is undone here, from the last to the first, on the template and the contract as they are:
what the page shows is what a team would have deployed, and a test can serve the contract as it was before a step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.settings import ROOT

PAGE = Path("docs/strangler.md")
TEMPLATE, CONTRACT = "template.yaml", "api/openapi.yaml"
FIRST, BESIDE, LAST = STEPS = (1, 2, 3)
# The code that the second step brings.
NEW_CODE = ("layers/platform/yafdp/coupons", "functions/coupons", "functions/coupon_import")
_OPENING, _CLOSING = "<!-- step {} -->", "<!-- end of step {} -->"

type Lines = list[str]
type Find = Callable[[Lines], list[range]]


@dataclass(frozen=True)
class Addition:
    """Lines that a step puts into a file, and the part of it (`Resources`, `paths` …) in which they stand."""

    path: str
    part: str
    lines: tuple[str, ...]


def before(step: int) -> dict[str, str]:
    """Template and contract as they were before this step: it and all later ones undone."""
    return _undone(step)[0]


def diff(step: int) -> str:
    """What a step adds, as a diff without line numbers: those would change with every other change."""
    lines, path, part = ["```diff"], "", ""
    for addition in _undone(step)[1]:
        if addition.path != path:
            path, part = addition.path, ""
            lines += [f"--- a/{path}", f"+++ b/{path}"]
        if addition.part != part:
            part = addition.part
            lines += [f"@@ {part} @@"]
        lines += [f"+{line}" for line in addition.lines]
    if step == BESIDE:
        lines += [f"+++ b/{path.relative_to(ROOT)}" for new in NEW_CODE for path in sorted((ROOT / new).glob("*.py"))]
    return "\n".join([*lines, "```"])


def page(text: str) -> str:
    """The page with the diffs of today between its marks. Raises ValueError when a mark is missing."""
    for step in STEPS:
        opening, closing = _OPENING.format(step), _CLOSING.format(step)
        head, found, rest = text.partition(opening)
        _, closed, tail = rest.partition(closing)
        if not (found and closed):
            raise ValueError(f"{PAGE} has no place for step {step}")
        text = f"{head}{opening}\n{diff(step)}\n{closing}{tail}"
    return text


def _undone(step: int) -> tuple[dict[str, str], list[Addition]]:
    """The files without this step and those after it, and what this step had added."""
    texts = {path: (ROOT / path).read_text() for path in (TEMPLATE, CONTRACT)}
    additions: list[Addition] = []
    for later in reversed(STEPS[step - 1 :]):
        additions = []
        for path, finders in _ADDED[later].items():
            lines = texts[path].splitlines()
            for find in finders:
                found = find(lines)
                additions += [Addition(path, _part(lines, place.start), _trimmed(lines, place)) for place in found]
                gone = {number for place in found for number in place}
                lines = [line for number, line in enumerate(lines) if number not in gone]
            texts[path] = "\n".join([*lines, ""])
    return texts, additions


def _part(lines: Lines, number: int) -> str:
    """The key at the margin above a line; the line's own, if it stands at the margin."""
    keys = (line for line in reversed(lines[: number + 1]) if line[:1].isalpha())
    return next(keys).partition(":")[0]


def _trimmed(lines: Lines, place: range) -> tuple[str, ...]:
    """The lines of a place without the empty ones at its end."""
    return tuple("\n".join(lines[place.start : place.stop]).rstrip().split("\n"))


def _section(name: str) -> Find:
    """A banner with all that stands under it, up to the next banner or the end of the whole part."""

    def find(lines: Lines) -> list[range]:
        (banner,) = _banner(name)(lines)
        rest = range(banner.stop, len(lines))
        end = next(number for number in rest if lines[number].startswith("  # -----") or lines[number][:1].strip())
        return [range(banner.start, _without_gap(lines, end))]

    return find


def _banner(name: str) -> Find:
    """A banner alone: a rule, the title, a rule."""

    def find(lines: Lines) -> list[range]:
        (title,) = (number for number, line in enumerate(lines) if line.startswith(f"  # {name}: "))
        return [range(title - 1, title + 2)]

    return find


def _key(name: str, *, indent: int = 2, comment: bool = False, times: int = 1) -> Find:
    """A key with its value, and with the one line of comment above it; ValueError unless it is there so many times."""

    def find(lines: Lines) -> list[range]:
        margin = " " * indent
        starts = [number for number, line in enumerate(lines) if line.startswith(f"{margin}{name}:")]
        if len(starts) != times:
            raise ValueError(f"{name} is there {len(starts)} times")
        return [range(start - comment, _without_gap(lines, _end(lines, start, margin))) for start in starts]

    return find


def _end(lines: Lines, start: int, margin: str) -> int:
    deeper = f"{margin} "
    return next(n for n in range(start + 1, len(lines)) if lines[n] and not lines[n].startswith(deeper))


def _without_gap(lines: Lines, end: int) -> int:
    """The empty line at the end of a whole part stays, whatever was before it."""
    return end - 1 if lines[end][:1].strip() and not lines[end - 1] else end


_ADDED: dict[int, dict[str, tuple[Find, ...]]] = {
    FIRST: {
        TEMPLATE: (_key("LegacyBaseUrl", times=2), _key("HasLegacySystem", comment=True)),
        CONTRACT: (
            _key("x-amazon-apigateway-binary-media-types", indent=0, comment=True),
            _key("INTEGRATION_FAILURE"),
            _key("API_CONFIGURATION_ERROR", comment=True),
            _key("INTEGRATION_TIMEOUT"),
            _banner("Legacy"),
            _key("/"),
            _key("/{proxy+}"),
        ),
    },
    BESIDE: {TEMPLATE: (_section("Coupons"), _key("CouponsTable"), _key("CouponImportQueueUrl"))},
    LAST: {
        TEMPLATE: (_key("CouponsFunctionPermission"),),
        CONTRACT: (
            _key("parametersOnly"),
            _banner("Coupons"),
            _key("/coupons/{code}"),
            _key("/coupons/{code}/redeem"),
            _key("couponCode", indent=4),
        ),
    },
}


def main() -> None:
    """Write the page."""
    (ROOT / PAGE).write_text(page((ROOT / PAGE).read_text()))


if __name__ == "__main__":
    main()
