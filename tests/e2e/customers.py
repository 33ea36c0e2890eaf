"""Customers and couriers of a test alone, so that no other test has touched their basket, orders or shifts."""

import asyncio
import uuid

from local import seed
from local.client import Platform, Session
from local.stack import Stack


async def new_customer(platform: Platform, deployed: Stack) -> Session:
    """Signs up a customer that nobody else is."""
    return await platform.sign_in(_account(deployed, _address()), seed.PASSWORD)


async def new_courier(platform: Platform, deployed: Stack) -> tuple[Session, str]:
    """Hires a courier who is off duty; and their address, with which they sign in like everybody, by seed.PASSWORD."""
    address, pool = _account(deployed, _address()), deployed.outputs["UserPoolId"]
    deployed.client("cognito-idp").admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName="couriers")
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
    address = address or _address()
    values = {"email": address, "email_verified": "true"}
    values |= {"phone_number": number, "phone_number_verified": "true"} if number else {}
    return await platform.sign_in(_account(deployed, address, **values), seed.PASSWORD), address


def _address() -> str:
    return f"{uuid.uuid4()}@example.com"


def _account(deployed: Stack, address: str, **attributes: str) -> str:
    """The address, with an account in the user pool."""
    cognito, pool = deployed.client("cognito-idp"), deployed.outputs["UserPoolId"]
    given = [{"Name": name, "Value": value} for name, value in attributes.items()]
    cognito.admin_create_user(UserPoolId=pool, Username=address, UserAttributes=given, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=address, Password=seed.PASSWORD, Permanent=True)
    return address
