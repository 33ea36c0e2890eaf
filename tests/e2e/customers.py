"""Customers of a test alone, so that no other test has touched their basket or orders."""

import asyncio
import uuid

from local import seed
from local.client import Platform, Session
from local.stack import Stack


async def new_customer(platform: Platform, deployed: Stack) -> Session:
    """Signs up a customer that nobody else is."""
    name, pool = f"{uuid.uuid4()}@example.com", deployed.outputs["UserPoolId"]
    cognito = deployed.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=seed.PASSWORD, Permanent=True)
    return await platform.sign_in(name, seed.PASSWORD)


async def new_customers(platform: Platform, deployed: Stack, number: int) -> list[Session]:
    """So many of them, a few at a time."""
    gate = asyncio.Semaphore(8)

    async def one() -> Session:
        async with gate:
            return await new_customer(platform, deployed)

    return list(await asyncio.gather(*(one() for _ in range(number))))
