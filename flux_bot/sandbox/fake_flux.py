"""A fake Flux Images API: real HTTP on loopback, drawn pictures, faults on demand.

It implements POST /flux/images and POST /flux/tasks as documented on https://docs.acedata.cloud, in the form of March
2026 or of October 2026 (api_forms.py), and serves the results under /files/. Moderation rejects prompts with the word
"forbidden". A callback is posted once and never retried.

The attributes of ``FakeFlux.faults`` choose the faults::

    fake.faults.submit = ANSWERS["down"]                    # from now on
    fake.faults.submit = [ANSWERS["accepted_cut"], None]    # once
    fake.faults = Faults()                                  # no faults

To run it alone: ``python -m flux_bot.sandbox.fake_flux --api 2026-03 --port 8091 --token sandbox``.
"""

import argparse
import asyncio
import contextlib
import json
import math
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import cycle
from random import Random
from typing import Any, Self
from zlib import crc32

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector, web

from flux_bot.app import run_process
from flux_bot.core.jobs import Failure
from flux_bot.sandbox.api_forms import CREDITS, DEFAULT_MODEL, DEFAULT_SIZE, FORMS, Api
from flux_bot.sandbox.drawing import NotAPicture, Picture, paint, repaint
from flux_bot.sandbox.exchange import Exchange, receive, send
from flux_bot.sandbox.faults import (
    ANSWERS,
    MAX_IDS,
    BadAnswer,
    BadFile,
    Faults,
    RecordForm,
    check_lookup,
    check_submission,
    is_list,
    next_value,
)
from flux_bot.sandbox.file_host import CHUNK_BYTES, send_picture

Body = dict[str, Any]
Seconds = float | Callable[[], float | None] | None

MAX_SOURCE_BYTES = 25 * 1024 * 1024
TIMEOUT = ClientTimeout(total=10)
STATUS_OF_FAILURE = {"bad_request": 400, "forbidden": 403, "timeout": 504}
OWNERS = dict.fromkeys(("api_id", "application_id", "credential_id", "user_id"), str(uuid.UUID(int=8)))

usual_seconds = partial(Random(8).uniform, 6, 10)  # noqa: S311 - the same in every run
"""Return a random duration for making a picture, in seconds."""


@dataclass(frozen=True, slots=True)
class CallbackPost:
    """A posted callback; if there was no response, ``status`` is None and ``error`` says why."""

    status: int | None
    error: str = ""


@dataclass(slots=True)
class FakeTask:
    """A task of the fake API."""

    request: Body
    files_url: str
    seconds: float | None
    """How long the task takes; None means until ``FakeFlux.finish``."""
    failure: Failure | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: float = field(default_factory=time.time)
    finished_at: float | None = None
    response: Body | None = None
    """The result, which is the same in the response, callback and look-up; None while the task is pending."""
    cost: Decimal = Decimal(0)
    """The cost that was charged, in credits."""
    posts: list[CallbackPost] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Event that is set when the callbacks have been posted, or when the fake API has stopped."""

    @property
    def model(self) -> str:
        """Return the model that makes the pictures."""
        return str(self.request.get("model", DEFAULT_MODEL))

    def record(self, pending_response: Mapping[str, Any] | None, form: RecordForm) -> Body:
        """Return the task as /flux/tasks does; a pending task has no finished_at and no elapsed."""
        record: Body = {
            "_id": self.id.replace("-", "")[:24],
            "id": self.id,
            "type": "images",
            **OWNERS,
            "created_at": self.created_at,
            "started_at": self.created_at,
            "request": self.request,
            "trace_id": self.trace_id,
        }
        if self.finished_at is None:
            return record | {"response": pending_response}
        record |= {"finished_at": self.finished_at, "elapsed": self.finished_at - self.created_at}
        if self.response and form == "error" and "error" in self.response:
            return record | {"error": self.response["error"]}
        if form == "result":
            return record | {"result": self.response}
        return record | {"response": json.dumps(self.response) if form == "text" else self.response}


class FakeFlux:
    """The fake API, reachable at ``url`` from ``start`` to ``stop`` or inside ``async with``.

    ``api`` is the form of the API. ``seconds`` is the duration of a task: a number, a function that returns one, or
    None to wait for ``finish``.
    """

    def __init__(
        self,
        *,
        token: str,
        api: Api = "2026-10",
        host: str = "127.0.0.1",
        port: int = 0,
        seconds: Seconds = usual_seconds,
    ) -> None:
        self.form = FORMS[api]
        self.token = token
        self.host = host
        self.port = port
        self.seconds = seconds
        self.scale = 1.0
        """Factor for the width and height of pictures; smaller pictures are drawn faster."""
        self.url = ""
        self.faults = Faults()
        self.tasks: dict[str, FakeTask] = {}
        self.submissions: list[Exchange] = []
        self.lookups: list[Exchange] = []
        self.files: MutableMapping[str, Picture] = {}
        self.local_files: Callable[[str], bytes | None] = lambda _url: None
        """Function that returns the picture to edit if it is a local file; other pictures are downloaded."""
        self._variations: defaultdict[object, cycle[int]] = defaultdict(lambda: cycle((0, 10, 20, 30)))
        self._runs: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start listening. After a ``stop``, the port and the tasks are the same as before."""
        app = web.Application()
        app.router.add_post("/flux/images", self._submit)
        app.router.add_post("/flux/tasks", self._look_up)
        app.router.add_get("/files/{name}", self._serve_file)
        app.router.add_route("*", "/{path:.*}", partial(send, exchange=Exchange({}), answer=ANSWERS["no_api"]))
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        async with contextlib.AsyncExitStack() as stack:
            # a reused connection would lose a callback after the receiver has restarted
            connector = TCPConnector(force_close=True)
            self._session = await stack.enter_async_context(ClientSession(connector=connector, timeout=TIMEOUT))
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, self.host, self.port).start()
            self._open = stack.pop_all()
        self.port = runner.addresses[0][1]
        self.url = f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Cancel the running tasks and stop listening. Raises the first error that occurred in a task."""
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
        """Return the successful tasks, which are the only ones that are charged."""
        return [task for task in self.tasks.values() if task.response and task.response["success"]]

    @property
    def charged(self) -> Decimal:
        """Return the cost of all tasks, in credits."""
        return sum((task.cost for task in self.tasks.values()), Decimal(0))

    @property
    def rejections(self) -> Counter[tuple[str, str, str]]:
        """Return how many submissions got status 400, by model, action and reason."""
        return Counter(
            (str(one.body.get("model", DEFAULT_MODEL)), str(one.body.get("action")), one.reason)
            for one in self.submissions
            if one.status == 400
        )

    async def finish(self, task_id: str, *, failure: Failure | None = None) -> FakeTask:
        """Finish a pending task now, optionally with a failure, and return it once its callbacks have been posted."""
        task = self.tasks[task_id]
        task.failure = failure or task.failure
        task.released.set()
        await task.ended.wait()
        return task

    async def send_callback(self, task_id: str, *, body: object = None, url: str | None = None) -> CallbackPost:
        """Post a task's callback again, optionally with another body (bytes or JSON) or to another URL."""
        task = self.tasks[task_id]
        url = url or str(task.request["callback_url"])
        body = task.response if body is None else body
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        try:
            async with self._session.post(url, data=data, headers=headers, allow_redirects=False) as answer:
                post = CallbackPost(answer.status)
        except (ClientError, TimeoutError) as error:
            post = CallbackPost(None, repr(error))
        task.posts.append(post)
        return post

    async def _submit(self, request: web.Request) -> web.StreamResponse:
        exchange = await receive(request, self.submissions)
        fault = next_value(self.faults.submit)
        refusal = None if fault and fault.accepts else fault
        refusal = refusal or self._check_token(request)
        refusal = refusal or check_submission(exchange.body, self.form, self.faults.gone_models)
        if refusal:
            return await send(request, exchange, refusal)
        seconds = self.seconds() if callable(self.seconds) else self.seconds
        slowness = next_value(self.faults.slowness)
        if seconds is not None:
            seconds *= slowness
        task = FakeTask(exchange.body, f"{request.url.origin()}/files/", seconds, next_value(self.faults.failure))
        self.tasks[task.id] = task
        run = asyncio.create_task(self._run(task))
        run.add_done_callback(lambda _: task.ended.set())  # also if a stop cancels it before it starts
        self._runs.append(run)
        exchange.task_id = task.id
        asynchronous = bool(task.request.get("callback_url") or task.request.get("async"))
        if next_value(self.faults.callback_before_answer) or not asynchronous:
            await task.ended.wait()
        if fault:
            return await send(request, exchange, fault)
        if asynchronous:
            trace = {"trace_id": task.trace_id} if self.form.acceptance_has_trace_id else {}
            return await send(request, exchange, {"task_id": task.id} | trace)
        if task.response is None:  # the fake API has stopped
            return await send(request, exchange, ANSWERS["cut"])
        code = task.response.get("error", {}).get("code")
        return await send(request, exchange, task.response, STATUS_OF_FAILURE.get(code, 500) if code else 200)

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        exchange = await receive(request, self.lookups)
        lists_tasks = self.form.lists_tasks and not self.faults.refuses_lists
        refusal = next_value(self.faults.lookup) or self._check_token(request)
        refusal = refusal or check_lookup(exchange.body, lists_tasks=lists_tasks)
        if refusal:
            return await send(request, exchange, refusal)
        if is_list(exchange.body):
            return await send(request, exchange, self._list(exchange.body))
        is_batch = exchange.body.get("action") == "retrieve_batch"
        task_ids = exchange.body["ids"] if is_batch else [exchange.body["id"]]
        records = self._records([self.tasks[task_id] for task_id in task_ids if task_id in self.tasks])
        answer: Body = {"items": records, "count": len(records)} if is_batch else next(iter(records), {})
        return await send(request, exchange, answer)

    def _list(self, body: Body) -> Body:
        first, last = body.get("created_at_min", 0), body.get("created_at_max", math.inf)
        found = [task for task in reversed(self.tasks.values()) if first <= task.created_at <= last]
        start, limit = int(body.get("offset", 0)), int(body.get("limit", MAX_IDS))
        return {"items": self._records(found[start : start + min(limit, MAX_IDS)]), "count": len(found)}

    def _records(self, tasks: list[FakeTask]) -> list[Body]:
        return [task.record(self.form.pending_response, next_value(self.faults.record)) for task in tasks]

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        picture = self.files.get(request.match_info["name"])
        if picture is None:
            return web.Response(status=404)
        fault = None if "direct" in request.query else next_value(self.faults.file)
        return await send_picture(request, picture, fault or BadFile())

    def _check_token(self, request: web.Request) -> BadAnswer | None:
        given = request.headers.get("Authorization")
        if not given:
            return ANSWERS["no_token"]
        return None if given == f"Bearer {self.token}" else ANSWERS["invalid_token"]

    async def _run(self, task: FakeTask) -> None:
        missing_images = next_value(self.faults.missing_images)
        callbacks, callback_body = next_value(self.faults.callbacks), next_value(self.faults.callback_body)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task.released.wait(), task.seconds)
        outcome = await self._draw(task, missing_images)
        task.finished_at = time.time()
        task.response = self._publish(task, outcome)
        if task.request.get("callback_url"):
            for _ in range(callbacks):
                await self.send_callback(task.id, body=callback_body)

    async def _draw(self, task: FakeTask, missing_images: int) -> list[Picture] | Failure:
        if task.failure:
            return task.failure
        ask = task.request
        wanted = (ask["prompt"], task.model, ask.get("size", DEFAULT_SIZE))
        if ask["action"] == "generate":
            count = max(1, int(ask.get("count", 1)) - missing_images)
            first = next(self._variations[wanted])  # a repeated request gets different pictures
            draw = partial(asyncio.to_thread, paint, *wanted, scale=self.scale)
            return [await draw(first + index) for index in range(count)]
        try:
            source = await self._download(ask["image_url"])
            return [await asyncio.to_thread(repaint, source, *wanted, scale=self.scale)]
        except (ClientError, TimeoutError, NotAPicture) as error:
            return Failure("bad_request", f"image_url can't be used: {str(error) or 'no answer'}")

    async def _download(self, url: str) -> bytes:
        if local := self.local_files(url):
            return local
        data = b""
        async with self._session.get(url, raise_for_status=True) as answer:
            async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                data += chunk
                if len(data) > MAX_SOURCE_BYTES:
                    raise NotAPicture("the picture is larger than 25 MiB")
        return data

    def _publish(self, task: FakeTask, outcome: list[Picture] | Failure) -> Body:
        head = {"success": True, "task_id": task.id, "trace_id": task.trace_id}
        if isinstance(outcome, Failure):
            return head | {"success": False, "error": {"code": outcome.code, "message": outcome.message}}
        items: list[Body] = []
        for number, picture in enumerate(outcome, start=1):
            name = f"{task.id}.{picture.suffix}" if number == 1 else f"{task.id}-{number}.{picture.suffix}"
            self.files[name] = picture
            items.append({"image_url": task.files_url + name})
            # https://github.com/AceDataCloud/APIs flux/docs/flux_images.md: flux-2 returns only the URL
            if self.form.describes_pictures and not task.model.startswith("flux-2"):
                seed = crc32(name.encode())
                items[-1] |= {"prompt": task.request["prompt"], "seed": seed, "timings": {"inference": 3.328}}
        task.cost = CREDITS[task.model] * len(items)
        cost = {"cost": {"amount": float(task.cost), "currency": "credit"}} if self.form.reports_cost else {}
        return head | {"data": items} | cost


def main() -> None:
    """Run the fake Flux API alone until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m flux_bot.sandbox.fake_flux", description=main.__doc__)
    api_help = "the form of the API, from March or October 2026 (default: %(default)s)"
    parser.add_argument("--api", choices=FORMS, default="2026-10", help=api_help)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8091, help="port to listen on, 0 for any free one (default: %(default)s)"
    )
    parser.add_argument("--token", default="sandbox", help="the accepted token (default: %(default)s)")
    seconds_help = "duration of making a picture, in seconds (default: 6 to 10)"
    parser.add_argument("--seconds", type=float, default=usual_seconds, help=seconds_help)
    options = vars(parser.parse_args())

    async def serve(stop: asyncio.Event) -> None:
        async with FakeFlux(**options) as fake:
            print(
                f"The fake Flux API is at {fake.url}; try: ACEDATACLOUD_API_BASE_URL={fake.url} "
                f'ACEDATACLOUD_API_TOKEN={fake.token} NO_PROXY={fake.host} flux generate "a cat"',
                flush=True,
            )
            await stop.wait()

    run_process(serve)


if __name__ == "__main__":
    main()
