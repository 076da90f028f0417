"""The way of the API's callbacks to the bot: a proxy that delays, doubles and loses them.

It hands each to any of the processes, as a load balancer does that does not know which of them is dead.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from tests.chaos.plan import Way


class CallbackProxy:
    """Listens at ``url`` for the API, and passes on to the ports of the processes; None loses what it stands for."""

    def __init__(self, ways: Iterator[Way], chance: Random, ports: Sequence[int]) -> None:
        self.url = ""
        self.calm = False
        """Whether every callback comes through at once."""
        self.under_way = 0
        self._ways, self._chance, self._ports = ways, chance, ports
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/callbacks/{tail:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        connector = TCPConnector(force_close=True)
        self._session = await self._open.enter_async_context(ClientSession(connector=connector))
        await runner.setup()
        self._open.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def post(self, path: str, body: bytes) -> int | None:
        """Post to any process; None if it did not answer."""
        url = f"http://127.0.0.1:{self._chance.choice(self._ports)}{path}"
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=ClientTimeout(30)) as answer:
                return answer.status
        except (ClientError, TimeoutError):
            return None

    async def _take(self, request: web.Request) -> web.Response:
        way = Way() if self.calm else next(self._ways)
        self.under_way += 1
        try:
            body = await request.read()
            await asyncio.sleep(way.wait_seconds)
            statuses = await asyncio.gather(*(self.post(request.path, body) for _ in range(way.copies)))
        finally:
            self.under_way -= 1
        status = next((status for status in statuses if status is not None), None)
        if (status is None or not way.heard) and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status or 502)
