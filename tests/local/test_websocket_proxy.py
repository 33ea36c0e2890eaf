"""The front door carries WebSockets to the emulator, frame by frame."""

import asyncio
import logging

import aiohttp
import pytest
from aiohttp import WSMsgType

from tests.local.fake_emulator import FrontDoor


async def test_messages_go_both_ways(front_door: FrontDoor) -> None:
    async with front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good") as socket:
        await socket.send_str("hello")
        assert await socket.receive_str() == "heard hello"


async def test_the_query_string_and_the_origin_reach_the_api(front_door: FrontDoor) -> None:
    async with front_door.client.ws_connect(
        f"{front_door.url}/ws?ticket=good&v=2", origin="http://localhost:1"
    ) as socket:
        await socket.send_str("hello")
        await socket.receive()
    assert front_door.emulator.web_socket_query == "ticket=good&v=2"
    assert front_door.emulator.web_socket_headers["Origin"] == "http://localhost:1"


async def test_a_connection_that_the_api_refuses_is_refused_with_its_status(front_door: FrontDoor) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await front_door.client.ws_connect(f"{front_door.url}/ws?ticket=stolen")
    assert refusal.value.status == 403


async def test_the_apis_close_code_and_reason_reach_the_client(front_door: FrontDoor) -> None:
    async with front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good") as socket:
        await socket.send_str("close")
        message = await socket.receive()
    assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 1008, "enough")


async def test_the_clients_close_code_reaches_the_api(front_door: FrontDoor) -> None:
    async with front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good") as socket:
        await socket.close(code=4001)
    assert await front_door.emulator.closed_with.get() == 4001


async def test_a_client_that_vanishes_without_a_word_is_closed_at_the_api(front_door: FrontDoor) -> None:
    socket = await front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good")
    assert socket._conn is not None
    assert socket._conn.transport is not None
    socket._conn.transport.abort()
    assert await front_door.emulator.closed_with.get() == 1001


async def test_a_client_that_leaves_during_the_handshake_is_closed_at_the_api_and_is_no_error(
    front_door: FrontDoor, caplog: pytest.LogCaptureFixture
) -> None:
    opening = asyncio.create_task(front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good&v=slow"))
    await front_door.emulator.asked_for_web_socket.wait()
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    front_door.emulator.admits.set()
    assert await front_door.emulator.closed_with.get() == 1001
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_pings_are_answered_by_the_far_end(front_door: FrontDoor) -> None:
    async with front_door.client.ws_connect(f"{front_door.url}/ws?ticket=good", autoping=False) as socket:
        await socket.ping(b"echo")
        message = await socket.receive()
    assert (message.type, message.data) == (WSMsgType.PONG, b"echo from afar")


async def test_a_plain_request_is_told_to_upgrade(front_door: FrontDoor) -> None:
    assert (await front_door.get("/ws?ticket=good")).status == 426
