"""The fake Flux API fails as configured, and only then."""

import asyncio
import contextlib
import json

import pytest
from aiohttp import ClientPayloadError, ServerDisconnectedError

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, FILES, BadAnswer, Faults
from tests.flux.caller import CAT, Caller, Receiver, eventually, picture_urls


@pytest.mark.parametrize("name", [name for name, fault in ANSWERS.items() if fault.status and not fault.accepts])
async def test_bad_answers(fake: FakeFlux, caller: Caller, name: str) -> None:
    """Submissions and look-ups get each bad answer as listed, and no task is created."""
    expected = ANSWERS[name]
    fake.faults.submit = fake.faults.lookup = expected
    for path in ("images", "tasks"):
        status, body = await caller.post(f"/flux/{path}", CAT)
        assert (status, caller.headers.get("Retry-After")) == (expected.status, expected.retry_after)
        if expected.code:
            assert body["error"] == {"code": expected.code, "message": expected.message}
            assert ("success" in body) == (expected.code == "api_error")
        else:
            assert body is None
    assert not fake.tasks
    assert [exchange.status for exchange in fake.submissions + fake.lookups] == [expected.status] * 2


async def test_custom_answer(fake: FakeFlux, caller: Caller) -> None:
    """A bad answer need not be in the list."""
    fake.faults.submit = BadAnswer(418, "teapot", "I am a teapot.", retry_after="0.5")
    status, body = await caller.post("/flux/images", CAT)
    assert (status, body["error"]["code"], caller.headers["Retry-After"]) == (418, "teapot", "0.5")


async def test_cut_before_accepting(fake: FakeFlux, caller: Caller) -> None:
    """A closed connection gives no answer and creates no task."""
    fake.faults.submit = ANSWERS["cut"]
    with pytest.raises(ServerDisconnectedError):
        await caller.post("/flux/images", CAT)
    assert fake.submissions[0].status is None
    assert not fake.tasks


@pytest.mark.parametrize("name", [name for name, fault in ANSWERS.items() if fault.accepts and not fault.hangs])
async def test_accepted_without_a_good_answer(fake: FakeFlux, caller: Caller, receiver: Receiver, name: str) -> None:
    """When the answer is lost, the task still runs, is charged and calls back."""
    fault = fake.faults.submit = ANSWERS[name]
    status = None
    with contextlib.nullcontext() if fault.status else pytest.raises(ServerDisconnectedError):
        status, _ = await caller.post("/flux/images", {**CAT, "callback_url": receiver.url})
    assert status == fault.status
    await eventually(lambda: receiver.got)
    (task,) = fake.paid
    assert fake.submissions[0].task_id == task.id == json.loads(*receiver.bodies)["task_id"]


async def test_accepted_without_any_answer(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A submission that is never answered still runs and calls back."""
    fake.faults.submit = ANSWERS["accepted_hang"]
    waiting = asyncio.create_task(caller.post("/flux/images", {**CAT, "callback_url": receiver.url}))
    await eventually(lambda: receiver.got)
    assert not waiting.done()
    waiting.cancel()
    assert len(fake.paid) == 1


async def test_faults_for_the_next_uses(fake: FakeFlux, caller: Caller) -> None:
    """A list has one value for each use, and its last value stays in effect."""
    fake.faults.submit = [ANSWERS["rate_limited"], ANSWERS["down"], None]
    for expected in (429, 503, 200, 200):
        assert (await caller.post("/flux/images", CAT))[0] == expected
    assert len(fake.paid) == 2


async def test_reset(fake: FakeFlux, caller: Caller) -> None:
    """Assigning ``Faults()`` removes all faults."""
    fake.faults.submit = ANSWERS["moderation"]
    fake.faults = Faults()
    await caller.generate()
    assert len(fake.paid) == 1


@pytest.mark.parametrize(("callbacks", "body"), [(0, None), (2, None), (1, b"garbage")])
async def test_callback_faults(
    fake: FakeFlux, caller: Caller, receiver: Receiver, callbacks: int, body: bytes | None
) -> None:
    """A callback can be lost, doubled or garbled while the task itself succeeds."""
    fake.faults.callbacks, fake.faults.callback_body = callbacks, body
    task = await caller.generate(callback_url=receiver.url)
    expected = body or json.dumps(task.response).encode()
    assert receiver.bodies == [expected] * callbacks
    assert fake.paid == [task]


async def test_callback_before_the_answer(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """The callback can arrive before the answer to the submission."""
    fake.faults.callback_before_answer = True
    fake.seconds = None
    answer = asyncio.create_task(caller.submit(callback_url=receiver.url))
    await eventually(lambda: fake.tasks)
    (task,) = fake.tasks.values()
    await fake.finish(task.id)
    assert len(receiver.got) == 1
    assert await answer is task


@pytest.mark.parametrize(("code", "status"), [("forbidden", 403), ("timeout", 504), ("api_error", 500), ("odd", 500)])
async def test_failed_task(fake: FakeFlux, caller: Caller, code: str, status: int) -> None:
    """A task can fail with any code; a synchronous caller gets a matching status, and nothing is charged."""
    fake.faults.failure = [Failure(code, "no picture"), None]
    got, body = await caller.post("/flux/images", CAT)
    assert (got, body["success"], body["error"]) == (status, False, {"code": code, "message": "no picture"})
    assert not fake.paid
    await caller.generate()
    assert len(fake.paid) == 1


async def test_missing_images(fake: FakeFlux, caller: Caller) -> None:
    """A task can return fewer pictures than requested, even none."""
    fake.faults.missing_images = [1, 3]
    assert len(picture_urls(await caller.generate(count=3))) == 2
    assert picture_urls(await caller.generate(count=3)) == []


@pytest.mark.parametrize(("name", "status"), [("not_found", 404), ("gone", 410), ("unavailable", 503)])
async def test_picture_is_gone(fake: FakeFlux, caller: Caller, name: str, status: int) -> None:
    """The file server can refuse a picture and serve it later."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = [FILES[name], None]
    for expected in (status, 200):
        async with caller.http.get(url) as answer:
            assert answer.status == expected


async def test_picture_is_truncated(fake: FakeFlux, caller: Caller) -> None:
    """The connection can be closed in the middle of a picture."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["cut"]
    with pytest.raises(ClientPayloadError):
        async with caller.http.get(url) as answer:
            await answer.read()


async def test_picture_is_huge(fake: FakeFlux, caller: Caller) -> None:
    """A picture can be huge and of unknown length, and the client may stop reading."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["huge"]
    async with caller.http.get(url) as answer:
        assert answer.content_length is None
        assert len(await answer.content.readexactly(5_000_000)) == 5_000_000
    assert (await caller.generate()).response


async def test_file_is_not_a_picture(fake: FakeFlux, caller: Caller) -> None:
    """A file that is served as a picture can be something else."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["no_picture"]
    async with caller.http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert (await answer.read()).startswith(b"<html>")


async def test_picture_is_slow(fake: FakeFlux, caller: Caller) -> None:
    """A picture can be slow, and a stop does not wait for it."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["slow"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), caller.http.get(url):
            pass


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("redirect", "/files/{}?direct=1"),
        ("redirect_loop", "/files/{}"),
        ("redirect_inside", "http://169.254.169.254/latest/meta-data/"),
    ],
)
async def test_picture_is_redirected(fake: FakeFlux, caller: Caller, name: str, location: str) -> None:
    """The file server can redirect: to the picture, in a loop, or into a private network."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES[name]
    async with caller.http.get(url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, location.format(url.rpartition("/")[2]))
    if name == "redirect":
        async with caller.http.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")
