"""What tests show on the terminal, though pytest captures what they print, and whichever process they run in."""

from collections.abc import Callable, Iterator

import pytest

type Show = Callable[[str], None]

_PROPERTY = "shown"


def onto(node: pytest.Item) -> Show:
    """Keeps lines with the test's report, which the terminal's process gets."""
    return lambda text: node.user_properties.append((_PROPERTY, text))


class Terminal:
    """Writes them down, once the test is over; those of a test that fails too."""

    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """pytest calls this for each phase of each test."""
        if report.when == "call" and (lines := list(_lines(report))):
            self._reporter.write_line("\n" + "\n".join(lines))


def _lines(report: pytest.TestReport) -> Iterator[str]:
    return (str(text) for name, text in report.user_properties if name == _PROPERTY and text)
