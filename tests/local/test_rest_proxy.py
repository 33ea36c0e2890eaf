"""The front door hands REST requests to the emulator as they came."""

import asyncio
import re

from local.frontdoor import platform
from tests.local.fake_emulator import FrontDoor


async def test_method_path_query_body_and_headers_reach_the_api_unchanged(front_door: FrontDoor) -> None:
    answer = await front_door.client.request(
        "PUT", f"{front_door.url}/api/orders/a%2Fb?x=1&x=2&y=%C3%A9", data="{}", headers={"Idempotency-Key": "k1"}
    )
    told = await answer.json()
    assert (told["method"], told["path"], told["query"]) == ("PUT", "/orders/a%2Fb", "x=1&x=2&y=%C3%A9")
    assert told["body"] == "{}"
    assert told["headers"]["Idempotency-Key"] == "k1"


async def test_a_line_break_in_the_path_reaches_the_api_too(front_door: FrontDoor) -> None:
    answer = await front_door.get("/api/orders/a%0Ab")
    assert (await answer.json())["path"] == "/orders/a%0Ab"


async def test_status_and_headers_come_back_without_those_of_the_connection(front_door: FrontDoor) -> None:
    answer = await front_door.get("/api/orders")
    assert answer.status == 202
    assert (answer.headers["ETag"], answer.headers["Location"]) == ('"7"', "/orders/1")
    assert "Keep-Alive" not in answer.headers


async def test_headers_that_connection_names_are_not_passed_on(front_door: FrontDoor) -> None:
    answer = await front_door.get(
        "/api/orders", headers={"Connection": "X-Private", "X-Private": "1", "TE": "trailers"}
    )
    names = {name.lower() for name in (await answer.json())["headers"]}
    assert not names & {"x-private", "te"}


async def test_a_request_without_a_trace_header_gets_one_as_from_api_gateway(front_door: FrontDoor) -> None:
    answer = await front_door.get("/api/orders")
    given = (await answer.json())["headers"]["X-Amzn-Trace-Id"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", given)


async def test_a_callers_trace_header_is_kept(front_door: FrontDoor) -> None:
    sent = "Root=1-00000001-0123456789abcdef01234567"
    answer = await front_door.get("/api/orders", headers={"X-Amzn-Trace-Id": sent})
    assert (await answer.json())["headers"]["X-Amzn-Trace-Id"] == sent


async def test_a_request_finds_the_api_after_a_deployment_has_given_it_a_new_id(front_door: FrontDoor) -> None:
    assert (await front_door.get("/api/orders")).status == 202
    front_door.emulator.api_id = "api2"
    await asyncio.sleep(platform.LOOK_UP_INTERVAL + 0.05)
    assert (await front_door.get("/api/orders")).status == 202


async def test_a_path_that_is_not_there_is_not_looked_up_for_each_request(front_door: FrontDoor) -> None:
    for _ in range(5):
        assert (await front_door.get("/api/missing")).status == 404
    assert front_door.emulator.stack_looked_up == 1


async def test_an_emulator_that_is_gone_is_a_502_with_one_sentence(front_door: FrontDoor) -> None:
    await front_door.get("/api/orders")
    await front_door.emulator_server.close()
    answer = await front_door.get("/api/orders")
    assert answer.status == 502
    assert answer.content_type == "application/problem+json"
    assert "does not answer" in (await answer.json())["detail"]


async def test_an_emulator_that_never_answered_is_a_502_too(front_door: FrontDoor) -> None:
    await front_door.emulator_server.close()
    answer = await front_door.get("/api/orders")
    assert answer.status == 502
    assert "has no deployed stack" in (await answer.json())["detail"]
