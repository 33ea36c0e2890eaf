"""A small emulator to stand behind the front door: it tells what it was asked, and can change its API's id."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.test_utils import BaseTestServer

from local.settings import Settings
from local.xray.store import TraceStore

_STACK = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>yafdp-local</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
<Outputs>{outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""
_OUTPUT = "<member><OutputKey>{}</OutputKey><OutputValue>{}</OutputValue></member>"

_EVENTS = """<DescribeStackEventsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<DescribeStackEventsResult><StackEvents>{events}</StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>"""
_EVENT = """<member><StackId>s</StackId><EventId>e</EventId><StackName>s</StackName>
<Timestamp>2026-01-01T00:00:00Z</Timestamp>
<LogicalResourceId>{}</LogicalResourceId><ResourceType>{}</ResourceType><ResourceStatus>{}</ResourceStatus>
<ResourceStatusReason>{}</ResourceStatusReason></member>"""


@dataclass
class FakeEmulator:
    """Answers for the parts of the emulator that the front door uses."""

    api_id: str = "api1"
    stack_looked_up: int = 0
    stack_events: list[tuple[str, str, str, str]] = field(default_factory=list)  # the first one first
    mails: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by phone number
    web_socket_headers: dict[str, str] = field(default_factory=dict)
    web_socket_query: str = ""
    asked_for_web_socket: asyncio.Event = field(default_factory=asyncio.Event)
    admits: asyncio.Event = field(default_factory=asyncio.Event)
    closed_with: asyncio.Queue[int | None] = field(default_factory=asyncio.Queue)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/", self._cloudformation)
        app.router.add_route("*", r"/restapis/{api}/v1/_user_request_/{path:[\s\S]*}", self._rest)
        app.router.add_get("/_aws/execute-api/ws1/v1", self._web_socket)
        app.router.add_get("/_ministack/ses/messages", self._mail)
        app.router.add_get("/_ministack/sns/sms-messages", self._texts)
        return app

    async def _cloudformation(self, request: web.Request) -> web.Response:
        if (await request.post())["Action"] == "DescribeStackEvents":
            members = "".join(_EVENT.format(*event) for event in reversed(self.stack_events))
            return web.Response(text=_EVENTS.format(events=members), content_type="text/xml")
        return self._describe_stacks()

    def _describe_stacks(self) -> web.Response:
        self.stack_looked_up += 1
        outputs = {"RestApiId": self.api_id, "RestApiStage": "v1", "WebSocketApiId": "ws1", "WebSocketApiStage": "v1"}
        outputs |= {"UserPoolId": "pool1", "UserPoolClientId": "client1"}
        members = "".join(_OUTPUT.format(key, value) for key, value in outputs.items())
        return web.Response(text=_STACK.format(outputs=members), content_type="text/xml")

    async def _rest(self, request: web.Request) -> web.Response:
        if request.match_info["api"] != self.api_id:
            return web.json_response({"message": "Not Found"}, status=404)
        if request.path.endswith("/missing"):
            return web.json_response({"title": "no such thing"}, status=404)
        told = {
            "method": request.method,
            "path": request.rel_url.raw_path.split("/_user_request_", 1)[1],
            "query": request.rel_url.raw_query_string,
            "headers": dict(request.headers),
            "body": await request.text(),
        }
        headers = {"ETag": '"7"', "Location": "/orders/1", "Keep-Alive": "timeout=5"}
        return web.Response(text=json.dumps(told), status=202, content_type="application/json", headers=headers)

    async def _web_socket(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") != "good":
            return web.json_response({"message": "Forbidden"}, status=403)
        self.web_socket_headers, self.web_socket_query = dict(request.headers), request.query_string
        self.asked_for_web_socket.set()
        if request.query.get("v") == "slow":
            await self.admits.wait()
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        while (message := await socket.receive()).type not in {WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR}:
            if message.type is WSMsgType.PING:
                await socket.pong(message.data + b" from afar")
            elif message.data == "close":
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"enough")
            else:
                await socket.send_str(f"heard {message.data}")
        self.closed_with.put_nowait(message.data)
        return socket

    async def _mail(self, request: web.Request) -> web.Response:
        return web.json_response({"messages": {"123": self.mails}})

    async def _texts(self, request: web.Request) -> web.Response:
        return web.json_response({"sms_messages": self.texts, "region": "r"})


@dataclass
class FrontDoor:
    """A running front door, the emulator behind it, and a client in front of it."""

    url: str
    settings: Settings
    emulator: FakeEmulator
    emulator_server: BaseTestServer
    traces: TraceStore
    client: aiohttp.ClientSession

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        answer = await self.client.get(self.url + path, **options)
        await answer.read()
        return answer
