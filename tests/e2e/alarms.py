"""The stack's alarms, as whoever is on call hears them."""

import asyncio

from local.stack import Stack

# Seconds for what was counted to be seen; less than the alarms' periods.
PATIENCE = 45


async def rings(deployed: Stack, alarm: str) -> bool:
    """Whether the alarm of this logical id rings, now or after a while."""
    described = deployed.client("cloudformation").describe_stack_resource(
        StackName=deployed.name, LogicalResourceId=alarm
    )
    name, cloudwatch = described["StackResourceDetail"]["PhysicalResourceId"], deployed.client("cloudwatch")
    for _ in range(PATIENCE):
        (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        if found["StateValue"] == "ALARM":
            return True
        await asyncio.sleep(1)
    return False
