"""Updates on their way to the open connections."""

import msgspec

from yafdp.kernel.clock import epoch_in, milliseconds_since
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import InvalidMessage
from yafdp.kernel.observability import count, logger, took
from yafdp.kernel.parallel import each_in_parallel
from yafdp.notifications import connection_store, model, sending, store
from yafdp.notifications.messages import Connection, PushRequested

# How many sends wait for their answers at once: a client keeps ten connections to @connections open.
PARALLEL = 10


def notify(event: Envelope) -> None:
    """Ask for an event to be pushed to every connection that it concerns: of an order its customer's, and those that
    have subscribed to the order or to its restaurant; of a post its author's. And ask for an order's event to be told
    to the customer by the channels that they want.

    Pages come first, by themselves: what becomes of the rest does not hold them up.
    """
    reached = connection_store.listeners(model.topics(event))
    requests = model.push_requests(reached, model.update(event))
    store.publish([command(request, event.aggregate_id) for request in requests])
    store.publish(sending.requests(event))


def push(request: Envelope) -> None:
    """Send an update to each of its connections, side by side; those that are gone are forgotten, those whose session
    is over are closed, and none that fails holds up the others.

    What fails is asked for anew, for those connections alone; that ends, since it is asked for fewer each time. If
    every one fails, raises, and the queue's own retries and dead-letter queue take over. A client drops repeats by
    their sequence.
    """
    if request.type != PushRequested.__name__:
        raise InvalidMessage(f"push does not know {request.type}")
    wanted = contents(request, PushRequested)
    content = msgspec.json.encode(wanted.update)
    ends = each_in_parallel(lambda to: _push_to(to, content, wanted), wanted.connections, PARALLEL)
    failed = [(to, end) for to, end in zip(wanted.connections, ends, strict=True) if isinstance(end, Exception)]
    for end in ends:
        if isinstance(end, str):
            count(end)
    took("PushDelay", milliseconds_since(wanted.update.occurred_at))
    if failed:
        _ask_again(request, wanted, failed)


def _push_to(connection: Connection, content: bytes, wanted: PushRequested) -> str:
    """What came of it, as the name of a metric."""
    now = epoch_in(0)
    if model.is_over(connection, now):
        store.close(connection)
        _forget(connection, wanted)
        return "ExpiredConnections"
    if store.send(connection, content):
        return "Pushed"
    if model.may_be_opening(connection, now):
        return "PushedTooEarly"
    _forget(connection, wanted)
    return "StaleConnections"


def _forget(connection: Connection, wanted: PushRequested) -> None:
    connection_store.drop_connection(connection, also=model.topics_of_update(wanted.update))


def _ask_again(request: Envelope, wanted: PushRequested, failed: list[tuple[Connection, Exception]]) -> None:
    count("PushFailed", len(failed))
    logger.warning(
        "some connections could not be reached",
        extra={
            "connections": [connection.connection_id for connection, _ in failed],
            "reasons": sorted({type(failure).__name__ for _, failure in failed}),
        },
    )
    if len(failed) == len(wanted.connections):
        raise ExceptionGroup("no connection could be reached", [failure for _, failure in failed])
    rest = PushRequested(connections=tuple(connection for connection, _ in failed), update=wanted.update)
    store.publish([command(rest, request.aggregate_id)])
