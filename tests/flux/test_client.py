"""FluxApi over real HTTP: a submission is sent once, a look-up is retried."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager

import pytest
import stamina
from aiohttp import ClientTimeout, web
from aiohttp.test_utils import TestServer

from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown
from flux_bot.core.jobs import UNREACHABLE, Action, Failure, ImageRequest
from flux_bot.flux.client import MAX_ANSWER_BYTES, FluxApi
from flux_bot.flux.protocol import MAX_IDS_PER_LOOKUP
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, BadAnswer
from tests.flux.caller import TOKEN, Receiver, eventually

CAT = ImageRequest(Action.GENERATE, "a white siamese cat", "flux-dev", "96x64", count=2)
ATTEMPTS = 3

SUBMIT_ERRORS: dict[str, type[ApiError]] = {
    "no_token": ApiRefused,
    "invalid_token": ApiRefused,
    "no_api": ApiRefused,
    "moderation": ApiRefused,
    "used_up": ApiRefused,
    "disabled": ApiRefused,
    "rate_limited": ApiBusy,
    "rate_limited_retry_after": ApiBusy,
    "api_error": ApiBusy,
    "timeout": ApiUnknown,
    "down": ApiBusy,
    "bad_gateway": ApiUnknown,
    "garbage": ApiUnknown,
    "cut": ApiUnknown,
    "hang": ApiUnknown,
    "accepted_cut": ApiUnknown,
    "accepted_hang": ApiUnknown,
    "accepted_garbage": ApiUnknown,
    "accepted_bad_gateway": ApiUnknown,
    "accepted_gateway_timeout": ApiUnknown,
}
LOOKUP_REFUSALS = {"no_token", "invalid_token", "no_api", "moderation", "used_up", "disabled"}


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
    """Return a client with short timeouts for the faults that never answer."""
    return (
        FluxApi(fake.url, TOKEN, timeout=ClientTimeout(total=0.5)) if ANSWERS[name].hangs else FluxApi(fake.url, TOKEN)
    )


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


# --- submit -------------------------------------------------------------------------------------------------


async def test_accepted_with_a_callback(fake: FakeFlux, api: FluxApi) -> None:
    """A submission starts one task, and its result goes to the callback address."""
    async with Receiver() as receiver:
        answer = await api.submit(CAT, receiver.url)
        await eventually(lambda: receiver.got)
    (submission,) = fake.submissions
    assert (submission.task_id, submission.status) == (answer.task_id, 200)
    assert submission.body["callback_url"] == receiver.url
    assert "async" not in submission.body
    assert answer.result is None


async def test_accepted_without_a_callback(fake: FakeFlux, api: FluxApi) -> None:
    """Without a callback address the answer still comes immediately, and a look-up returns the result."""
    fake.seconds = None
    answer = await api.submit(CAT, None)
    assert answer.result is None
    assert await api.look_up([answer.task_id]) == {}
    await fake.finish(answer.task_id)
    (result,) = (await api.look_up([answer.task_id])).values()
    assert (result.task_id, len(result.images)) == (answer.task_id, 2)
    assert all(image.url.startswith(f"{fake.url}/files/") for image in result.images)


async def test_a_failed_task_is_looked_up(fake: FakeFlux, api: FluxApi) -> None:
    """A look-up returns failures too."""
    fake.faults.failure = Failure("forbidden", "no")
    task_id = (await api.submit(CAT, None)).task_id
    await fake.tasks[task_id].ended.wait()
    (result,) = (await api.look_up([task_id])).values()
    assert result.failure == Failure("forbidden", "no")


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_submission_fails(fake: FakeFlux, name: str) -> None:
    """Each fault raises its error after one submission; a task may run only if the outcome is unknown."""
    fault = fake.faults.submit = ANSWERS[name]
    async with impatient(fake, name) as api:
        with pytest.raises(SUBMIT_ERRORS[name]) as caught:
            await api.submit(CAT, None)
    assert len(fake.submissions) == 1
    assert len(fake.tasks) == fault.accepts
    if isinstance(caught.value, ApiUnknown):
        return
    assert not fault.accepts
    assert isinstance(caught.value, ApiBusy | ApiRefused)
    assert caught.value.failure.code == (fault.code or "api_error")
    assert caught.value.failure.message == (fault.message or "HTTP 503")
    if isinstance(caught.value, ApiBusy):
        assert caught.value.retry_after == (1 if fault.retry_after else None)
        assert caught.value.retry_once == (name == "api_error")


def test_every_fault_has_its_error() -> None:
    """Each fault of the fake API is covered here."""
    assert SUBMIT_ERRORS.keys() == ANSWERS.keys()


async def test_unreachable_api(unused_tcp_port: int) -> None:
    """If nothing listens at the address, nothing has started."""
    async with FluxApi(f"http://127.0.0.1:{unused_tcp_port}", TOKEN) as api:
        with pytest.raises(ApiBusy) as busy:
            await api.submit(CAT, None)
    assert busy.value.failure.code == UNREACHABLE
    assert TOKEN not in str(busy.value)


async def test_no_secure_connection(fake: FakeFlux) -> None:
    """If the TLS handshake fails, nothing has been sent."""
    async with FluxApi(fake.url.replace("http:", "https:"), TOKEN) as api:
        with pytest.raises(ApiBusy) as busy:
            await api.submit(CAT, None)
    assert busy.value.failure.code == UNREACHABLE
    assert not fake.submissions


async def test_no_connection_in_time() -> None:
    """A submission that times out while connecting has not been sent."""
    with ExitStack() as sockets:
        server = sockets.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(8):  # fill the backlog of a server that accepts no connection
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        async with FluxApi(url, TOKEN, timeout=ClientTimeout(connect=0.3)) as api:
            with pytest.raises(ApiBusy) as busy:
                await api.submit(CAT, None)
    assert busy.value.failure.code == UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"task_id": "x"}',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"task_id": "x"}\r\n',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
    ],
    ids=lambda answer: repr(answer)[:40],
)
async def test_a_truncated_answer(answer: bytes) -> None:
    """After sending, a truncated answer leaves the outcome unknown; the submission is not repeated."""
    async with api_answering(answer) as (api, heads):
        with pytest.raises(ApiUnknown):
            await api.submit(CAT, None)
    assert len(heads) == 1


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_answer_too_large(fake: FakeFlux, api: FluxApi, status: int) -> None:
    """Reading stops at a size that no real answer reaches."""
    fake.faults.submit = BadAnswer(status, page=" " * (MAX_ANSWER_BYTES + 1))
    with pytest.raises(ApiUnknown):
        await api.submit(CAT, None)
    assert len(fake.submissions) == 1


async def test_the_largest_answer(fake: FakeFlux, api: FluxApi) -> None:
    """An answer just below the limit is read to its end."""
    page = '{"task_id": "x"}'
    fake.faults.submit = BadAnswer(200, page=page.ljust(MAX_ANSWER_BYTES))
    assert (await api.submit(CAT, None)).task_id == "x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(fake: FakeFlux, status: int) -> None:
    """A redirect is a refusal: following it could pay twice, or send the token elsewhere."""

    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{fake.url}{request.path}"})

    app = web.Application()
    app.router.add_post("/{path:.*}", elsewhere)
    async with TestServer(app) as server, FluxApi(str(server.make_url("")).rstrip("/"), TOKEN) as api:
        with pytest.raises(ApiRefused):
            await api.submit(CAT, None)
        with pytest.raises(ApiRefused):
            await api.look_up(["x"])
    assert not fake.submissions + fake.lookups


async def test_request_headers() -> None:
    """Requests have the token and ask for JSON; each uses a new connection."""
    async with api_answering(b'HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"task_id": "x"}') as (api, heads):
        assert (await api.submit(CAT, None)).task_id == "x"
        assert (await api.submit(CAT, None)).task_id == "x"
    for head in heads:
        lines = head.decode().lower().splitlines()
        assert lines[0] == "post /flux/images http/1.1"
        assert {f"authorization: bearer {TOKEN}", "accept: application/json", "content-type: application/json"} <= {
            *lines
        }
        assert "connection: close" in lines
    assert len(heads) == 2


async def test_a_wrong_token(fake: FakeFlux) -> None:
    """A wrong token is a final refusal, and the error does not show it."""
    async with FluxApi(fake.url, "a-wrong-secret") as api:
        for call in (api.submit(CAT, None), api.look_up(["x"])):
            with pytest.raises(ApiRefused) as refused:
                await call
            assert refused.value.failure.code == "invalid_token"
            assert "a-wrong-secret" not in repr(refused.value)
    assert (len(fake.submissions), len(fake.lookups)) == (1, 1)


async def test_parallel_submissions(fake: FakeFlux, api: FluxApi) -> None:
    """Parallel submissions get their own answers."""
    requests = [ImageRequest(Action.GENERATE, f"cat {number}", "flux-dev", "64x64") for number in range(40)]
    answers = await asyncio.gather(*(api.submit(request, None) for request in requests))
    assert [fake.tasks[answer.task_id].request["prompt"] for answer in answers] == [r.prompt for r in requests]
    assert len(fake.submissions) == len(requests)


# --- look up ------------------------------------------------------------------------------------------------


async def test_many_tasks_in_one_lookup(fake: FakeFlux, api: FluxApi) -> None:
    """A look-up may have as many ids as the vendor allows; unknown ids are left out."""
    one = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "64x64")
    answers = await asyncio.gather(*(api.submit(one, None) for _ in range(MAX_IDS_PER_LOOKUP - 1)))
    ids = [answer.task_id for answer in answers]
    await asyncio.gather(*(fake.tasks[task_id].ended.wait() for task_id in ids))
    assert (await api.look_up([*ids, "unknown"])).keys() == set(ids)
    assert len(fake.lookups) == 1


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_lookup_fails(fake: FakeFlux, name: str) -> None:
    """Temporary errors are tried three times; a refusal is final."""
    fake.faults.lookup = ANSWERS[name]
    refused = name in LOOKUP_REFUSALS
    async with impatient(fake, name) as api:
        with pytest.raises(ApiRefused if refused else ApiBusy):
            await api.look_up(["x"])
    assert len(fake.lookups) == (1 if refused else ATTEMPTS)


@pytest.mark.parametrize("name", [name for name in ANSWERS if name not in LOOKUP_REFUSALS])
async def test_a_lookup_fails_once(fake: FakeFlux, name: str) -> None:
    """The second attempt returns the result."""
    fake.faults.lookup = [ANSWERS[name], None]
    async with impatient(fake, name) as api:
        assert await api.look_up(["unknown"]) == {}
    assert len(fake.lookups) == 2


async def test_a_lookup_at_an_unreachable_api(unused_tcp_port: int) -> None:
    """An unreachable API counts as busy."""
    async with FluxApi(f"http://127.0.0.1:{unused_tcp_port}", TOKEN) as api:
        with pytest.raises(ApiBusy) as busy:
            await api.look_up(["x"])
    assert busy.value.failure.code == UNREACHABLE


async def test_a_lookup_with_an_answer_too_large(fake: FakeFlux, api: FluxApi) -> None:
    """Reading stops at a size that no real answer reaches."""
    fake.faults.lookup = BadAnswer(200, page=" " * (MAX_ANSWER_BYTES + 1))
    with pytest.raises(ApiBusy):
        await api.look_up(["x"])
