"""What may be said over a WebSocket, both ways: the frames, their limits, and how a wrong one is refused. Pure.

Client to server: `{"action": "subscribe", "orderId": …, "after": n}`, `{"action": "subscribe", "restaurantId": …}`,
`unsubscribe` with the same ids, and `{"action": "ping"}`. Server to client: updates (see messages.py), `subscribed`,
`unsubscribed`, `pong` and `error`.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from yafdp.kernel.messages import Message, Request, Text
from yafdp.notifications.model import LONGEST_FRAME

# Bytes: a subscription takes about a hundred.
LONGEST_REQUEST = 4_096
# A client may say thirty things at once, as when it subscribes anew to all it follows, and one more each half second.
BURST = 30
SPACING = 500  # milliseconds
# Topics to which one connection may listen.
MOST_TOPICS = 50
# A client whose frames are refused this often does not mend its ways: it is disconnected.
MOST_REFUSALS = 20


class FrameRefused(Exception):
    """A frame that is not obeyed. `retry_after` (seconds) says when it may be sent again, `final` that the connection
    ends with it.
    """

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(detail)
        self.code, self.detail, self.retry_after, self.final = code, detail, retry_after, final


class Topic(Request, frozen=True):
    """What a frame speaks of: an order, or all of a restaurant's."""

    order_id: Text | None = None
    restaurant_id: Text | None = None


class Subscribe(Topic, frozen=True, tag="subscribe", tag_field="action"):
    """Let me hear of it; and for an order, tell me what has happened after this sequence."""

    after: Annotated[int, msgspec.Meta(ge=0, le=999_999_999)] = 0


class Unsubscribe(Topic, frozen=True, tag="unsubscribe", tag_field="action"):
    """Let me hear no more of it."""


class Ping(Request, frozen=True, tag="ping", tag_field="action"):
    """Are you there?"""


class Entry(Message, frozen=True):
    """One event of an order's journal, as GET /orders/{orderId}/events shows it. `partial`: its data did not fit."""

    sequence: int
    type: str
    status: str
    occurred_at: str
    data: dict[str, Any]
    partial: bool = False


class Subscribed(Message, frozen=True, tag="subscribed", tag_field="type", omit_defaults=False):
    """The answer to `subscribe`: the events after the sequence that was named; `more` says that another follows."""

    order_id: str | msgspec.UnsetType = msgspec.UNSET
    restaurant_id: str | msgspec.UnsetType = msgspec.UNSET
    items: tuple[Entry, ...] = ()
    more: bool = False


class Unsubscribed(Message, frozen=True, tag="unsubscribed", tag_field="type"):
    """The answer to `unsubscribe`."""

    order_id: str | None = None
    restaurant_id: str | None = None


class Pong(Message, frozen=True, tag="pong", tag_field="type"):
    """The answer to `ping`, with the platform's time."""

    at: str


class Error(Message, frozen=True, tag="error", tag_field="type"):
    """A frame was not obeyed: `code` for a program, `detail` for a person, `retry_after` in seconds; and what the
    frame was about, as far as it could be read.
    """

    code: str
    detail: str
    retry_after: float | None = None
    action: str | None = None
    order_id: str | None = None
    restaurant_id: str | None = None


type Frame = Subscribe | Unsubscribe | Ping
type Reply = Subscribed | Unsubscribed | Pong | Error
_ACTIONS = ("ping", "subscribe", "unsubscribe")


def read(text: str) -> Frame:
    """The frame in what a client sent. Raises FrameRefused."""
    # What is no text becomes question marks, which are no JSON either.
    content = text.encode(errors="replace")
    if len(content) > LONGEST_REQUEST:
        raise FrameRefused("too-large", f"A frame has at most {LONGEST_REQUEST} bytes.")
    try:
        action = msgspec.json.decode(content, type=dict[str, Any]).get("action")
    except (msgspec.DecodeError, RecursionError):
        raise FrameRefused("malformed", "A frame is a JSON object.") from None
    if action not in _ACTIONS:
        raise FrameRefused("unknown-action", f"Actions are {', '.join(_ACTIONS)}.")
    try:
        frame: Frame = msgspec.json.decode(content, type=Frame)
    except msgspec.ValidationError as error:
        raise FrameRefused("invalid", str(error)) from None
    if isinstance(frame, Topic) and (frame.order_id is None) == (frame.restaurant_id is None):
        raise FrameRefused("invalid", "Name either an orderId or a restaurantId.")
    return frame


def refusal(refused: FrameRefused, frame: Frame | None) -> Error:
    """The answer to a frame that is not obeyed."""
    about = frame if isinstance(frame, Topic) else Topic()
    return Error(
        code=refused.code,
        detail=refused.detail,
        retry_after=refused.retry_after,
        action=type(frame).__name__.lower() if frame else None,
        order_id=about.order_id,
        restaurant_id=about.restaurant_id,
    )


def replay(order_id: str, entries: tuple[Entry, ...], *, more: bool) -> Iterator[Subscribed]:
    """The events in as few frames as hold them; the last says whether `more` follows."""
    fitting: list[Entry] = []
    used = 0
    for entry in map(_fitted, entries):
        size = len(msgspec.json.encode(entry)) + 1
        if fitting and used + size > LONGEST_FRAME:
            yield Subscribed(order_id=order_id, items=tuple(fitting), more=True)
            fitting, used = [], 0
        fitting.append(entry)
        used += size
    yield Subscribed(order_id=order_id, items=tuple(fitting), more=more)


def _fitted(entry: Entry) -> Entry:
    """The entry, without its data if it fills more than a frame by itself."""
    if len(msgspec.json.encode(entry)) < LONGEST_FRAME:
        return entry
    return msgspec.structs.replace(entry, data={}, partial=True)
