"""Preferences: defaults until somebody says something, replaced only by who has read them, addresses only if proved."""

from typing import Any

import pytest

from yafdp.kernel import clients
from yafdp.kernel.errors import InvalidRequest, PreconditionFailed, PreconditionRequired
from yafdp.notifications import addresses_store, preferences, preferences_store
from yafdp.notifications.channels import DEFAULTS
from yafdp.notifications.messages import Kind, PreferencesForm, QuietHours

FORM = PreferencesForm(email=(Kind.REJECTED,), sms=(Kind.PICKED_UP,))
NUMBER = "+493023125001"


class Pool:
    """A user pool as far as it is asked."""

    class exceptions:  # noqa: N801 (boto3's name)
        class UserNotFoundException(Exception):
            """There is no such user."""

    def __init__(self, users: dict[str, dict[str, str]]) -> None:
        self._users = users

    def admin_get_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        assert UserPoolId == "pool"
        if Username not in self._users:
            raise self.exceptions.UserNotFoundException
        return {"UserAttributes": [{"Name": name, "Value": value} for name, value in self._users[Username].items()]}


@pytest.fixture
def alice(table: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user whose e-mail address is verified, as mallory's is not."""
    users = {
        "alice": {"email": "alice@example.com", "email_verified": "true"},
        "mallory": {"email": "victim@example.com", "phone_number": NUMBER, "phone_number_verified": "false"},
        "carol": {"email": "carol@example.com", "phone_number": NUMBER, "phone_number_verified": "true"},
    }
    monkeypatch.setenv("USER_POOL_ID", "pool")
    monkeypatch.setattr(
        addresses_store, "client", lambda name: Pool(users) if name == "cognito-idp" else clients.client(name)
    )
    return "alice"


def test_who_has_said_nothing_has_the_defaults(alice: str) -> None:
    shown, revision = preferences.show(alice)
    assert (shown.email, shown.sms, shown.quiet_hours) == (DEFAULTS.email, (), None)
    assert revision == "defaults"


def test_what_was_said_holds_from_then_on(alice: str) -> None:
    after, revision = preferences.replace(alice, FORM, '"defaults"')
    assert preferences.show(alice) == (after, revision)
    assert preferences_store.load(alice).content == FORM
    assert preferences_store.load("bob").content == DEFAULTS


def test_kinds_are_kept_once_and_in_their_order(alice: str) -> None:
    form = PreferencesForm(email=(Kind.REJECTED, Kind.CONFIRMED, Kind.REJECTED), sms=())
    assert preferences.replace(alice, form, '"defaults"').content.email == (Kind.CONFIRMED, Kind.REJECTED)


def test_quiet_hours_survive_the_table(alice: str) -> None:
    hours = QuietHours(starts="22:00", ends="07:00", time_zone="Europe/Berlin")
    preferences.replace(alice, PreferencesForm(email=(), sms=(), quiet_hours=hours), '"defaults"')
    assert preferences_store.load(alice).content.quiet_hours == hours


def test_only_who_has_read_what_stands_may_replace_it(alice: str) -> None:
    with pytest.raises(PreconditionRequired):
        preferences.replace(alice, FORM, None)
    preferences.replace(alice, FORM, '"defaults"')
    with pytest.raises(PreconditionFailed):
        preferences.replace(alice, FORM, '"defaults"')


@pytest.mark.parametrize("first", [True, False])
def test_of_two_editors_who_have_read_the_same_one_wins(
    alice: str, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = "defaults" if first else preferences.replace(alice, FORM, '"defaults"').revision
    read = preferences_store.load(alice)
    preferences.replace(alice, FORM, f'"{revision}"')
    monkeypatch.setattr(preferences_store, "load", lambda _: read)
    with pytest.raises(PreconditionFailed):
        preferences.replace(alice, FORM, f'"{revision}"')


@pytest.mark.parametrize(
    ("hours", "pointer"),
    [
        (QuietHours(starts="22:00", ends="22:00", time_zone="UTC"), "/quietHours/ends"),
        (QuietHours(starts="22:00", ends="07:00", time_zone="Europe/Atlantis"), "/quietHours/timeZone"),
    ],
)
def test_hours_that_mean_nothing_are_refused_and_nothing_is_written(
    alice: str, hours: QuietHours, pointer: str
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        preferences.replace(alice, PreferencesForm(email=(), sms=(), quiet_hours=hours), '"defaults"')
    assert [fault.pointer for fault in refusal.value.errors] == [pointer]
    assert preferences_store.load(alice).content == DEFAULTS


def test_the_answer_says_where_messages_would_go(alice: str) -> None:
    contacts = preferences.show(alice).content.contacts
    assert (contacts.email.to, contacts.email.problem) == ("alice@example.com", None)
    assert (contacts.sms.to, contacts.sms.problem) == (None, "unknown")


def test_an_address_that_is_not_proved_is_none(alice: str) -> None:
    assert addresses_store.addresses("mallory") == (None, None)
    assert addresses_store.addresses("carol") == (None, NUMBER)


def test_who_is_gone_has_no_address(alice: str) -> None:
    assert addresses_store.addresses("nobody") == (None, None)


def test_the_answer_says_that_an_address_is_left_alone(alice: str) -> None:
    addresses_store.suppress("Alice@Example.com", "bounced")
    assert preferences.show(alice).content.contacts.email.problem == "bounced"
