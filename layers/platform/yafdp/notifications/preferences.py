"""What a user wants to be told, and how."""

import msgspec

from yafdp.kernel.errors import FieldError, InvalidRequest
from yafdp.kernel.ids import random_id
from yafdp.kernel.revisions import Revised, require_match
from yafdp.kernel.zones import is_time_zone
from yafdp.notifications import addresses_store, preferences_store
from yafdp.notifications.messages import Contacts, Kind, Kinds, PreferencesForm, PreferencesView, QuietHours, Reach


def show(user_id: str) -> Revised[PreferencesView]:
    """The user's preferences; the defaults, if they have never said anything."""
    stored = preferences_store.load(user_id)
    return Revised(_view(user_id, stored.content), stored.revision)


def replace(user_id: str, wanted: PreferencesForm, if_match: str | None) -> Revised[PreferencesView]:
    """The preferences as the user wants them. Raises InvalidRequest, and as `require_match` does."""
    form = _sensible(wanted)
    before = preferences_store.load(user_id)
    require_match(if_match, before.revision)
    after = Revised(form, random_id())
    preferences_store.replace(user_id, after, before.revision)
    return Revised(_view(user_id, form), after.revision)


def _sensible(wanted: PreferencesForm) -> PreferencesForm:
    if wanted.quiet_hours is not None:
        faults = tuple(_faults(wanted.quiet_hours))
        if faults:
            raise InvalidRequest(faults[0].detail, faults)
    return msgspec.structs.replace(wanted, email=_in_order(wanted.email), sms=_in_order(wanted.sms))


def _faults(hours: QuietHours) -> list[FieldError]:
    found = []
    if hours.starts == hours.ends:
        found.append(FieldError("/quietHours/ends", "ends must differ from starts; leave quietHours out to have none"))
    if not is_time_zone(hours.time_zone):
        found.append(FieldError("/quietHours/timeZone", f"{hours.time_zone} is no time zone of the IANA database"))
    return found


def _in_order(kinds: Kinds) -> Kinds:
    return tuple(kind for kind in Kind if kind in kinds)


def _view(user_id: str, form: PreferencesForm) -> PreferencesView:
    addresses = addresses_store.addresses(user_id)
    email = addresses_store.mail_reach(addresses.email)
    return PreferencesView(
        email=form.email,
        sms=form.sms,
        quiet_hours=form.quiet_hours,
        contacts=Contacts(email=email, sms=Reach(to=addresses.phone, problem=None if addresses.phone else "unknown")),
    )
