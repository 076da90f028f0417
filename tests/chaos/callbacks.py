"""A proxy between the API and the bot that delays, repeats and loses callbacks.

It passes each callback to a random process, like a load balancer that does not know which processes are dead.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random
from typing import Self

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from tests.chaos.plan import CallbackDelivery


class CallbackProxy:
    """A proxy that listens at ``url`` for the API's callbacks and passes them on to the processes."""

    def __init__(self, deliveries: Iterator[CallbackDelivery], random: Random, ports: Sequence[int]) -> None:
        self.url = ""
        self.is_transparent = False
        """Whether every callback is passed on exactly once and without delay."""
        self.pending = 0
        self._deliveries, self._random, self._ports = deliveries, random, ports
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/callbacks/{tail:.*}", self._pass_on)
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
        """Post to a random process and return the status, or None if there is no response."""
        url = f"http://127.0.0.1:{self._random.choice(self._ports)}{path}"
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(url, data=body, headers=headers, timeout=ClientTimeout(30)) as answer:
                return answer.status
        except (ClientError, TimeoutError):
            return None

    async def _pass_on(self, request: web.Request) -> web.Response:
        delivery = CallbackDelivery() if self.is_transparent else next(self._deliveries)
        self.pending += 1
        try:
            body = await request.read()
            await asyncio.sleep(delivery.delay_seconds)
            statuses = await asyncio.gather(*(self.post(request.path, body) for _ in range(delivery.copies)))
        finally:
            self.pending -= 1
        status = next((status for status in statuses if status is not None), None)
        if (status is None or not delivery.is_answer_received) and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status or 502)
