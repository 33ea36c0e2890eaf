"""Receives the X-Ray SDK's datagrams where the daemon would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from local.settings import HOST
from local.xray.document import MalformedDatagram, parse
from local.xray.store import TraceStore


class Collector(asyncio.DatagramProtocol):
    """Files every readable datagram and counts the others: no sender can stop it."""

    def __init__(self, store: TraceStore) -> None:
        self._store = store

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self._store.add(parse(data))
        except MalformedDatagram:
            self._store.malformed += 1


@asynccontextmanager
async def listening(port: int) -> AsyncIterator[TraceStore]:
    """Listens on loopback for the length of the block and gives the store that fills."""
    store = TraceStore()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Collector(store), local_addr=(HOST, port))
    try:
        yield store
    finally:
        transport.close()
