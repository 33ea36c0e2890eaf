"""What an order costs in transitions, and races in which exactly one of two wins."""

import asyncio
from typing import Any

import pytest

from local import seed
from local.asl import Machine, successors
from local.client import Platform, Session
from local.stack import Stack
from tests.e2e.books import settled
from tests.e2e.orders import ended, history, placed, wanted
from tests.shown import Show

# Standard machines are paid by the transition, the execution's start counted as one.
# https://aws.amazon.com/step-functions/pricing/
AFFORDED = 4
STRETCHES = ("order_prepare", "order_finish")
RACES = 8


async def test_a_happy_order_costs_at_most_four_standard_transitions(
    alice: Session, deployed: Stack, show: Show
) -> None:
    order_id = await placed(alice, wanted())
    await ended(alice, order_id)
    entered = await _entered(deployed, order_id)
    express = {name: _happy_way(Machine(name)) for name in STRETCHES}
    show(f"Standard: {len(entered)} transitions ({', '.join(entered)})")
    for name, way in express.items():
        show(f"Express:  {len(way)} states in {name} ({', '.join(way)})")
    assert len(entered) <= AFFORDED
    # Express machines are paid by the execution and its time: one of each stretch.
    assert [name for name in entered if name in {"Prepare", "Finish"}] == ["Prepare", "Finish"]


async def test_a_choreographed_order_costs_no_transition(alice: Session, deployed: Stack) -> None:
    order_id = await placed(alice, wanted(coordination="choreography"))
    assert (await ended(alice, order_id))["status"] == "CONFIRMED"
    machines = deployed.client("stepfunctions")
    arn = deployed.outputs["OrderSagaArn"].replace(":stateMachine:", ":execution:") + f":{order_id}"
    with pytest.raises(machines.exceptions.ExecutionDoesNotExist):
        machines.describe_execution(executionArn=arn)


@pytest.mark.parametrize("coordination", ["orchestration", "choreography"])
async def test_of_the_kitchen_s_yes_and_the_customer_s_cancellation_one_wins_and_the_money_is_right(
    platform: Platform, alice: Session, deployed: Stack, coordination: str
) -> None:
    kitchen = await platform.demo_session("kitchen@example.com")
    order = wanted("ramen", restaurantId=seed.MANUAL, coordination=coordination)
    ids = await asyncio.gather(*(placed(alice, order) for _ in range(RACES)))

    async def race(order_id: str) -> None:
        assert (await settled(deployed, order_id, kitchen="PENDING"))["kitchen"] == "PENDING"
        said_yes, cancelled = await asyncio.gather(
            kitchen.post(f"/kitchen/orders/{order_id}/accept"), alice.post(f"/orders/{order_id}/cancel")
        )
        assert said_yes.status in {200, 409}
        # Nothing is ready yet, so the customer may: whoever comes first, the order is called off and paid back.
        assert cancelled.status == 202
        assert (await ended(alice, order_id))["status"] == "CANCELLED"
        found = await settled(deployed, order_id, kitchen="WITHDRAWN", delivery="RELEASED", stock="RELEASED")
        assert found["charge"] in {"VOIDED", "REFUNDED"}
        assert found["charge"] == found["payment"]

    await asyncio.gather(*(race(order_id) for order_id in ids))


async def test_of_ready_food_and_a_cancellation_exactly_one_wins_and_the_money_is_right(
    platform: Platform, alice: Session, deployed: Stack
) -> None:
    kitchen = await platform.demo_session("kitchen@example.com")
    order = wanted("ramen", restaurantId=seed.MANUAL)
    ids = await asyncio.gather(*(placed(alice, order) for _ in range(RACES)))

    async def race(order_id: str) -> str:
        assert (await settled(deployed, order_id, kitchen="PENDING"))["kitchen"] == "PENDING"
        assert (await kitchen.post(f"/kitchen/orders/{order_id}/accept")).status == 200
        assert (await settled(deployed, order_id, kitchen="CONFIRMED"))["kitchen"] == "CONFIRMED"
        ready, cancelled = await asyncio.gather(
            kitchen.post(f"/kitchen/orders/{order_id}/ready"), alice.post(f"/orders/{order_id}/cancel")
        )
        wanted_end = "CANCELLED" if cancelled.status == 202 else "READY"
        assert (ready.status, cancelled.status) in {(200, 202), (409, 202), (200, 409)}
        found = await settled(
            deployed, order_id, order=wanted_end, charge="REFUNDED" if wanted_end == "CANCELLED" else "TAKEN"
        )
        assert (found["order"], found["charge"]) in {("CANCELLED", "REFUNDED"), ("READY", "TAKEN")}
        assert found["order"] == wanted_end
        statuses = [event["status"] for event in await history(alice, order_id)]
        assert not {"READY", "CANCELLED"} <= set(statuses)
        return wanted_end

    await asyncio.gather(*(race(order_id) for order_id in ids))


async def _entered(deployed: Stack, order_id: str) -> list[str]:
    """The states that the order's saga has entered, once it has ended."""
    machines = deployed.client("stepfunctions")
    arn = deployed.outputs["OrderSagaArn"].replace(":stateMachine:", ":execution:") + f":{order_id}"
    async with asyncio.timeout(30):
        while machines.describe_execution(executionArn=arn)["status"] == "RUNNING":
            await asyncio.sleep(0.1)
    events: list[dict[str, Any]] = machines.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    return [event["stateEnteredEventDetails"]["name"] for event in events if event["type"].endswith("StateEntered")]


def _happy_way(machine: Machine) -> list[str]:
    """The states of a stretch in which everything goes well: what comes next, and never what is caught."""
    name, way = machine.definition["StartAt"], list[str]()
    while name:
        way.append(name)
        name = machine.states[name].get("Next", "")
    assert "StartUndo" not in way
    assert all(
        following in machine.states
        for state in map(machine.states.get, way)
        if state
        for following in successors(state)
    )
    return way
