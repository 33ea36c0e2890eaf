"""Updates reach every connection that they concern; one that is gone, or fails, holds up none."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.notifications.sockets import Sockets, connection, kept, order_event
from yafdp.kernel.clients import client
from yafdp.kernel.envelope import Envelope, command, contents
from yafdp.kernel.errors import InvalidMessage, Unavailable
from yafdp.notifications import connection_store, model, push, store
from yafdp.notifications.messages import Connection, PushRequested, Update


def push_request(*connections: Connection) -> Envelope:
    told = model.update(order_event())
    (request,) = model.push_requests(connections, told)
    return command(request, "o")


def ids(connections: Any) -> list[str]:
    return sorted(one.connection_id for one in connections)


def requests(sockets: Sockets) -> list[PushRequested]:
    return [contents(envelope, PushRequested) for envelope in sockets.published]


def test_an_event_is_told_to_everybody_whom_it_concerns_once(table: str, sockets: Sockets) -> None:
    kept("phone", "laptop")
    kept("stranger", user="bob")
    (screen,) = kept("screen", user="cook")
    (courier,) = kept("bike", user="ada")
    connection_store.subscribe(screen, "RESTAURANT#noodles", 50)
    connection_store.subscribe(screen, "ORDER#o", 50)
    connection_store.subscribe(courier, "ORDER#o", 50)
    push.notify(order_event())
    (request,) = requests(sockets)
    assert ids(request.connections) == ["bike", "laptop", "phone", "screen"]
    assert (request.update.sequence, request.update.order_id) == (3, "o")


def test_a_courier_is_told_of_an_order_when_it_becomes_theirs_and_others_are_not(table: str, sockets: Sockets) -> None:
    kept("bike", user="ada")
    kept("scooter", user="blaise")
    push.notify(order_event(courierId="ada"))
    (request,) = requests(sockets)
    assert ids(request.connections) == ["bike"]


def test_what_participants_hand_on_to_each_other_is_on_no_screen() -> None:
    told = model.update(order_event(docket={"paymentMethod": "pm_card_ok"}))
    assert "docket" not in told.data
    assert "status" in told.data


def test_nobody_is_asked_to_push_to_nobody(table: str, sockets: Sockets) -> None:
    push.notify(order_event())
    assert sockets.published == []


def test_a_crowd_is_split_into_requests_that_the_bus_takes() -> None:
    crowd = tuple(connection(f"{'x' * 100}{number}") for number in range(250))
    told = model.update(order_event(note="n" * (model.LONGEST_FRAME - 500)))
    split = list(model.push_requests(crowd, told))
    assert [len(request.connections) for request in split] == [100, 100, 50]
    assert max(len(command(request, "o").json()) for request in split) * store.REQUESTS_PER_CALL < 256 * 1024


def test_an_event_that_names_no_customer_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        model.topics(order_event(customerId=None))


def test_of_ten_connections_three_are_gone_seven_are_told_and_three_rows_deleted(table: str, sockets: Sockets) -> None:
    ten = kept(*(f"c{number}" for number in range(10)))
    connection_store.subscribe(ten[0], "ORDER#o", 50)
    sockets.gone = {"c0", "c4", "c9"}
    push.push(push_request(*ten))
    here = [f"c{number}" for number in (1, 2, 3, 5, 6, 7, 8)]
    assert sorted(receiver for receiver, _ in sockets.sent) == here
    assert ids(connection_store.listeners(["USER#alice", "ORDER#o"])) == here


def test_a_subscription_that_its_connection_left_behind_goes_with_the_first_push(table: str, sockets: Sockets) -> None:
    (lost,) = kept("lost")
    connection_store.subscribe(lost, "ORDER#o", 50)
    client("dynamodb").delete_item(TableName=table, Key={"pk": {"S": "USER#alice"}, "sk": {"S": "CONNECTION#lost"}})
    sockets.gone = {"lost"}
    push.push(push_request(lost))
    assert connection_store.listeners(["ORDER#o"]) == ()


def test_a_connection_that_is_about_to_open_is_not_taken_for_gone(table: str, sockets: Sockets) -> None:
    """Until $connect has been answered, @connections says 410 of it too."""
    opening = kept("opening", age=1)
    sockets.gone = {"opening"}
    push.push(push_request(*opening))
    assert ids(connection_store.listeners(["USER#alice"])) == ["opening"]


def test_a_connection_whose_session_is_over_hears_nothing_and_is_closed(table: str, sockets: Sockets) -> None:
    over, here = kept("over", left=0), kept("here")
    push.push(push_request(*over, *here))
    assert [receiver for receiver, _ in sockets.sent] == ["here"]
    assert sockets.closed == ["over"]
    assert ids(connection_store.listeners(["USER#alice"])) == ["here"]


def test_what_fails_is_asked_for_anew_for_those_alone(table: str, sockets: Sockets) -> None:
    connections = kept("one", "throttled", "two")
    sockets.broken = {"throttled"}
    push.push(push_request(*connections))
    assert sorted(receiver for receiver, _ in sockets.sent) == ["one", "two"]
    (again,) = requests(sockets)
    assert ids(again.connections) == ["throttled"]
    assert again.update == model.update(order_event())
    assert len(connection_store.listeners(["USER#alice"])) == 3


def test_where_nobody_can_be_reached_the_queue_tries_again_and_gives_up_at_last(table: str, sockets: Sockets) -> None:
    connections = kept("one", "two")
    sockets.broken = {"one", "two"}
    with pytest.raises(ExceptionGroup):
        push.push(push_request(*connections))
    assert sockets.published == []


def test_an_update_repeats_the_journals_entry() -> None:
    assert model.update(order_event(total={"amount": 1, "currency": "EUR"})) == Update(
        type="OrderReceived",
        order_id="o",
        sequence=3,
        status="RECEIVED",
        occurred_at="2026-11-21T12:00:00.000Z",
        correlation_id="s",
        data={
            "customerId": "alice",
            "restaurantId": "noodles",
            "status": "RECEIVED",
            "total": {"amount": 1, "currency": "EUR"},
        },
    )


def test_an_update_that_does_not_fit_into_a_frame_leaves_its_data_to_the_journal() -> None:
    told = model.update(order_event(items=["x" * 1000] * 40))
    assert told.partial
    assert told.data == {"customerId": "alice", "restaurantId": "noodles", "status": "RECEIVED"}


def test_a_push_queue_message_of_another_kind_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        push.push(order_event())


def test_a_bus_that_takes_only_some_of_the_requests_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bus:
        def put_events(self, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803 (boto3's)
            return {"FailedEntryCount": 1, "Entries": [{"EventId": "e"}] * (len(Entries) - 1) + [{"ErrorCode": "No"}]}

    monkeypatch.setattr(store, "client", lambda *_, **__: Bus())
    with pytest.raises(Unavailable, match="No"):
        store.publish([push_request(connection("one"))])


@pytest.mark.parametrize(("status", "raised"), [(410, None), (500, ClientError)])
def test_a_connection_that_closed_by_itself_is_closed_well_enough(
    monkeypatch: pytest.MonkeyPatch, status: int, raised: type[Exception] | None
) -> None:
    class Management:
        class exceptions:  # noqa: N801 (boto3's)
            GoneException = KeyError

        def delete_connection(self, ConnectionId: str) -> None:  # noqa: N803 (boto3's)
            answer: Any = {"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(answer, "DeleteConnection")

    monkeypatch.setattr(store, "_management", Management)
    if raised:
        with pytest.raises(raised):
            store.close(connection("one"))
    else:
        store.close(connection("one"))


def post_event(**data: Any) -> Envelope:
    """What a post of alice's names has been found."""
    return Envelope(
        id="e",
        type="PostEnriched",
        version=1,
        occurred_at="2026-11-21T12:00:00.000Z",
        aggregate_id="p",
        correlation_id="s",
        sequence=2,
        data={"author": "alice", "topic": "pizza", "entities": {"dishes": ["pizza"]}} | data,
    )


def test_an_enriched_post_is_told_to_its_authors_pages_alone(table: str, sockets: Sockets) -> None:
    kept("phone", "laptop")
    kept("stranger", user="bob")
    (screen,) = kept("screen", user="cook")
    connection_store.subscribe(screen, "ORDER#p", 50)
    push.notify(post_event())
    (request,) = requests(sockets)
    assert ids(request.connections) == ["laptop", "phone"]
    sockets.gone = {"phone"}
    push.push(sockets.published[0])
    ((_, told),) = sockets.sent
    assert (told["type"], told["postId"], told["sequence"]) == ("PostEnriched", "p", 2)
    assert told["data"]["entities"] == {"dishes": ["pizza"]}
    assert told.keys().isdisjoint({"orderId", "status"})


def test_a_post_s_event_that_names_no_author_is_poison() -> None:
    with pytest.raises(InvalidMessage):
        model.topics(post_event(author=None))
