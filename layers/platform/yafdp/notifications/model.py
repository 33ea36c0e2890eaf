"""Who hears of what: the decisions. Pure."""

from collections.abc import Iterator

import msgspec

from yafdp.kernel.caller import Caller
from yafdp.kernel.docket import without_docket
from yafdp.kernel.envelope import Envelope
from yafdp.kernel.errors import InvalidMessage
from yafdp.notifications.messages import Connection, PushRequested, Update

# Bytes. API Gateway sends a larger message in several frames, and takes none above four times this.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
LONGEST_FRAME = 32_000
# A connection in a push request takes about 200 bytes; with a longest update the request stays below 64 KB, and four
# of them below what the bus takes in one call (256 KB).
CONNECTIONS_PER_PUSH = 100
# Seconds. While $connect runs, @connections answers 410 for a connection that is about to open: $connect's function
# has ten seconds, and what is missed meanwhile the client gets by subscribing.
OPENING_SECONDS = 10
# API Gateway closes a WebSocket after two hours; its row outlives it by a little, in case the close was never told.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
CONNECTION_SECONDS = 2 * 3600 + 600


# What is left of an event's data that does not fit.
_ALWAYS_TOLD = ("status", "customerId", "restaurantId", "author", "topic")


def topic_of_user(user_id: str) -> str:
    """What all connections of a user hear without asking: their own orders."""
    return f"USER#{user_id}"


def topic_of_order(order_id: str) -> str:
    """What somebody else hears who has subscribed to the order."""
    return f"ORDER#{order_id}"


def topic_of_restaurant(restaurant_id: str) -> str:
    """What the restaurant's screens hear: all of its orders."""
    return f"RESTAURANT#{restaurant_id}"


def topics(event: Envelope) -> tuple[str, ...]:
    """Everything under which connections wait that an event concerns: of a post its author's; of an order its
    customer's, those that listen to it or its restaurant, and its courier's once, when one has been found.

    Raises InvalidMessage if it names no author or customer: every event does.
    """
    if is_of_post(event):
        if not isinstance(author := event.data.get("author"), str):
            raise InvalidMessage(f"{event.type} names no author")
        return (topic_of_user(author),)
    customer, restaurant, courier = (event.data.get(name) for name in ("customerId", "restaurantId", "courierId"))
    if not isinstance(customer, str):
        raise InvalidMessage(f"{event.type} names no customer")
    found = [topic_of_user(customer), topic_of_order(event.aggregate_id)]
    if isinstance(restaurant, str):
        found.append(topic_of_restaurant(restaurant))
    if isinstance(courier, str):
        found.append(topic_of_user(courier))
    return tuple(found)


def is_of_post(event: Envelope) -> bool:
    """Whether the event tells of a post; all others that come here tell of orders."""
    return event.type.startswith("Post")


def topics_of_update(update: Update) -> tuple[str, ...]:
    """The topics, apart from the user's own, under which a receiver of the update may be kept."""
    if update.order_id is None:
        return ()
    restaurant = update.data.get("restaurantId")
    found = (topic_of_order(update.order_id),)
    return (*found, topic_of_restaurant(restaurant)) if isinstance(restaurant, str) else found


def update(event: Envelope) -> Update:
    """What pages are told of an event, in at most one frame: what does not fit is left to the journal."""
    of_post = is_of_post(event)
    told = Update(
        type=event.type,
        order_id=None if of_post else event.aggregate_id,
        post_id=event.aggregate_id if of_post else None,
        sequence=event.sequence,
        status=None if of_post else str(event.data.get("status", "")),
        occurred_at=event.occurred_at,
        correlation_id=event.correlation_id,
        data=without_docket(event.data),
    )
    if len(msgspec.json.encode(told)) <= LONGEST_FRAME:
        return told
    kept = {name: event.data[name] for name in _ALWAYS_TOLD if name in event.data}
    return msgspec.structs.replace(told, data=kept, partial=True)


def push_requests(connections: tuple[Connection, ...], told: Update) -> Iterator[PushRequested]:
    """The update for all of the connections, in requests that the bus takes."""
    for start in range(0, len(connections), CONNECTIONS_PER_PUSH):
        yield PushRequested(connections=connections[start : start + CONNECTIONS_PER_PUSH], update=told)


def connection_ends(caller: Caller, now: int) -> int:
    """When a connection that opens now may no longer be used: with its session, and never after API Gateway has closed
    it.
    """
    latest = now + CONNECTION_SECONDS
    return min(latest, caller.session_ends) if caller.session_ends else latest


def is_over(connection: Connection, now: int) -> bool:
    """Whether its session has ended."""
    return 0 < connection.expires_at <= now


def may_be_opening(connection: Connection, now: int) -> bool:
    """Whether a 410 may mean that it is not open yet, rather than that it is gone."""
    return now - connection.connected_at < OPENING_SECONDS


def may_watch_restaurant(caller: Caller, restaurant_id: str) -> bool:
    """Whether the caller may hear of all orders of the restaurant."""
    return caller.is_admin or caller.works_for(restaurant_id)


def origin_allowed(origin: str | None, allowed: str) -> bool:
    """Whether a page of this origin may connect.

    `allowed` is a comma separated list; programs send no origin and have only their ticket.
    """
    return origin is None or origin in {entry.strip() for entry in allowed.split(",")}
