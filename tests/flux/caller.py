"""A client of the image API, and a server for its callbacks."""

import asyncio
import json
import random
import socket
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any, Self

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask

TOKEN = "test-token"
CAT = {"action": "generate", "prompt": "a white siamese cat", "model": "flux-dev", "size": "1024x1024"}
EDIT = {"action": "edit", "prompt": "add a hat", "model": "flux-kontext-pro", "size": "1:1"}
UNREACHABLE = "http://127.0.0.1:1/"
"""An address where no server listens."""


class Caller:
    """An HTTP client of the fake API, by default with the right token."""

    def __init__(self, fake: FakeFlux) -> None:
        self.fake = fake
        self.headers: Mapping[str, str] = {}
        """The headers of the last response."""
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.http = await self._stack.enter_async_context(ClientSession())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def post(self, path: str, body: object, token: str = f"Bearer {TOKEN}") -> tuple[int, Any]:
        """Post JSON or bytes, and return the answer's status and body, None if it is not JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": token} if token else {}
        async with self.http.post(self.fake.url + path, data=data, headers=headers) as answer:
            self.headers = answer.headers
            return answer.status, await answer.json() if answer.content_type == "application/json" else None

    async def submit(self, **changes: object) -> FakeTask:
        """Submit the cat with changes, without waiting for the picture, and return its task."""
        status, body = await self.post("/flux/images", {**CAT, "async": True, **changes})
        assert (status, "success" in body) == (200, False)
        return self.fake.tasks[body["task_id"]]

    async def generate(self, **changes: object) -> FakeTask:
        """Submit the cat with changes, and return its task once it has ended."""
        task = await self.submit(**changes)
        await task.ended.wait()
        return task

    async def look_up(self, task_id: str) -> Any:
        """Return the answer to a look-up of a task."""
        status, body = await self.post("/flux/tasks", {"action": "retrieve", "id": task_id})
        assert status == 200
        return body


class Receiver:
    """A callback server that records each request: method, content type and body."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[str, str, bytes]] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        self.url = str(self._server.make_url("/callbacks/job/secret"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def bodies(self) -> list[bytes]:
        """Return the bodies of the requests."""
        return [body for _, _, body in self.got]

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((request.method, request.content_type, await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


async def eventually(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until the condition is true, for at most this many seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition will do, and few have an event
            await asyncio.sleep(0.005)


def picture_urls(task: FakeTask) -> list[str]:
    """Return the addresses of a task's pictures."""
    assert task.response is not None
    return [item["image_url"] for item in task.response["data"]]


def free_port() -> int:
    """Return a port that is free. The system gives those below 32,768 to nobody, so it still is when it is used."""
    while True:
        port = random.randrange(10_000, 32_768)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
