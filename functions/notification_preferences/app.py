"""GET and PUT /me/notifications: what the caller wants to be told, and how."""

from typing import Any

from yafdp.kernel.http import LIVE, answer_edited, answer_tagged, api, body, caller, header
from yafdp.notifications import preferences
from yafdp.notifications.messages import PreferencesForm


@api.get("/me/notifications")
def show() -> Any:
    """200 with the preferences; never cached, since an address may stop working by itself."""
    found, revision = preferences.show(caller().user_id)
    return answer_tagged(found, revision, LIVE)


@api.put("/me/notifications")
def replace() -> Any:
    """200 with the preferences as they are now."""
    after, revision = preferences.replace(caller().user_id, body(PreferencesForm), header("If-Match"))
    return answer_edited(after, revision)


handler = api.handler
