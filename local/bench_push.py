"""From the click to the push, for each state of an order, beside the sum of its bare hops: `make bench-push`.

Orders are placed one after the other, so that nothing waits for anything but its own way. The bare hops are measured
in the same run, a few after each order, so that both see the same machine. A hop is the call alone, as this program
makes it: no code of ours runs in it, apart from the invocation of a function that does nothing.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import accumulate
from typing import Any

import boto3
from botocore.config import Config

from local import seed, settings, stack
from local.client import Platform, Session
from local.order import ADDRESS

# Seconds without a push after which the measurement is given up.
PATIENCE = 60
# What lies between an order's transition and its push: stream, relay, bus, notify with its three queries, realtime
# bus, push, @connections.
TAIL = ("stream", "invoke", "bus", "invoke", "read", "read", "read", "bus", "invoke", "post")
_STEP = ("invoke", "transaction")  # a participant that takes its own step
_RECORD = ("invoke", "read", "transaction")  # ordering, told of it by the state machine
# The hops from one state to the next, as an orchestrated order takes them in a restaurant that accepts by itself.
WAY = {
    "RECEIVED": ("http", "invoke", "transaction"),
    "PRICED": ("queue", "invoke", "read", "invoke", "invoke", "read", "transaction"),
    "RESERVED": ("machine", "machine", *_STEP, *_RECORD),
    "AUTHORISED": (*_STEP, "write", *_RECORD),
    "ACCEPTED": (*_STEP, "stream", "invoke", "bus", "invoke", "machine", *_RECORD),
    "ASSIGNED": (*_STEP, *_RECORD),
    "CONFIRMED": (*_STEP, *_RECORD),
}

type Hop = Callable[[], Awaitable[Any]]
type Times = dict[str, list[float]]


class Hops:
    """The bare hops against the platform that runs, with scratch resources of its own."""

    def __init__(self, deployed: stack.Stack, session: Session, connection: str, socket: Any) -> None:
        self._stack, self._session, self._connection, self._socket = deployed, session, connection, socket
        self._number = 0
        # Made once: making a client takes longer than any hop.
        names = ("dynamodb", "dynamodbstreams", "events", "lambda", "sqs")
        self._clients = {name: deployed.client(name) for name in names}
        api = f"{deployed.endpoint}/_aws/execute-api/{deployed.outputs['WebSocketApiId']}/v1"
        self._connections = _client(deployed, "apigatewaymanagementapi", api)
        self._machines = _client(deployed, "stepfunctions", deployed.endpoint)
        self.all: dict[str, Hop] = {
            "http": self._http,
            "invoke": self._calling(
                "lambda", "invoke", FunctionName=f"{deployed.name}-realtime-authorizer", Payload="{}"
            ),
            "read": self._calling("dynamodb", "query", **self._query()),
            "write": self._writing,
            "transaction": self._transaction,
            "stream": self._stream,
            "queue": self._queue_hop,
            "bus": self._bus_hop,
            "machine": self._machine,
            "post": self._post,
        }

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """With a table, a queue, a rule and a state machine that are nobody else's."""
        self._name = f"{self._stack.name}-bench-{time.time_ns()}"
        with ExitStack() as scratch:
            self._make_table(scratch)
            self._make_rule(scratch)
            self._make_machine(scratch)
            yield

    def _make_table(self, scratch: ExitStack) -> None:
        dynamodb = self._stack.client("dynamodb")
        table = dynamodb.create_table(
            TableName=self._name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]
        scratch.callback(dynamodb.delete_table, TableName=self._name)
        self._stream_arn = table["LatestStreamArn"]

    def _make_rule(self, scratch: ExitStack) -> None:
        sqs, events = self._stack.client("sqs"), self._stack.client("events")
        rule = {"Name": self._name, "EventBusName": self._stack.outputs["EventBusName"]}
        self._queue = sqs.create_queue(QueueName=self._name)["QueueUrl"]
        scratch.callback(sqs.delete_queue, QueueUrl=self._queue)
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(**rule, EventPattern=json.dumps({"source": [self._name]}))
        scratch.callback(events.delete_rule, **rule)
        of_rule = {"Rule": self._name, "EventBusName": rule["EventBusName"]}
        events.put_targets(**of_rule, Targets=[{"Id": "queue", "Arn": arn}])
        scratch.callback(events.remove_targets, **of_rule, Ids=["queue"])

    def _make_machine(self, scratch: ExitStack) -> None:
        machines = self._stack.client("stepfunctions")
        ours = machines.describe_state_machine(stateMachineArn=self._stack.outputs["OrderSagaArn"])
        definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}})
        wanted = {"name": self._name, "definition": definition, "roleArn": ours["roleArn"], "type": "EXPRESS"}
        self._machine_arn = machines.create_state_machine(**wanted)["stateMachineArn"]
        scratch.callback(machines.delete_state_machine, stateMachineArn=self._machine_arn)

    async def _http(self) -> None:
        """Answered by the gateway itself: the way there and back."""
        await self._session.call("PATCH", "/realtime/tickets")

    def _calling(self, service: str, operation: str, **arguments: Any) -> Hop:
        method = getattr(self._clients[service], operation)
        return lambda: asyncio.to_thread(lambda: method(**arguments))

    def _query(self) -> dict[str, Any]:
        return {
            "TableName": self._stack.outputs["ConnectionsTable"],
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": "USER#nobody"}},
            "ConsistentRead": True,
        }

    def _item(self, sort: str) -> dict[str, Any]:
        self._number += 1
        return {"pk": {"S": f"BENCH#{self._number}"}, "sk": {"S": sort}}

    async def _writing(self) -> None:
        await self._calling("dynamodb", "put_item", TableName=self._name, Item=self._item("STATE"))()

    async def _transaction(self) -> None:
        puts = [{"Put": {"TableName": self._name, "Item": self._item(sort)}} for sort in ("STATE", "EVENT#1")]
        await self._calling("dynamodb", "transact_write_items", TransactItems=puts)()

    async def _stream(self) -> None:
        await asyncio.to_thread(self._through_the_stream)

    def _through_the_stream(self) -> None:
        streams = self._clients["dynamodbstreams"]
        (shard, *_) = streams.describe_stream(StreamArn=self._stream_arn)["StreamDescription"]["Shards"]
        place = {"StreamArn": self._stream_arn, "ShardId": shard["ShardId"], "ShardIteratorType": "LATEST"}
        iterator = streams.get_shard_iterator(**place)["ShardIterator"]
        self._clients["dynamodb"].put_item(TableName=self._name, Item=self._item("EVENT#1"))
        while True:
            found = streams.get_records(ShardIterator=iterator)
            if found["Records"]:
                return
            iterator = found["NextShardIterator"]

    async def _queue_hop(self) -> None:
        await asyncio.to_thread(self._clients["sqs"].send_message, QueueUrl=self._queue, MessageBody="bench")
        await asyncio.to_thread(self._receive)

    async def _bus_hop(self) -> None:
        bus = self._stack.outputs["EventBusName"]
        entry = {"EventBusName": bus, "Source": self._name, "DetailType": "Bench", "Detail": "{}"}
        await self._calling("events", "put_events", Entries=[entry])()
        await asyncio.to_thread(self._receive)

    def _receive(self) -> None:
        sqs = self._clients["sqs"]
        while not (found := sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=5).get("Messages")):
            pass
        sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=found[0]["ReceiptHandle"])

    async def _machine(self) -> None:
        start = {"stateMachineArn": self._machine_arn, "input": "{}"}
        await asyncio.to_thread(lambda: self._machines.start_sync_execution(**start))

    async def _post(self) -> None:
        """From the call to the frame in the client's hands, through the front door."""
        post = {"ConnectionId": self._connection, "Data": b'{"type":"bench"}'}
        await asyncio.to_thread(lambda: self._connections.post_to_connection(**post))
        await _heard(self._socket, "bench")


def _client(deployed: stack.Stack, service: str, endpoint: str) -> Any:
    """A client whose endpoint is used as it stands: here, nested machines have no host name of their own."""
    session = boto3.session.Session(settings.KEY, settings.KEY, region_name=deployed.region)
    create: Any = session.client
    return create(service, endpoint_url=endpoint, config=Config(inject_host_prefix=False))


async def _heard(socket: Any, kind: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while json.loads(await socket.receive_str())["type"] != kind:
            pass


async def _order(session: Session, socket: Any, times: Times) -> None:
    wanted = {
        "restaurantId": seed.AUTOMATIC,
        "items": [{"itemId": "margherita", "quantity": 1}],
        "deliveryAddress": ADDRESS,
        "coordination": "orchestration",
    }
    clicked = time.perf_counter()
    placing = asyncio.create_task(session.post("/orders", wanted))
    heard: dict[tuple[str, str], float] = {}
    async with asyncio.timeout(PATIENCE):
        while not placing.done() or {status for order, status in heard if order == _id(placing)} < WAY.keys():
            update = json.loads(await socket.receive_str())
            if "sequence" in update:
                heard.setdefault((update.get("orderId"), update.get("status")), time.perf_counter() - clicked)
    for (order, status), seconds in heard.items():
        if order == _id(placing) and status in WAY:
            times[status].append(seconds)


def _id(placing: asyncio.Task[Any]) -> str:
    return str(placing.result().body["orderId"])


def _percentile(values: list[float], part: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(part * 100) - 1]


def _report(states: Times, hops: Times) -> None:
    bare = {name: statistics.median(times) for name, times in hops.items()}
    print("bare hops, p50: " + ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in bare.items()))
    print(f"{'state':<12}{'p50 ms':>8}{'p99 ms':>8}{'hops':>6}{'their sum ms':>14}{'p50 / sum':>11}")
    ways = accumulate(WAY.values(), lambda before, added: (*before, *added))
    for (status, times), way in zip(((status, states[status]) for status in WAY), ways, strict=True):
        total = sum(bare[hop] for hop in (*way, *TAIL))
        middle, worst = _percentile(times, 0.5), _percentile(times, 0.99)
        print(
            f"{status:<12}{middle * 1000:>8.0f}{worst * 1000:>8.0f}{len(way) + len(TAIL):>6}{total * 1000:>14.0f}"
            f"{middle / total:>11.2f}"
        )


async def _connection_id(deployed: stack.Stack, socket: Any, session: Session) -> str:
    """The id by which @connections knows the socket: the newest of the user's."""
    await socket.send_str('{"action":"ping"}')
    await _heard(socket, "pong")
    found = deployed.client("dynamodb").query(
        TableName=deployed.outputs["ConnectionsTable"],
        KeyConditionExpression="pk = :user AND begins_with(sk, :kind)",
        ExpressionAttributeValues={":user": {"S": f"USER#{session.user_id}"}, ":kind": {"S": "CONNECTION#"}},
    )
    newest = max(found["Items"], key=lambda row: int(row.get("nextFrameAt", {"N": "0"})["N"]))
    return str(newest["connectionId"]["S"])


async def run(configured: settings.Settings, orders: int) -> None:
    """Print both."""
    deployed = stack.load(configured)
    states, hops = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    async with Platform.at(configured.front_door) as platform:
        session = await platform.demo_session(seed.DEMO_USERS[0]["username"])
        async with session.updates() as socket:
            bare = Hops(deployed, session, await _connection_id(deployed, socket, session), socket)
            with bare.prepared():
                for number in range(orders + 3):
                    kept: tuple[Times, Times] = (
                        (states, hops) if number >= 3 else (defaultdict(list), defaultdict(list))
                    )
                    await _order(session, socket, kept[0])
                    for name, hop in bare.all.items():
                        started = time.perf_counter()
                        await hop()
                        kept[1][name].append(time.perf_counter() - started)
    print(f"{orders} orders, one after the other")
    _report(states, hops)


def main() -> int:
    """Exit code 0 when every order was followed to its confirmation."""
    parser = argparse.ArgumentParser(prog="python -m local.bench_push", description=__doc__)
    parser.add_argument("--orders", type=int, default=200)
    asyncio.run(run(settings.load(), parser.parse_args().orders))
    return 0


if __name__ == "__main__":
    sys.exit(main())
