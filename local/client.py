"""The platform as a customer's program uses it: signs in, calls the REST API, listens on the WebSocket. For `make
order` and the tests.
"""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import aiohttp


class SignInError(Exception):
    """The user pool refused the name or the password."""


@dataclass(frozen=True)
class Answer:
    """What the API answered. `body` is decoded JSON, the text of anything else, or None for an empty answer."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Platform:
    """A running platform behind its front door."""

    def __init__(self, http: aiohttp.ClientSession, config: dict[str, Any]) -> None:
        self._http, self.config = http, config

    @classmethod
    @asynccontextmanager
    async def at(cls, front_door: str) -> AsyncIterator[Self]:
        """Opens the platform at this address. Raises aiohttp.ClientError when nothing answers there."""
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http:
            async with http.get(f"{front_door}/config.json", raise_for_status=True) as answer:
                config = await answer.json()
            yield cls(http, config)

    async def call(
        self, method: str, path: str, *, json_body: Any = None, text: str | None = None, headers: Mapping[str, str] = {}
    ) -> Answer:
        """One call of the REST API; `text` sends a body as it stands, for what is no JSON."""
        data = json.dumps(json_body) if json_body is not None else text
        sent = ({"Content-Type": "application/json"} if data is not None else {}) | dict(headers)
        async with self._http.request(method, self.config["apiUrl"] + path, data=data, headers=sent) as answer:
            content = await answer.text()
            body = json.loads(content) if content and "json" in answer.content_type else content or None
            return Answer(answer.status, answer.headers, body)

    async def sign_in(self, username: str, password: str) -> "Session":
        """A session with the user's id token. Raises SignInError."""
        asked = {
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": self.config["userPoolClientId"],
            "AuthParameters": {"USERNAME": username, "PASSWORD": password},
        }
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
        }
        async with self._http.post(self.config["cognitoUrl"], data=json.dumps(asked), headers=headers) as answer:
            body = await answer.json(content_type=None)
        if "AuthenticationResult" not in body:
            raise SignInError(f"{username}: {body.get('message') or body}")
        return Session(self, body["AuthenticationResult"]["IdToken"])

    async def demo_session(self, username: str) -> "Session":
        """A session of a demo user. Raises SignInError."""
        password = next(user["password"] for user in self.config["demoUsers"] if user["username"] == username)
        return await self.sign_in(username, password)

    @asynccontextmanager
    async def socket(self, url: str, origin: str | None = None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A WebSocket at the URL that a ticket came with. Raises aiohttp.WSServerHandshakeError when refused."""
        async with self._http.ws_connect(url, origin=origin, heartbeat=30) as socket:
            yield socket


class Session:
    """A signed-in user."""

    def __init__(self, platform: Platform, token: str) -> None:
        self.platform, self.token = platform, token

    @property
    def user_id(self) -> str:
        """The user's `sub`, as the token names it."""
        claims = self.token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])

    async def call(self, method: str, path: str, *, headers: Mapping[str, str] = {}, **options: Any) -> Answer:
        """One call as this user."""
        signed = {"Authorization": f"Bearer {self.token}"} | dict(headers)
        return await self.platform.call(method, path, headers=signed, **options)

    async def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        return await self.call("GET", path, headers=headers)

    async def post(self, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Answer:
        return await self.call("POST", path, json_body=body, headers=headers)

    @asynccontextmanager
    async def updates(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The user's WebSocket: every change of every order of theirs, as JSON texts."""
        ticket = await self.post("/realtime/tickets")
        async with self.platform.socket(ticket.body["url"]) as socket:
            yield socket
