"""Pages, config.json and what only a laptop has."""

import json

import pytest
from aiohttp.web import RouteDef
from yarl import URL

from local.frontdoor import inbox, inside
from local.legacy import database
from local.xray.document import parse
from tests.local.fake_emulator import FrontDoor

SUBSEGMENT = {
    "id": "aaaaaaaaaaaaaaaa",
    "trace_id": "1-00000001-0123456789abcdef01234567",
    "parent_id": "ffffffffffffffff",
    "type": "subsegment",
    "name": "## handler <b>",
    "start_time": 100.0,
    "end_time": 100.25,
    "annotations": {"correlation_id": "c-1", "Service": "ordering"},
}


def record(front_door: FrontDoor) -> None:
    front_door.traces.add(parse(b'{"format":"json","version":1}\n' + json.dumps(SUBSEGMENT).encode()))


async def test_the_root_is_the_page_in_web(front_door: FrontDoor) -> None:
    answer = await front_door.get("/")
    assert (answer.status, await answer.text()) == (200, "<h1>Hungry?</h1>")


@pytest.mark.parametrize("path", ["/%2e%2e/template.yaml", "/..%2ftemplate.yaml", "/nowhere.html"])
async def test_nothing_outside_web_is_served(front_door: FrontDoor, path: str) -> None:
    answer = await front_door.client.get(URL(front_door.url + path, encoded=True))
    assert answer.status == 404


async def test_config_names_the_apis_and_the_user_pool(front_door: FrontDoor) -> None:
    config = await (await front_door.get("/config.json")).json()
    assert config["apiUrl"] == f"http://localhost:{front_door.settings.port}/api"
    assert config["webSocketUrl"] == f"ws://localhost:{front_door.settings.port}/ws"
    assert (config["userPoolId"], config["userPoolClientId"]) == ("pool1", "client1")
    assert config["cognitoUrl"] == config["emulatorUrl"]
    assert all(set(user) >= {"username", "password", "group"} for user in config["demoUsers"])


async def test_traces_are_found_by_correlation_id(front_door: FrontDoor) -> None:
    record(front_door)
    found = await (await front_door.get("/_local/traces?correlationId=c-1")).json()
    (trace,) = found["traces"]
    assert trace["segments"][0]["name"] == "ordering"
    assert trace["segments"][0]["children"][0]["durationMs"] == 250.0


async def test_a_correlation_id_that_nobody_carries_has_no_traces(front_door: FrontDoor) -> None:
    record(front_door)
    found = await (await front_door.get("/_local/traces?correlationId=c-2")).json()
    assert found["traces"] == []


async def test_a_trace_page_shows_names_as_text_and_not_as_markup(front_door: FrontDoor) -> None:
    record(front_door)
    page = await (await front_door.get("/_local/trace/c-1")).text()
    assert "## handler &lt;b&gt; 250.0 ms" in page


@pytest.mark.parametrize("path", ["/_local/trace/unheard-of", "/_local/nothing", "/_local/index.html"])
async def test_what_is_not_there_under_local_is_a_problem(front_door: FrontDoor, path: str) -> None:
    answer = await front_door.get(path)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_the_index_links_to_what_exists(front_door: FrontDoor) -> None:
    page = await (await front_door.get("/_local/")).text()
    paths = [route.path for route in (*inbox.routes, *inside.routes) if isinstance(route, RouteDef)]
    listed = {path for path in paths if "{" not in path} - {"/_local/"}
    assert all(f'href="{path}"' in page for path in listed)


async def test_the_old_system_s_database_is_shown_without_pins(front_door: FrontDoor) -> None:
    assert (await front_door.get("/_local/legacy")).status == 404
    front_door.settings.legacy_database.parent.mkdir(parents=True, exist_ok=True)
    database.renew(front_door.settings.legacy_database)
    page = await (await front_door.get("/_local/legacy")).text()
    assert "<td>WELCOME5</td>" in page
    assert "20 Jahre &lt;Shop&gt; &amp; Co." in page
    assert "<td>8001</td><td>1250</td>" in page
    assert "4711" not in page
