"""Customers and couriers of a test alone, so that no other test has touched their basket, orders or shifts."""

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


async def new_courier(platform: Platform, deployed: Stack) -> tuple[Session, str]:
    """Hires a courier who is off duty; and their address, with which they sign in like everybody, by seed.PASSWORD."""
    address, pool = f"{uuid.uuid4()}@example.com", deployed.outputs["UserPoolId"]
    cognito = deployed.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=seed.PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName="couriers")
    return await platform.sign_in(address, seed.PASSWORD), address


async def new_customers(platform: Platform, deployed: Stack, number: int) -> list[Session]:
    """So many of them, a few at a time."""
    gate = asyncio.Semaphore(8)

    async def one() -> Session:
        async with gate:
            return await new_customer(platform, deployed)

    return list(await asyncio.gather(*(one() for _ in range(number))))


async def reachable_customer(
    platform: Platform, deployed: Stack, address: str | None = None, number: str | None = None
) -> tuple[Session, str]:
    """A new customer with a verified e-mail address (one of its own, unless given) and maybe a phone; and the
    address.
    """
    address = address or f"{uuid.uuid4()}@example.com"
    values = {"email": address, "email_verified": "true"}
    values |= {"phone_number": number, "phone_number_verified": "true"} if number else {}
    attributes = [{"Name": name, "Value": value} for name, value in values.items()]
    cognito, pool = deployed.client("cognito-idp"), deployed.outputs["UserPoolId"]
    cognito.admin_create_user(UserPoolId=pool, Username=address, UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=seed.PASSWORD, Permanent=True)
    return await platform.sign_in(address, seed.PASSWORD), address
