"""Scenarios of an order, one file per ending (scenarios/*.yaml), and how each is played on the running platform.

`order` is what the customer asks for; `faults` go wrong from the start; `steps` are played one after the other; `ends`,
`reason` and `books` are what must have come of it; `patient` is one that waits for long. A step of the saga has one
name here, whoever does it.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from local import seed
from local.client import Platform, Session
from local.order import ADDRESS
from local.stack import Stack
from tests.e2e import gateway_events, messages
from tests.e2e.alarms import rings
from tests.e2e.books import settled
from tests.e2e.operator import operate
from tests.e2e.orders import history, placed
from tests.faults import Fault, fault
from yafdp.kernel.ids import derived_id

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
COORDINATIONS = ("orchestration", "choreography")
# Seconds for a state to be reached, on a machine with other work.
PATIENCE = 300
# Which invocations are a step of the saga: a function, and a text that is in its payload. The first is the state
# machines', the second the choreography's; news of couriers come to both alike.
STEPS = {
    "take in": [("intake", "SubmitOrder")],
    "reserve": [("stock", '"name":"reserve"'), ("stock-reactions", "OrderPriced")],
    "authorise": [("payments", '"name":"authorise"'), ("payment-reactions", "StockReserved")],
    "assign": [("couriers", '"name":"assign"'), ("delivery-reactions", "TicketAccepted")],
    "capture": [("payments", '"name":"capture"'), ("payment-reactions", "CourierAssigned")],
    "hear of the courier": [("order-progress", "TicketReady"), ("order-progress", "DeliveryPickedUp")],
    "give back": [("payments", '"name":"giveBack"'), ("payment-reactions", "TicketWithdrawn")],
}


@dataclass
class Scenario:
    """One file."""

    name: str
    ending: str
    ends: str
    books: dict[str, str | None]
    reason: str | None = None
    order: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    again: int = 1
    patient: bool = False


def read(path: Path) -> Scenario:
    """The scenario in a file. Raises TypeError for a field that there is none of."""
    return Scenario(name=path.stem, **yaml.safe_load(path.read_text()))


async def play(scenario: Scenario, coordination: str, platform: Platform, deployed: Stack) -> dict[str, Any]:
    """Play a scenario; how its order ended: `status`, `reason`, `books`."""
    customer = await platform.demo_session("alice@example.com")
    key = str(uuid.uuid4())
    order_id = derived_id("order", customer.user_id, key)
    with ExitStack() as faults:
        one = _Play(scenario, coordination, platform, deployed, customer, order_id, faults)
        assert await placed(customer, _wanted(scenario.order, coordination), key) == order_id
        if scenario.again > 1:
            await one.until("PRICED")
            await messages.started_again(deployed, order_id, times=scenario.again - 1)
        for step in scenario.steps:
            ((name, value),) = step.items()
            await one.actions[name](value)
        await one.until(scenario.ends)
    expected = scenario.books | {"order": scenario.ends}
    found = await settled(deployed, order_id, **expected)
    order = (await customer.get(f"/orders/{order_id}")).body
    return {"orderId": order_id, "status": order["status"], "reason": order["reason"], "books": found}


def _wanted(order: dict[str, Any], coordination: str) -> dict[str, Any]:
    manual = order.get("restaurant") == "manual"
    item = order.get("item", "ramen" if manual else "margherita")
    return {
        "restaurantId": seed.MANUAL if manual else seed.AUTOMATIC,
        "items": [{"itemId": item, "quantity": order.get("quantity", 1)}],
        "deliveryAddress": ADDRESS | ({"country": order["country"]} if "country" in order else {}),
        "paymentMethod": order.get("paymentMethod", "pm_card_ok"),
        "coordination": coordination,
    }


class _Play:
    """One order of a scenario, and everything that can be done with it."""

    def __init__(
        self,
        scenario: Scenario,
        coordination: str,
        platform: Platform,
        deployed: Stack,
        customer: Session,
        order_id: str,
        faults: ExitStack,
    ) -> None:
        self._platform, self._deployed, self._customer, self._id = platform, deployed, customer, order_id
        self._coordination = coordination
        self._faults: dict[str, list[Fault]] = {}
        for asked in scenario.faults:
            self._faults[asked["step"]] = [
                faults.enter_context(
                    fault(deployed, function, kind=asked["kind"], matching=[order_id, text], count=asked.get("count"))
                )
                for function, text in STEPS[asked["step"]]
            ]
        self.actions: dict[str, Callable[[Any], Awaitable[None]]] = {
            "until": self.until,
            "books": self._books,
            "happened": self._happened,
            "met": self._met,
            "mended": self._mended,
            "cancel": self._cancel,
            "confirm": self._confirm,
            "bank": self._bank,
            "kitchen": self._kitchen,
            "courier": self._courier,
            "stand still": self._stand_still,
            "told": self._told,
            "rings": self._rings,
            "resume": self._resume,
        }

    async def until(self, status: str) -> None:
        """The order is in this state, or has come past it."""
        reached: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while status not in reached:
                reached = [event["status"] for event in await history(self._customer, self._id)]
                await asyncio.sleep(0.1)

    async def _books(self, expected: dict[str, str | None]) -> None:
        found = await settled(self._deployed, self._id, **expected)
        assert expected.items() <= found.items(), found

    async def _happened(self, event: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while event not in [one["type"] for one in await history(self._customer, self._id)]:
                await asyncio.sleep(0.1)

    async def _met(self, step: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not any(one.hits() for one in self._faults[step]):
                await asyncio.sleep(0.05)

    async def _mended(self, _: bool) -> None:
        for made in (one for faults in self._faults.values() for one in faults):
            made.release()

    async def _cancel(self, status: int) -> None:
        answer = await self._customer.post(f"/orders/{self._id}/cancel")
        assert answer.status == status, answer.body

    async def _confirm(self, expected: list[str]) -> None:
        """The customer says that they have; the payment is in one of these states then."""
        answer = await self._customer.post(f"/orders/{self._id}/payment-confirmation")
        assert answer.status == 200, answer.body
        assert answer.body["status"] in expected, answer.body

    async def _bank(self, standing: str) -> None:
        """The customer's bank has its answer, and nobody tells."""
        gateway_events.put_charge(self._deployed, self._id, standing)

    async def _kitchen(self, act: dict[str, int]) -> None:
        await self._work("kitchen@example.com", "/kitchen/orders", act)

    async def _courier(self, act: dict[str, int]) -> None:
        await self._work("courier@example.com", "/deliveries", act)

    async def _work(self, user: str, path: str, act: dict[str, int]) -> None:
        worker = await self._platform.demo_session(user)
        for verb, status in act.items():
            body = {"reason": "we are out of rice"} if verb == "reject" else None
            answer = await worker.post(f"{path}/{self._id}/{verb}", body)
            assert answer.status == status, answer.body

    async def _stand_still(self, coordination: str) -> None:
        """The order has not moved for long; `both`, or only the one that nobody else would look after."""
        if coordination in {"both", self._coordination}:
            await messages.made_to_stand_still(self._deployed, self._id)

    async def _told(self, expected: dict[str, Any]) -> None:
        told = [one["data"] for one in await history(self._customer, self._id) if one["type"] == "OrderNeedsAttention"]
        assert len(told) == 1
        assert expected.items() <= told[0].items(), told

    async def _rings(self, alarm: str) -> None:
        assert await rings(self._deployed, alarm)

    async def _resume(self, _: bool) -> None:
        answer = await asyncio.to_thread(operate, self._deployed, "resume", self._id)
        assert "is undone: REJECTED" in answer.stdout or await self._has_ended(), answer.stderr

    async def _has_ended(self) -> bool:
        return bool((await self._customer.get(f"/orders/{self._id}")).body["status"] == "REJECTED")
