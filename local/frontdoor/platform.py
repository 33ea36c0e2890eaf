"""What the front door knows of the platform behind it: the addresses of its APIs, looked up anew when they change."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp
from aiohttp import web
from botocore.exceptions import BotoCoreError, ClientError

from local import stack
from local.settings import Settings
from local.xray.store import TraceStore

# The emulator gives the REST API a new id when its body changes: after a refusal the ids are looked up again, but a
# client that asks for what is not there must not cause a look-up each time.
LOOK_UP_INTERVAL = 1.0  # seconds


class Unavailable(Exception):
    """The emulator does not answer, or holds no stack."""


class Platform:
    """The stack's outputs and one client session, shared by every request."""

    def __init__(self, settings: Settings, traces: TraceStore, session: aiohttp.ClientSession) -> None:
        self.settings = settings
        self.traces = traces
        self.session = session
        self._outputs: Mapping[str, str] | None = None
        self._looked_up = 0.0
        self._lock = asyncio.Lock()

    async def outputs(self) -> Mapping[str, str]:
        """The stack's outputs as last seen. Raises Unavailable when they cannot be had."""
        if self._outputs is None:
            return await self.look_up()
        return self._outputs

    async def look_up(self) -> Mapping[str, str]:
        """The stack's outputs as they are now. Raises Unavailable."""
        try:
            loaded = await asyncio.to_thread(stack.load, self.settings)
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(f"The emulator at {self.settings.endpoint} has no deployed stack: {error}") from error
        self._outputs, self._looked_up = loaded.outputs, time.monotonic()
        return self._outputs

    async def changed_since(self, used: Mapping[str, str]) -> bool:
        """After a refusal: whether the outputs that the refused request was built from are out of date."""
        async with self._lock:
            if self._outputs is used and time.monotonic() - self._looked_up > LOOK_UP_INTERVAL:
                await self.look_up()
        return self._outputs != used

    async def rest_base(self) -> tuple[str, Mapping[str, str]]:
        """The REST API's address in the emulator, and the outputs that it is made from."""
        outputs = await self.outputs()
        api, stage = outputs["RestApiId"], outputs["RestApiStage"]
        return f"{self.settings.endpoint}/restapis/{api}/{stage}/_user_request_", outputs

    async def websocket_base(self) -> tuple[str, Mapping[str, str]]:
        """The WebSocket API's address in the emulator, and the outputs that it is made from."""
        outputs = await self.outputs()
        api, stage = outputs["WebSocketApiId"], outputs["WebSocketApiStage"]
        return f"{self.settings.endpoint.replace('http', 'ws', 1)}/_aws/execute-api/{api}/{stage}", outputs


PLATFORM = web.AppKey("platform", Platform)
