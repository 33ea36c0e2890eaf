"""What failed for good is seen, taken back once its cause is gone, and done."""

import asyncio
import subprocess
from collections.abc import Callable
from functools import partial

import pytest

from local.client import Session
from local.settings import Settings
from local.stack import Stack, resources
from operations.dead_letters import DeployedStack
from operations.target import Target
from tests.contract import infrastructure as infra
from tests.e2e import operator
from tests.e2e.orders import ended, history, placed, wanted
from tests.faults import fault

# Seconds: a message has had all its receives, or a stream batch all its retries, long before.
WAIT = 240.0

type Operate = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def operate(deployed: Stack) -> Operate:
    """Runs `python -m operations` against the platform."""
    return partial(operator.operate, deployed)


async def dead_letters(deployed: Stack, settings: Settings, queue: str, number: int) -> None:
    """Return once so many messages are in a queue."""
    sqs, url = deployed.client("sqs"), resources(settings)[queue]
    async with asyncio.timeout(WAIT):
        while True:
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
            if int(attributes["Attributes"]["ApproximateNumberOfMessages"]) >= number:
                return
            await asyncio.sleep(0.2)


def test_every_dead_letter_queue_of_the_template_is_found(platform_settings: Settings) -> None:
    here = platform_settings
    stack = DeployedStack(Target(here.stack_name, here.region, here.endpoint))
    queues = stack.dead_letter_queues()
    assert {queue.logical_id for queue in queues} == infra.dead_letter_queues(infra.TEMPLATE)
    assert [queue.name for queue in queues if bool(queue.work) is bool(queue.stream)] == []
    assert [queue.name for queue in queues if queue.consumer is None] == []


async def test_an_order_that_could_not_be_taken_in_is_taken_in_after_a_redrive(
    alice: Session, deployed: Stack, platform_settings: Settings, operate: Operate
) -> None:
    order = await placed_while_pricing_fails(alice, deployed, platform_settings)
    seen = operate("redrive")
    assert seen.returncode == 0, seen.stderr
    for part in ("SubmitOrder", f"aggregate {order}", "pricing failed"):
        assert part in seen.stdout
    redriven = operate("redrive", "Order")
    assert "went back to" in redriven.stdout, redriven.stderr
    assert (await ended(alice, order))["status"] == "CONFIRMED"
    assert order not in operate("redrive").stdout


async def placed_while_pricing_fails(alice: Session, deployed: Stack, settings: Settings) -> str:
    """An order whose command is in the dead-letter queue."""
    # A function that starts may take so long that a receive is over before anybody was asked.
    await ended(alice, await placed(alice, wanted()))
    with fault(deployed, "pricing", kind="error") as broken:
        order = await placed(alice, wanted())
        await dead_letters(deployed, settings, "OrderDeadLetterQueue", 1)
    declared = infra.TEMPLATE["Resources"]["OrderQueue"]["Properties"]["RedrivePolicy"]
    assert broken.hits() >= declared["maxReceiveCount"]
    return order


async def test_events_that_a_relay_gave_up_on_reach_the_bus_after_a_redrive(
    alice: Session, deployed: Stack, platform_settings: Settings, operate: Operate
) -> None:
    order = await answered_while_nobody_hears(alice, deployed, platform_settings)
    assert "stream record" in operate("redrive").stdout
    redriven = operate("redrive", "KitchenRelay")
    assert f"handed to {platform_settings.stack_name}-kitchen-relay again" in redriven.stdout, redriven.stderr
    # The order has waited for the kitchen's answer, which only the bus can bring.
    assert (await ended(alice, order))["status"] == "CONFIRMED"


async def answered_while_nobody_hears(alice: Session, deployed: Stack, settings: Settings) -> str:
    """An order whose kitchen has answered to a relay that fails."""
    with fault(deployed, "kitchen-relay", kind="error"):
        # A state machine would wait no longer for the answer than its kitchen has time to give it.
        order = await placed(alice, wanted(coordination="choreography"))
        await dead_letters(deployed, settings, "KitchenRelayDeadLetterQueue", 1)
    return order


async def test_a_saga_that_was_stopped_goes_on_where_it_was(
    alice: Session, deployed: Stack, platform_settings: Settings, operate: Operate
) -> None:
    states, saga = deployed.client("stepfunctions"), resources(platform_settings)["OrderSaga"]
    order = await placed(alice, wanted())
    await ended(alice, order)  # the functions are warm now
    with fault(deployed, "stock", kind="hold", count=1) as held:
        order = await placed(alice, wanted())
        await held.met()
        running = states.list_executions(stateMachineArn=saga, statusFilter="RUNNING")["executions"]
        (execution,) = [listed for listed in running if order in listed["name"]]
        states.stop_execution(executionArn=execution["executionArn"], error="Stopped", cause="by hand")
        listed = operate("resume")
        assert f"{order}" in listed.stdout
        assert "ABORTED Stopped: by hand" in listed.stdout
        resumed = operate("resume", order)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert (await ended(alice, order))["status"] == "CONFIRMED"


# The queues on the way of a choreographed order, in its order, each with its consumer and the setting that names the
# table which the consumer cannot do without.
WAY = (
    ("Order", "IntakeFunction", "ORDERS_TABLE"),
    ("StockSteps", "StockReactionsFunction", "CATALOG_TABLE"),
    ("PaymentSteps", "PaymentReactionsFunction", "PAYMENTS_TABLE"),
    ("KitchenSteps", "KitchenReactionsFunction", "KITCHEN_TABLE"),
    ("DeliverySteps", "DeliveryReactionsFunction", "DELIVERY_TABLE"),
    ("OrderProgress", "OrderProgressFunction", "ORDERS_TABLE"),
)


async def test_an_order_that_dies_in_every_queue_on_its_way_completes_after_each_is_mended_and_redriven(
    alice: Session, deployed: Stack, platform_settings: Settings, operate: Operate
) -> None:
    for _, function, setting in WAY:
        _set(deployed, platform_settings, function, {setting: "no-such-table"})
    try:
        order = await placed(alice, wanted(coordination="choreography"))
        for queue, function, _ in WAY[:-1]:
            await dead_letters(deployed, platform_settings, f"{queue}DeadLetterQueue", 1)
            _set(deployed, platform_settings, function, {})
            redriven = await asyncio.to_thread(operate, "redrive", queue)
            assert "went back to" in redriven.stdout, redriven.stderr
        # Five participants have told the order that they are done, before it could hear; payments were asked twice.
        await dead_letters(deployed, platform_settings, "OrderProgressDeadLetterQueue", 5)
        _set(deployed, platform_settings, WAY[-1][1], {})
        redriven = await asyncio.to_thread(operate, "redrive", "OrderProgress")
        assert "went back to" in redriven.stdout, redriven.stderr
        assert (await ended(alice, order))["status"] == "CONFIRMED"
        assert [event["status"] for event in await history(alice, order)] == [
            "RECEIVED", "PRICED", "RESERVED", "AUTHORISED", "ACCEPTED", "ASSIGNED", "CONFIRMED",
        ]  # fmt: skip
    finally:
        for _, function, _ in WAY:
            _set(deployed, platform_settings, function, {})


def _set(deployed: Stack, settings: Settings, function: str, changes: dict[str, str]) -> None:
    """Give a function its own settings with these changes."""
    functions, name = deployed.client("lambda"), resources(settings)[function]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    original = _ORIGINAL.setdefault(name, variables)
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": original | changes})


_ORIGINAL: dict[str, dict[str, str]] = {}
