"""What is said over a WebSocket is heard, checked and answered here."""

import os
from collections.abc import Iterator

import msgspec

from yafdp.kernel.caller import Caller
from yafdp.kernel.clock import epoch_milliseconds, timestamp
from yafdp.kernel.errors import Unavailable
from yafdp.kernel.invoke import Refused, invoke
from yafdp.kernel.messages import Message
from yafdp.kernel.observability import count, logger
from yafdp.notifications import connection_store, frame_store, frames, model, store
from yafdp.notifications.frames import Entry, FrameRefused, Reply
from yafdp.notifications.messages import Connection

EVENTS_PER_PAGE = 100


class JournalPage(Message, frozen=True):
    """Part of an order's journal, as ordering's internal API tells it to somebody who may see it."""

    customer_id: str
    items: tuple[Entry, ...] = ()
    more: bool = False


def hear(text: str, connection_id: str, caller: Caller) -> None:
    """Obey what a client said, and answer: every frame gets an answer, and none of them our inner errors."""
    connection = Connection(user_id=caller.user_id, connection_id=connection_id)
    frame: frames.Frame | None = None
    try:
        connection = _admitted(connection, caller)
        frame = frames.read(text)
        for reply in _answers(frame, connection, caller):
            _send(connection, reply)
    except FrameRefused as refused:
        _refuse(connection, refused, frame)
    except Unavailable as error:
        logger.warning("a frame could not be obeyed", extra={"reason": str(error)})
        unavailable = FrameRefused("unavailable", "A part that is needed does not answer.", retry_after=1)
        _send(connection, frames.refusal(unavailable, frame))


def _admitted(connection: Connection, caller: Caller) -> Connection:
    """The connection with its times, if it may speak now. Raises FrameRefused."""
    try:
        kept = frame_store.count_frame(connection, epoch_milliseconds())
    except frame_store.TooFast as refused:
        seconds = refused.milliseconds / 1000
        raise FrameRefused("rate-limited", "You speak too often.", retry_after=seconds) from None
    except connection_store.NoSuchConnection:
        raise _session_ended() from None
    return kept


def _answers(frame: frames.Frame, connection: Connection, caller: Caller) -> Iterator[Reply]:
    match frame:
        case frames.Subscribe(order_id=str(order_id)):
            yield from _follow_order(order_id, frame.after, connection, caller)
        case frames.Subscribe(restaurant_id=str(restaurant_id)):
            if not model.may_watch_restaurant(caller, restaurant_id):
                raise FrameRefused("forbidden", "You do not work for this restaurant.")
            _listen(connection, model.topic_of_restaurant(restaurant_id))
            yield frames.Subscribed(restaurant_id=restaurant_id)
        case frames.Unsubscribe():
            _listen_no_more(connection, frame)
            yield frames.Unsubscribed(order_id=frame.order_id, restaurant_id=frame.restaurant_id)
        case frames.Ping():
            yield frames.Pong(at=timestamp())


def _follow_order(order_id: str, after: int, connection: Connection, caller: Caller) -> Iterator[Reply]:
    """Listen, then read: what happens between the two comes twice, and what comes twice has its sequence.

    Whether the caller may know of the order is asked before either. A customer's connections hear of their own orders
    anyway.
    """
    page = _journal(order_id, after, caller)
    if page.customer_id != caller.user_id:
        _listen(connection, model.topic_of_order(order_id))
        page = _journal(order_id, after, caller)
    while True:
        yield from frames.replay(order_id, page.items, more=page.more)
        if not page.more:
            return
        page = _journal(order_id, page.items[-1].sequence, caller)


def _journal(order_id: str, after: int, caller: Caller) -> JournalPage:
    viewer = {"userId": caller.user_id, "groups": sorted(caller.groups), "restaurantId": caller.restaurant_id}
    asked = {"orderId": order_id, "after": after, "limit": EVENTS_PER_PAGE, "viewer": viewer}
    try:
        return invoke(os.environ["ORDER_JOURNAL_FUNCTION"], asked, JournalPage)
    except Refused as refused:
        raise FrameRefused("not-found", "You have no such order.") from refused


def _listen(connection: Connection, topic: str) -> None:
    try:
        connection_store.subscribe(connection, topic, frames.MOST_TOPICS)
    except connection_store.TooManyTopics:
        detail = f"A connection listens to {frames.MOST_TOPICS} orders and restaurants at most."
        raise FrameRefused("too-many-subscriptions", detail) from None
    except connection_store.NoSuchConnection:
        raise _session_ended() from None


def _listen_no_more(connection: Connection, frame: frames.Unsubscribe) -> None:
    topic = (
        model.topic_of_order(frame.order_id)
        if frame.order_id is not None
        else model.topic_of_restaurant(frame.restaurant_id or "")
    )
    try:
        connection_store.unsubscribe(connection, topic)
    except connection_store.NoSuchConnection:
        raise _session_ended() from None


def _session_ended() -> FrameRefused:
    return FrameRefused("session-ended", "Your session has ended: connect again with a new ticket.", final=True)


def _refuse(connection: Connection, refused: FrameRefused, frame: frames.Frame | None) -> None:
    times = frame_store.count_refusal(connection)
    final = refused.final or times >= frames.MOST_REFUSALS
    about = frames.refusal(refused, frame)
    logger.warning(
        "frame refused",
        extra={
            "code": refused.code,
            "connection_id": connection.connection_id,
            "user_id": connection.user_id,
            "order_id": about.order_id,
            "restaurant_id": about.restaurant_id,
            "disconnected": final,
        },
    )
    count("FramesRefused")
    _send(connection, about)
    if final:
        store.close(connection)
        connection_store.drop_connection(connection)


def _send(connection: Connection, reply: Reply) -> None:
    if not store.send(connection, msgspec.json.encode(reply)):
        # It is open, or it could not have said anything: so it has gone since.
        connection_store.drop_connection(connection)
