"""What the platform does not have is answered by the old system, and a dead one harms nobody else."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from local.client import Platform, Session
from local.settings import Settings
from tests.e2e.backends import absent, silent, telling, trickling
from tests.e2e.facades import CONTRACT, facade
from tests.shown import Show

TIMEOUT = 5.0  # seconds; `timeoutInMillis` in the contract
CALLERS = 80  # at once; more than the emulator has threads for ordinary work


async def ask(method: str, url: str, **options: Any) -> tuple[int, Any, bytes]:
    """Status, headers and body of an answer, as it comes."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http,
        http.request(method, url, allow_redirects=False, **options) as answer,
    ):
        return answer.status, answer.headers, await answer.read()


async def test_method_path_query_headers_and_body_reach_the_old_system(platform_settings: Settings) -> None:
    async with telling() as backend, facade(platform_settings, backend) as address:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            status, _, body = await ask(
                method,
                f"{address}/reports/a%20b/2026?from=01.01.2026&x=1&x=2&status=201",
                data=b"kunde=K-1&betrag=19%2C90",
                headers={"Content-Type": "application/x-www-form-urlencoded", "X-Card-Pin": "4711", "Cookie": "s=1"},
            )
            told = json.loads(body)
            assert (status, told["method"]) == (201, method)
            assert told["target"] == "/reports/a%20b/2026?from=01.01.2026&x=1&x=2&status=201"
            assert told["body"] == "kunde=K-1&betrag=19%2C90"
            assert (told["headers"]["x-card-pin"], told["headers"]["cookie"]) == ("4711", "s=1")
            assert told["headers"]["content-type"] == "application/x-www-form-urlencoded"


async def test_a_binary_body_arrives_byte_for_byte(platform_settings: Settings) -> None:
    picture = bytes(range(256))
    async with telling() as backend, facade(platform_settings, backend) as address:
        _, _, body = await ask("POST", f"{address}/logo", data=picture, headers={"Content-Type": "image/png"})
    assert json.loads(body)["body"].encode("latin-1") == picture


@pytest.mark.parametrize("status", [200, 204, 302, 404, 409, 500, 503])
async def test_a_status_passes_with_its_headers_and_a_redirect_is_not_followed(
    platform_settings: Settings, status: int
) -> None:
    async with telling() as backend, facade(platform_settings, backend) as address:
        answered, headers, _ = await ask("GET", f"{address}/old?status={status}")
    assert answered == status
    assert (headers["X-Shop"], headers["Location"]) == ("4.2", "/elsewhere")
    assert [cookie.partition(";")[0] for cookie in headers.getall("Set-Cookie")] == ["a=1", "b=2"]


async def test_headers_of_one_connection_and_of_the_inside_do_not_pass(platform_settings: Settings) -> None:
    kept = {
        "Authorization": "Bearer a-token-of-the-platform",
        "X-Shop-Operator": "boss",
        "Connection": "keep-alive, X-Once",
        "X-Once": "1",
        "Keep-Alive": "timeout=5",
        "TE": "trailers",
        "Proxy-Authorization": "Basic eDp5",
        "Max-Forwards": "3",
    }
    async with telling() as backend, facade(platform_settings, backend) as address:
        _, headers, body = await ask("GET", f"{address}/old", headers=kept)
        told = json.loads(body)["headers"]
        assert told["host"] == backend.removeprefix("http://")
    assert not [name for name in kept if told.get(name.lower()) and name != "Connection"]
    assert "x-once" not in told.get("connection", "").lower()
    assert not {"Keep-Alive", "Proxy-Authenticate", "X-Hop"} & headers.keys()
    assert "OldShop" not in headers.get("Server", "")


async def test_the_old_system_does_not_believe_an_operator_who_comes_through_the_facade(
    platform: Platform, platform_settings: Settings
) -> None:
    boss = {"X-Shop-Operator": "boss"}
    path = "/loyalty/points?karte=8001"
    assert (await ask("GET", platform_settings.legacy + path, headers=boss))[0] == 200
    assert (await ask("GET", platform.config["apiUrl"] + path, headers=boss))[0] == 401
    status, headers, body = await ask("GET", platform.config["apiUrl"] + path, headers={"X-Card-Pin": "4711"})
    assert (status, headers["Content-Type"]) == (200, "text/xml; charset=UTF-8")
    assert b'<karte nummer="8001"><punkte>' in body


async def test_points_are_spent_in_the_old_system_through_the_platform(platform: Platform) -> None:
    api, pin = platform.config["apiUrl"], {"X-Card-Pin": "0815"}
    status, _, body = await ask("POST", f"{api}/loyalty/redeem", data={"karte": "8002", "punkte": "1"}, headers=pin)
    assert status == 200
    _, _, shown = await ask("GET", f"{api}/loyalty/points?karte=8002", headers=pin)
    assert shown == body
    assert (await ask("POST", f"{api}/loyalty/redeem", data={"karte": "8002", "punkte": "999"}, headers=pin))[0] == 409


async def test_what_the_platform_has_never_reaches_the_old_system(
    platform_settings: Settings, platform: Platform, alice: Session
) -> None:
    async with telling() as backend, facade(platform_settings, backend) as address:
        signed = {"Authorization": f"Bearer {alice.token}"}
        status, headers, body = await ask("GET", f"{address}/orders", headers=signed)
        assert (status, "items" in json.loads(body), "X-Shop" in headers) == (200, True, False)
        # A method that a path of the platform does not have is refused by the platform.
        for path in ("/restaurants", "/orders", "/basket/checkout"):
            status, headers, _ = await ask("PATCH", address + path, headers=signed)
            assert (status, headers["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("path", ["/", "/coupons-of-old", "/loyalty/points", "/a/b/c/d"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_without_an_old_system_such_routes_are_404(platform_settings: Settings, method: str, path: str) -> None:
    async with facade(platform_settings, "") as address:
        status, headers, body = await ask(method, address + path, data=b"x", headers={"Content-Type": "text/plain"})
        assert (status, headers["Content-Type"]) == (404, "application/problem+json")
        assert json.loads(body)["type"] == "https://yafdp.dev/problems/not-found"
        assert (await ask("GET", f"{address}/restaurants"))[0] == 200


async def test_an_old_system_that_is_gone_is_502(platform_settings: Settings) -> None:
    for gone in (absent(), "http://old-shop.invalid"):
        async with facade(platform_settings, gone) as address:
            status, headers, body = await ask("GET", f"{address}/loyalty/points?karte=8001")
            assert (status, headers["Content-Type"]) == (502, "application/problem+json")
            assert json.loads(body)["type"] == "https://yafdp.dev/problems/bad-gateway"
            assert (await ask("GET", f"{address}/restaurants"))[0] == 200


async def test_an_old_system_that_hangs_is_504_in_its_time_and_holds_up_no_other_route(
    platform_settings: Settings, show: Show
) -> None:
    async with silent() as backend, facade(platform_settings, backend) as address:
        assert (await ask("GET", f"{address}/restaurants"))[0] == 200
        began = time.monotonic()
        hanging = [asyncio.create_task(ask("GET", f"{address}/loyalty/points")) for _ in range(CALLERS)]
        await asyncio.sleep(0.5)
        slowest = 0.0
        for number in range(10):
            asked = time.monotonic()
            assert (await ask("GET", f"{address}/restaurants"))[0] == 200
            slowest = max(slowest, time.monotonic() - asked)
            # Answered while they hang, not after they have given up.
            assert number or not all(task.done() for task in hanging)
        answers = await asyncio.gather(*hanging)
        waited = time.monotonic() - began
    for status, headers, body in answers:
        assert (status, headers["Content-Type"]) == (504, "application/problem+json")
        assert json.loads(body)["type"] == "https://yafdp.dev/problems/gateway-timeout"
    show(
        f"{CALLERS} calls of an old system that hangs: 504 after {waited:.1f} s (its timeout: {TIMEOUT:.0f} s); "
        f"meanwhile the slowest of 10 other calls took {slowest * 1000:.0f} ms"
    )


async def test_an_old_system_that_never_comes_to_an_end_is_504_too(platform_settings: Settings) -> None:
    async with trickling() as backend, facade(platform_settings, backend) as address:
        status, headers, _ = await ask("GET", f"{address}/loyalty/points")
        assert (status, headers["Content-Type"]) == (504, "application/problem+json")


def test_the_contract_gives_the_old_system_so_long() -> None:
    assert CONTRACT.count(f"timeoutInMillis: {TIMEOUT * 1000:.0f}") == 2
