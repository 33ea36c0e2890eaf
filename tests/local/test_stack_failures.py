"""A failed deployment names the resources at fault."""

import asyncio

from local import sam
from tests.local.fake_emulator import FrontDoor


async def test_the_resource_that_failed_first_comes_first_with_its_reason(front_door: FrontDoor) -> None:
    front_door.emulator.stack_events = [
        ("Bus", "AWS::Events::EventBus", "CREATE_COMPLETE", "made"),
        ("Orders", "AWS::DynamoDB::Table", "CREATE_FAILED", "no key schema"),
        ("Relay", "AWS::Lambda::Function", "CREATE_FAILED", "cancelled"),
    ]
    reasons = await asyncio.to_thread(sam.failures, front_door.settings)
    assert reasons == ["Orders (AWS::DynamoDB::Table): no key schema", "Relay (AWS::Lambda::Function): cancelled"]
