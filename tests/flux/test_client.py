"""FluxApi over real HTTP: a submission is sent once, a look-up is retried."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import stamina
from aiohttp import ClientTimeout

from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown, SizeRejected
from flux_bot.core.jobs import UNREACHABLE, Action, Failure, ImageRequest
from flux_bot.flux.client import MAX_ANSWER_BYTES, FluxApi
from flux_bot.flux.protocol import MAX_IDS_PER_LOOKUP, ListedTask, list_body
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, BadAnswer, Faults
from tests.flux.caller import TOKEN, Receiver, eventually
from tests.flux.caller import UNREACHABLE as NOWHERE

SINCE = datetime(2026, 11, 29, tzinfo=UTC)
UNTIL = SINCE + timedelta(minutes=10)
CAT = ImageRequest(Action.GENERATE, "a white siamese cat", "flux-dev", "1024x1024", count=2)
ATTEMPTS = 3

REFUSALS = {"no_token", "invalid_token", "no_api", "moderation", "used_up", "disabled"}
REFUSALS |= {"bad_request", "blocked", "too_large"}
BUSY = {"rate_limited", "rate_limited_retry_after", "api_error", "down"}
SUBMIT_ERRORS: dict[str, type[ApiError]] = {
    **dict.fromkeys(ANSWERS, ApiUnknown),
    **dict.fromkeys(REFUSALS, ApiRefused),
    **dict.fromkeys(BUSY, ApiBusy),
    "bad_request": SizeRejected,
}
"""The error for each fault. Except after refusals and a busy API, it is unknown whether a task has started."""


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """Retry look-ups without a pause."""
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield


@pytest.fixture
async def fake() -> AsyncIterator[FakeFlux]:
    """A fake API whose pictures take no time."""
    async with FakeFlux(token=TOKEN, seconds=0) as running:
        yield running


@pytest.fixture
async def api(fake: FakeFlux) -> AsyncIterator[FluxApi]:
    """The client as the bot uses it."""
    async with FluxApi(fake.url, TOKEN) as client:
        yield client


def impatient(fake: FakeFlux, name: str) -> FluxApi:
    """Return a client with a short timeout for the faults that never answer."""
    return FluxApi(fake.url, TOKEN, timeout=ClientTimeout(total=0.5 if ANSWERS[name].hangs else 60))


@asynccontextmanager
async def api_answering(answer: bytes) -> AsyncIterator[tuple[FluxApi, list[bytes]]]:
    """Open a client whose server sends exactly these bytes; also yield the heads of its requests."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, FluxApi(f"http://127.0.0.1:{port}", TOKEN) as client:
        yield client, heads


async def test_a_submission(fake: FakeFlux, api: FluxApi) -> None:
    """The answer comes at once; the result goes to the callback address, or else a look-up returns it."""
    async with Receiver() as receiver:
        answer = await api.submit(CAT, receiver.url)
        await eventually(lambda: receiver.got)
    (submission,) = fake.submissions
    assert (submission.task_id, submission.status, answer.result) == (answer.task_id, 200, None)
    assert submission.body["callback_url"] == receiver.url
    fake.seconds = None
    answer = await api.submit(CAT, None)
    assert answer.result is None
    assert await api.look_up([answer.task_id]) == {}
    await fake.finish(answer.task_id)
    (result,) = (await api.look_up([answer.task_id])).values()
    assert (result.task_id, len(result.images)) == (answer.task_id, 2)
    assert all(image.url.startswith(f"{fake.url}/files/") for image in result.images)


async def test_a_submission_fails(fake: FakeFlux) -> None:
    """Each fault raises its error after one submission; a task may run only if the outcome is unknown."""
    for name, fault in ANSWERS.items():
        fake.faults.submit = fault
        fake.submissions.clear()
        fake.tasks.clear()
        async with impatient(fake, name) as api:
            with pytest.raises(ApiError) as caught:
                await api.submit(CAT, None)
        error = caught.value
        assert TOKEN not in repr(error), name
        assert type(error) is SUBMIT_ERRORS[name], name
        assert (len(fake.submissions), len(fake.tasks)) == (1, fault.accepts), name
        if isinstance(error, ApiUnknown):
            continue
        assert not fault.accepts, name
        assert isinstance(error, ApiBusy | ApiRefused)
        code_of_page = "bad_request" if name in REFUSALS else "api_error"
        assert error.failure == Failure(fault.code or code_of_page, fault.message), name
        if isinstance(error, ApiBusy):
            assert error.retry_after == (1 if fault.retry_after else None), name
            assert error.is_internal == (name == "api_error"), name


async def test_not_sent(fake: FakeFlux) -> None:
    """If there is no connection, no TLS or a timeout while connecting, nothing has started: the API counts as busy."""
    with ExitStack() as sockets:
        full = sockets.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(8):  # fills the backlog of a server that accepts no connection
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        overloaded = f"http://127.0.0.1:{full.getsockname()[1]}"
        for url in (NOWHERE.rstrip("/"), fake.url.replace("http:", "https:"), overloaded):
            async with FluxApi(url, TOKEN, timeout=ClientTimeout(connect=0.5)) as api:
                with pytest.raises(ApiBusy) as busy:
                    await api.submit(CAT, None)
                assert busy.value.failure.code == UNREACHABLE, url
                assert TOKEN not in str(busy.value), url
    assert not fake.submissions


async def test_a_truncated_answer() -> None:
    """After sending, a truncated answer leaves the outcome unknown; the submission is not repeated."""
    for answer in (
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"task_id": "x"}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"task_id": "x"}\r\n',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
    ):
        async with api_answering(answer) as (api, heads):
            with pytest.raises(ApiUnknown):
                await api.submit(CAT, None)
        assert len(heads) == 1, answer


async def test_large_answers(fake: FakeFlux, api: FluxApi) -> None:
    """Reading stops at a size that no real answer reaches; an answer just below it is read to its end."""
    acceptance = '{"task_id": "x"}'
    fake.faults.submit = BadAnswer(200, page=acceptance.ljust(MAX_ANSWER_BYTES))
    assert (await api.submit(CAT, None)).task_id == "x"
    fake.faults.submit = BadAnswer(400, page=acceptance.ljust(MAX_ANSWER_BYTES + 1))
    with pytest.raises(ApiUnknown):
        await api.submit(CAT, None)
    assert len(fake.submissions) == 2
    fake.faults.lookup = BadAnswer(200, page='{"items": []}'.ljust(MAX_ANSWER_BYTES + 1))
    with pytest.raises(ApiBusy):
        await api.look_up(["x"])


async def test_redirects_are_not_followed(fake: FakeFlux) -> None:
    """Requests have the token; a redirect is a refusal, as following it could pay twice or give the token away."""
    for status in (302, 307):
        head = f"HTTP/1.1 {status} Found\r\nLocation: {fake.url}/flux/images\r\nContent-Length: 0\r\n\r\n"
        async with api_answering(head.encode()) as (api, heads):
            for call in (api.submit(CAT, None), api.look_up(["x"]), api.list_tasks(SINCE, UNTIL, offset=0)):
                with pytest.raises(ApiRefused):
                    await call
        assert [sent.split()[1] for sent in heads] == [b"/flux/images", b"/flux/tasks", b"/flux/tasks"]
        for sent in heads:
            lines = set(sent.decode().lower().splitlines())
            assert {f"authorization: bearer {TOKEN}", "accept: application/json", "connection: close"} <= lines
            assert "content-type: application/json" in lines
    assert not fake.submissions + fake.lookups


async def test_many_tasks(fake: FakeFlux, api: FluxApi) -> None:
    """Parallel submissions get their own answers, and one look-up asks for as many tasks as the vendor allows."""
    requests = [replace(CAT, prompt=f"cat {number}", count=1) for number in range(MAX_IDS_PER_LOOKUP - 1)]
    fake.faults.failure = [Failure("forbidden", "no"), None]
    answers = await asyncio.gather(*(api.submit(request, None) for request in requests))
    ids = [answer.task_id for answer in answers]
    assert [fake.tasks[task_id].request["prompt"] for task_id in ids] == [request.prompt for request in requests]
    await asyncio.gather(*(fake.tasks[task_id].ended.wait() for task_id in ids))
    results = await api.look_up([*ids, "unknown"])
    assert results.keys() == set(ids)
    assert [result.failure for result in results.values() if result.failure] == [Failure("forbidden", "no")]
    assert len(fake.lookups) == 1


async def test_a_list_of_tasks(fake: FakeFlux, api: FluxApi) -> None:
    """One request asks for a page of the tasks of a period, and each is returned with its callback address."""
    url = "https://bot.example.org/callbacks/job/secret"
    fake.faults.lookup = BadAnswer(200, page=json.dumps({"items": [{"id": "x", "request": {"callback_url": url}}]}))
    assert await api.list_tasks(SINCE, UNTIL, offset=50) == [ListedTask("x", url, None)]
    (lookup,) = fake.lookups
    assert lookup.body == list_body(SINCE, UNTIL, 50)


async def test_lookups_fail(fake: FakeFlux) -> None:
    """Temporary errors are tried three times, and a later attempt returns the result; a refusal is final."""
    calls: tuple[Callable[[FluxApi], Awaitable[object]], ...] = (
        lambda api: api.look_up(["x"]),
        lambda api: api.list_tasks(SINCE, UNTIL, offset=0),
    )
    nothing = BadAnswer(200, page='{"items": []}')
    for name, fault in ANSWERS.items():
        for call in calls:
            async with impatient(fake, name) as api:
                fake.faults = Faults(lookup=fault)
                fake.lookups.clear()
                with pytest.raises(ApiRefused if name in REFUSALS else ApiBusy):
                    await call(api)
                assert len(fake.lookups) == (1 if name in REFUSALS else ATTEMPTS), name
                if name not in REFUSALS:
                    fake.faults = Faults(lookup=[fault, nothing])
                    assert not await call(api), name
    async with FluxApi(NOWHERE.rstrip("/"), TOKEN) as api:
        for call in calls:
            with pytest.raises(ApiBusy) as busy:
                await call(api)
            assert busy.value.failure.code == UNREACHABLE
