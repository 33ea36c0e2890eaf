"""Couriers who come to work: orders find those on duty, in their country, and nobody else."""

import asyncio

import pytest

from local.client import Platform, Session
from local.order import ADDRESS
from local.stack import Stack
from tests.e2e.customers import new_courier
from tests.e2e.orders import ended, placed, wanted
from tests.e2e.scenario import COORDINATIONS

# Where nobody else of the demo works, one for each coordination: the tests' own.
COUNTRIES = dict(zip(COORDINATIONS, ("LI", "LU"), strict=True))


@pytest.mark.parametrize("coordination", COORDINATIONS)
async def test_orders_find_a_courier_as_long_as_one_is_on_duty(
    alice: Session, platform: Platform, deployed: Stack, coordination: str
) -> None:
    country = COUNTRIES[coordination]
    courier, _ = await new_courier(platform, deployed)

    async def order() -> tuple[str, str, str | None]:
        asked = wanted(coordination=coordination, deliveryAddress=ADDRESS | {"country": country})
        order_id = await placed(alice, asked)
        found = await ended(alice, order_id)
        return order_id, found["status"], found["reason"]

    assert (await courier.get("/me/shift")).body["onDuty"] is False
    _, *told = await order()
    assert told == ["REJECTED", "No courier is available for your address."]

    started = await courier.call("PUT", "/me/shift", json_body={"country": country})
    assert (started.status, started.body["onDuty"], started.body["country"]) == (200, True, country)
    brought, status, _ = await order()
    assert status == "CONFIRMED"

    over = await courier.call("DELETE", "/me/shift")
    assert (over.status, over.body["onDuty"]) == (200, False)
    _, *told = await order()
    assert told == ["REJECTED", "No courier is available for your address."]
    # What they have they bring.
    mine = (await courier.get("/deliveries?open=true")).body["items"]
    assert [(run["orderId"], run["status"]) for run in mine] == [(brought, "ASSIGNED")]


async def test_a_courier_who_moves_is_found_in_one_country_only(platform: Platform, deployed: Stack) -> None:
    courier, _ = await new_courier(platform, deployed)
    moves = [courier.call("PUT", "/me/shift", json_body={"country": country}) for country in ("MC", "SM") * 3]
    assert {answer.status for answer in await asyncio.gather(*moves)} == {200}
    shift = (await courier.get("/me/shift")).body
    rows = {
        country: deployed.client("dynamodb").query(
            TableName=deployed.outputs["DeliveryTable"],
            KeyConditionExpression="pk = :country",
            ExpressionAttributeValues={":country": {"S": f"COUNTRY#{country}"}},
        )["Count"]
        for country in ("MC", "SM")
    }
    assert rows == {country: int(country == shift["country"]) for country in rows}
