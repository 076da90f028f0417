"""A fake Flux Images API: real HTTP on loopback, drawn pictures, faults on demand.

It speaks the contract of https://docs.acedata.cloud (POST /flux/images, POST /flux/tasks) and serves its
results under /files/. A prompt with the word "forbidden" is refused by moderation. Any well-formed size is
taken: which model accepts which is the caller's matter. A callback is posted once, whatever it meets.

The attributes of ``FakeFlux.faults`` say what goes wrong. Each is a value, which stays until changed, or a
list of values for the next uses, the last of which stays::

    fake.faults.submit = ANSWERS["down"]                    # from now on
    fake.faults.submit = [ANSWERS["accepted_cut"], None]    # once
    fake.faults = Faults()                                  # all is well

Alone it runs by ``python -m flux_bot.sandbox.fake_flux --port 8091 --token sandbox``.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any, Self
from zlib import crc32

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.drawing import NotAPicture, Picture, paint, repaint
from flux_bot.sandbox.faults import (
    ANSWERS,
    DEFAULT_MODEL,
    BadAnswer,
    BadFile,
    Faults,
    check_lookup,
    check_submission,
    take,
)

Body = dict[str, Any]
Seconds = float | Callable[[], float | None] | None

MOST_SOURCE_BYTES = 25 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
TIMEOUT = ClientTimeout(total=10)
STATUS_OF_FAILURE = {"bad_request": 400, "forbidden": 403, "timeout": 504}
OWNERS = dict.fromkeys(("api_id", "application_id", "credential_id", "user_id"), str(uuid.UUID(int=8)))

_jitter = Random(8)  # noqa: S311 - a run like the one before


@dataclass(frozen=True, slots=True)
class CallbackPost:
    """One callback as posted; ``status`` is None if no answer came, and ``error`` says why."""

    url: str
    body: bytes
    status: int | None
    error: str = ""


@dataclass(slots=True)
class FakeTask:
    """The API's side of one job."""

    request: Body
    files_url: str
    seconds: float | None
    """None: it waits for ``FakeFlux.finish``."""
    failure: Failure | None
    missing_images: int
    callbacks: int
    callback_body: bytes | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: float = field(default_factory=time.time)
    started_at: float = field(default_factory=time.time)
    finished_at: float | None = None
    response: Body | None = None
    """The result as answered, called back and looked up; None while it is pending."""
    posts: list[CallbackPost] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the result is there and its callbacks were posted, or the fake API has stopped."""

    def record(self) -> Body:
        """Return it as /flux/tasks does: pending is a null response without finished_at and elapsed."""
        record: Body = {"_id": self.id.replace("-", "")[:24], "id": self.id, "type": "images", **OWNERS}
        record |= {"created_at": self.created_at, "started_at": self.started_at, "request": self.request}
        record |= {"trace_id": self.trace_id, "response": self.response}
        if self.finished_at is not None:
            record |= {"finished_at": self.finished_at, "elapsed": self.finished_at - self.started_at}
        return record


@dataclass(slots=True)
class Exchange:
    """A request as taken; ``status`` stays None while, or if, no answer was sent."""

    body: Body
    """Empty if it was no JSON object."""
    status: int | None = None
    task_id: str | None = None


def usual_seconds() -> float:
    """Return how long a picture takes: about 8 s, never quite the same."""
    return _jitter.uniform(6, 10)


class FakeFlux:
    """The image API at ``url``, from ``start`` to ``stop`` or inside ``async with``."""

    def __init__(self, *, token: str, host: str = "127.0.0.1", port: int = 0, seconds: Seconds = usual_seconds) -> None:
        """Take the seconds a task needs as a number, a function, or None: until ``finish``."""
        self.token = token
        self.host = host
        self.port = port
        self.seconds = seconds
        self.url = ""
        self.faults = Faults()
        self.tasks: dict[str, FakeTask] = {}
        self.submissions: list[Exchange] = []
        self.lookups: list[Exchange] = []
        self.files: dict[str, Picture] = {}
        self.local_files: Callable[[str], bytes | None] = lambda _url: None
        """Where to look for a picture to edit before asking the network."""
        self._variations: defaultdict[object, cycle[int]] = defaultdict(lambda: cycle((0, 10, 20, 30)))
        self._runs: list[asyncio.Task[None]] = []
        self._open = contextlib.AsyncExitStack()

    async def start(self) -> None:
        """Listen; after a ``stop``, on the same port and with all tasks still known."""
        app = web.Application()
        app.router.add_post("/flux/images", self._submit)
        app.router.add_post("/flux/tasks", self._look_up)
        app.router.add_get("/files/{name}", self._serve_file)
        app.router.add_route("*", "/{path:.*}", self._no_api)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        async with contextlib.AsyncExitStack() as stack:
            # a connection kept from before a restart of the caller would lose it a callback
            connector = TCPConnector(force_close=True)
            self._session = await stack.enter_async_context(ClientSession(connector=connector, timeout=TIMEOUT))
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, self.host, self.port).start()
            self._open = stack.pop_all()
        self.port = runner.addresses[0][1]
        self.url = f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Drop what is under way and stop listening."""
        for run in self._runs:
            run.cancel()
        endings = await asyncio.gather(*self._runs, return_exceptions=True)
        self._runs.clear()
        await self._open.aclose()
        for ending in endings:
            if isinstance(ending, Exception):
                raise ending

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def paid(self) -> list[FakeTask]:
        """Return the tasks that gave pictures: only these are charged."""
        return [task for task in self.tasks.values() if task.response and task.response["success"]]

    async def finish(self, task_id: str, *, failure: Failure | None = None) -> FakeTask:
        """End a pending task now, or as failed, and return it once its callbacks were posted."""
        task = self.tasks[task_id]
        task.failure = failure or task.failure
        task.released.set()
        await task.ended.wait()
        return task

    async def send_callback(self, task_id: str, *, body: object = None, url: str | None = None) -> CallbackPost:
        """Post a task's result once more, or other bytes or JSON, or elsewhere."""
        task = self.tasks[task_id]
        url = url or str(task.request["callback_url"])
        body = task.response if body is None else body
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(url, data=data, headers=headers, allow_redirects=False) as answer:
                post = CallbackPost(url, data, answer.status)
        except (ClientError, TimeoutError) as error:
            post = CallbackPost(url, data, None, repr(error))
        task.posts.append(post)
        return post

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        exchange = Exchange(await _json(request))
        self.submissions.append(exchange)
        fault = take(self.faults.submit)
        refusal = None if fault and fault.accepts else fault
        refusal = refusal or self._check_token(request) or check_submission(exchange.body)
        if refusal:
            return await _misanswer(request, exchange, refusal)
        task = self._create_task(exchange.body, f"{request.url.origin()}/files/")
        exchange.task_id = task.id
        at_once = bool(task.request.get("callback_url") or task.request.get("async"))
        if take(self.faults.callback_before_answer) or not at_once:
            await task.ended.wait()
        if fault:
            return await _misanswer(request, exchange, fault)
        if at_once:
            return _answer(exchange, {"task_id": task.id})
        if task.response is None:  # stopped meanwhile
            return await _misanswer(request, exchange, ANSWERS["cut"])
        code = task.response.get("error", {}).get("code")
        return _answer(exchange, task.response, STATUS_OF_FAILURE.get(code, 500) if code else 200)

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        exchange = Exchange(await _json(request))
        self.lookups.append(exchange)
        refusal = take(self.faults.lookup) or self._check_token(request) or check_lookup(exchange.body)
        if refusal:
            return await _misanswer(request, exchange, refusal)
        if exchange.body.get("action") == "retrieve_batch":
            known = [self.tasks[task_id] for task_id in exchange.body["ids"] if task_id in self.tasks]
            return _answer(exchange, {"items": [task.record() for task in known], "count": len(known)})
        task = self.tasks.get(exchange.body["id"])
        return _answer(exchange, task.record() if task else {})

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        picture = self.files.get(request.match_info["name"])
        if picture is None:
            return web.Response(status=404)
        fault = (None if "direct" in request.query else take(self.faults.file)) or BadFile()
        await asyncio.sleep(fault.wait_seconds)
        data = picture.data if fault.body is None else fault.body
        response = web.StreamResponse(status=fault.status)
        response.content_type = picture.content_type
        if fault.location:
            response.headers["Location"] = fault.location.format(path=request.path)
        if not fault.padding:
            response.content_length = len(data)
        with contextlib.suppress(ConnectionResetError):
            await response.prepare(request)
            await response.write(data[: int(len(data) * fault.share)])
            for _ in range(fault.padding // CHUNK_BYTES):
                await response.write(bytes(CHUNK_BYTES))
        if fault.share < 1:
            _cut(request)
        return response

    async def _no_api(self, request: web.Request) -> web.StreamResponse:
        return await _misanswer(request, Exchange({}), ANSWERS["no_api"])

    def _check_token(self, request: web.Request) -> BadAnswer | None:
        given = request.headers.get("Authorization")
        if not given:
            return ANSWERS["no_token"]
        return None if given == f"Bearer {self.token}" else ANSWERS["invalid_token"]

    def _create_task(self, body: Body, files_url: str) -> FakeTask:
        seconds = self.seconds() if callable(self.seconds) else self.seconds
        slowness = take(self.faults.slowness)
        task = FakeTask(
            request=body,
            files_url=files_url,
            seconds=None if seconds is None else seconds * slowness,
            failure=take(self.faults.failure),
            missing_images=take(self.faults.missing_images),
            callbacks=take(self.faults.callbacks),
            callback_body=take(self.faults.callback_body),
        )
        self.tasks[task.id] = task
        self._runs.append(asyncio.create_task(self._run(task)))
        return task

    async def _run(self, task: FakeTask) -> None:
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(task.released.wait(), task.seconds)
            outcome = await self._draw(task)
            task.finished_at = time.time()
            task.response = self._publish(task, outcome)
            if task.request.get("callback_url"):
                for _ in range(task.callbacks):
                    await self.send_callback(task.id, body=task.callback_body)
        finally:
            task.ended.set()

    async def _draw(self, task: FakeTask) -> list[Picture] | Failure:
        if task.failure:
            return task.failure
        ask = task.request
        wanted = (ask["prompt"], ask.get("model", DEFAULT_MODEL), ask["size"])
        if ask["action"] == "generate":
            count = int(ask.get("count", 1)) - task.missing_images
            first = next(self._variations[wanted])  # who asks again gets another picture
            return [await asyncio.to_thread(paint, *wanted, first + index) for index in range(count)]
        try:
            return [await asyncio.to_thread(repaint, await self._download(ask["image_url"]), *wanted)]
        except (ClientError, TimeoutError, NotAPicture) as error:
            return Failure("bad_request", f"image_url can not be used: {str(error) or 'no answer'}")

    async def _download(self, url: str) -> bytes:
        data = bytearray(self.local_files(url) or b"")
        if data:
            return bytes(data)
        async with self._session.get(url, raise_for_status=True) as answer:
            async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                data += chunk
                if len(data) > MOST_SOURCE_BYTES:
                    raise NotAPicture("the picture has more than 25 MiB")
        return bytes(data)

    def _publish(self, task: FakeTask, outcome: list[Picture] | Failure) -> Body:
        head = {"success": True, "task_id": task.id, "trace_id": task.trace_id}
        if isinstance(outcome, Failure):
            return head | {"success": False, "error": {"code": outcome.code, "message": outcome.message}}
        items: list[Body] = []
        for number, picture in enumerate(outcome, start=1):
            name = f"{task.id}.{picture.suffix}" if number == 1 else f"{task.id}-{number}.{picture.suffix}"
            self.files[name] = picture
            items.append({"image_url": task.files_url + name})
            # https://github.com/AceDataCloud/APIs flux/docs/flux_images.md: flux-2 gives the address only
            if not task.request.get("model", DEFAULT_MODEL).startswith("flux-2"):
                seed = crc32(name.encode())
                items[-1] |= {"prompt": task.request["prompt"], "seed": seed, "timings": {"inference": 3.328}}
        return head | {"data": items}


def _answer(exchange: Exchange, body: Body, status: int = 200) -> web.Response:
    exchange.status = status
    return web.json_response(body, status=status)


async def _misanswer(request: web.Request, exchange: Exchange, answer: BadAnswer) -> web.StreamResponse:
    if answer.hangs:
        await asyncio.Event().wait()
    if answer.status is None:
        _cut(request)
        return web.Response()
    exchange.status = answer.status
    headers = {"Retry-After": answer.retry_after} if answer.retry_after else {}
    if not answer.code:
        return web.Response(status=answer.status, text=answer.page, content_type="text/html", headers=headers)
    body: Body = {"error": {"code": answer.code, "message": answer.message}, "trace_id": str(uuid.uuid4())}
    if answer.code == "api_error":
        # the vendor's guide shows this key on the worker's errors, its specification on no other
        body["success"] = False
    return web.json_response(body, status=answer.status, headers=headers)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()


async def _json(request: web.Request) -> Body:
    try:
        body = json.loads(await request.read())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _serve(fake: FakeFlux) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with fake:
        print(
            f"The fake Flux API is at {fake.url}; try: ACEDATACLOUD_API_BASE_URL={fake.url} "
            f'ACEDATACLOUD_API_TOKEN={fake.token} NO_PROXY={fake.host} flux generate "a cat"',
            flush=True,
        )
        await stopping.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the fake Flux API alone until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m flux_bot.sandbox.fake_flux", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8091, help="0 takes any free one")
    parser.add_argument("--token", default="sandbox", help="the only one accepted")
    parser.add_argument("--seconds", type=float, help="how long a picture takes; about 8 if not given")
    asked = parser.parse_args(arguments)
    seconds = usual_seconds if asked.seconds is None else asked.seconds
    asyncio.run(_serve(FakeFlux(token=asked.token, host=asked.host, port=asked.port, seconds=seconds)))


if __name__ == "__main__":
    main()
