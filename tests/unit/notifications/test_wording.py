"""The words: every kind has them in text and HTML, nothing of an event becomes markup, nothing unknown is shown."""

import html
import re

import pytest

from tests.contract import published
from yafdp.kernel.messages import Money
from yafdp.notifications import wording
from yafdp.notifications.messages import Facts, Kind, PaymentAction

ORDER = "62c8c7aa-618d-54b6-960b-a1fa9c0db274"
FACTS = Facts(
    reason="Your card was declined.",
    total=Money(amount=2199, currency="EUR"),
    payment_action=PaymentAction(expires_at="2026-11-21T13:10:01.000+01:00"),
)
EVIL = Facts(reason='<script>alert("1")</script> & $total ${link}')


def words(markup: str) -> list[str]:
    """The visible words of HTML."""
    body = markup.partition("<body")[2].partition(">")[2]
    return html.unescape(re.sub(r"<[^>]+>", " ", body)).split()


def mail(kind: Kind, facts: Facts = FACTS) -> wording.Mail:
    return wording.mail(kind, ORDER, facts, "https://shop.example")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_which_order_and_where_to_see_it_in_both_forms(kind: Kind) -> None:
    told = mail(kind)
    assert "62C8C7AA" in told.subject
    for form in (told.text, told.html):
        assert f"https://shop.example/#/orders/{ORDER}" in form
        assert "https://shop.example/#/notifications" in form
        assert "$" not in form


@pytest.mark.parametrize("kind", Kind)
def test_text_and_html_say_the_same(kind: Kind) -> None:
    told = mail(kind)
    spoken = told.text.partition("See it here:")[0].split()
    assert spoken == words(told.html)[len(told.subject.split()) :][: len(spoken)]


def test_every_kind_is_an_event_that_ordering_tells() -> None:
    assert {kind.value for kind in Kind} <= published.events("ordering").keys()


def test_a_template_for_each_kind_and_none_besides() -> None:
    files = {path.name for path in wording._TEMPLATES.iterdir()}
    assert files == {f"{kind}.{form}" for kind in Kind for form in ("txt", "html")} | {"layout.html", "footer.txt"}


def test_whoever_must_act_is_told_until_when() -> None:
    told = mail(Kind.PAYMENT_PENDING)
    assert "Please do it by 12:10 UTC." in told.text
    assert "Please do it by 12:10 UTC." in told.html
    assert wording.sms(Kind.PAYMENT_PENDING, ORDER, FACTS).endswith("order 62C8C7AA by 12:10 UTC.")


@pytest.mark.parametrize("kind", [Kind.REJECTED, Kind.CANCELLED, Kind.NEEDS_ATTENTION])
def test_an_ending_is_told_with_its_reason(kind: Kind) -> None:
    assert "Your card was declined." in mail(kind).text
    assert "Your card was declined." in mail(kind).html
    assert "Your card was declined." in wording.sms(kind, ORDER, FACTS)


def test_a_confirmation_names_the_total() -> None:
    assert "21.99 EUR" in mail(Kind.CONFIRMED).text
    assert "21.99 EUR" in mail(Kind.CONFIRMED).html


@pytest.mark.parametrize("kind", Kind)
def test_what_the_event_does_not_tell_is_left_out_with_its_sentence(kind: Kind) -> None:
    told = mail(kind, Facts())
    assert "Total" not in told.text + told.html
    assert "\n\n\n" not in told.text
    assert "<p></p>" not in told.html


def test_nothing_in_an_event_becomes_markup_or_a_placeholder() -> None:
    told = mail(Kind.REJECTED, EVIL)
    assert "<script" not in told.html
    assert "&lt;script&gt;" in told.html
    assert EVIL.reason
    assert EVIL.reason in told.text


@pytest.mark.parametrize("kind", Kind)
def test_a_text_message_is_one_message(kind: Kind) -> None:
    text = wording.sms(kind, ORDER, Facts(reason="x" * 300))
    assert len(text) <= wording.SMS_LENGTH
    assert "62C8C7AA" in text
