"""The fake Flux API follows the contract, alone as a program too, and the vendor's own client works with it."""

import asyncio
import io
import json
import signal
import sys
from pathlib import Path

import pytest
from aiohttp import ClientError
from PIL import Image

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeFlux, usual_seconds
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import CAT, EDIT, TOKEN, UNREACHABLE, Caller, Receiver, eventually, picture_urls
from tests.sandbox.users import started

FLUX = Path(sys.executable).with_name("flux")


async def test_synchronous_answer(fake: FakeFlux, caller: Caller) -> None:
    """Without async and callback_url, the answer is the result itself."""
    status, body = await caller.post("/flux/images", CAT)
    assert status == 200
    assert list(body) == ["success", "task_id", "trace_id", "data"]
    (item,) = body["data"]
    assert item["prompt"] == CAT["prompt"]
    assert item["image_url"] == f"{fake.url}/files/{body['task_id']}.png"
    assert isinstance(item["seed"], int)
    assert isinstance(item["timings"]["inference"], float)
    assert [task.id for task in fake.paid] == [body["task_id"]]
    assert (fake.submissions[0].body, fake.submissions[0].status) == (CAT, 200)


async def test_files(fake: FakeFlux, caller: Caller) -> None:
    """The pictures are served with their media type in the requested size; flux-2 gives JPEG and only its URL."""
    png, jpeg = await caller.generate(), await caller.generate(model="flux-2-pro", size="16:9")
    assert jpeg.response is not None
    assert jpeg.response["data"] == [{"image_url": f"{fake.url}/files/{jpeg.id}.jpg"}]
    for task, media_type, size in ((png, "image/png", (96, 64)), (jpeg, "image/jpeg", (1365, 768))):
        async with caller.http.get(*picture_urls(task)) as answer:
            assert (answer.status, answer.content_type) == (200, media_type)
            assert Image.open(io.BytesIO(await answer.read())).size == size
    async with caller.http.get(f"{fake.url}/files/other.png") as answer:
        assert answer.status == 404


async def test_count(fake: FakeFlux, caller: Caller) -> None:
    """A count of 3.0 gives three different pictures, and a repeated request others; some can be missing."""
    first, second = await caller.generate(count=3.0), await caller.generate(count=3)
    names = [url.removeprefix(f"{fake.url}/files/") for url in picture_urls(first)]
    assert names == [f"{first.id}.png", f"{first.id}-2.png", f"{first.id}-3.png"]
    assert len(picture_urls(second)) == 3
    assert len({picture.data for picture in fake.files.values()}) == 6

    fake.faults.missing_images = [1, 3]
    assert len(picture_urls(await caller.generate(count=3))) == 2
    assert picture_urls(await caller.generate(count=3)) == []


async def test_edit(fake: FakeFlux, caller: Caller) -> None:
    """An edit fetches the picture, or takes a local file, returns one of the requested size, and ignores count."""
    (source,) = picture_urls(await caller.generate())
    fake.local_files = {"local": fake.files[source.rpartition("/")[2]].data}.get
    for url in (source, "local"):
        (edited,) = picture_urls(await caller.generate(**EDIT, image_url=url, count=3))
        async with caller.http.get(edited) as answer:
            assert Image.open(io.BytesIO(await answer.read())).size == (64, 64), url
    for url in ("ftp://127.0.0.1/a.png", "no url", UNREACHABLE):
        status, body = await caller.post("/flux/images", {**EDIT, "image_url": url})
        assert (status, body["success"], body["error"]["code"]) == (400, False, "bad_request"), url


async def test_look_up_of_a_pending_and_a_finished_task(fake: FakeFlux, caller: Caller) -> None:
    """A pending task has a null response and no end time; a finished one has its result and its times."""
    fake.seconds = None
    task = await caller.submit()
    record = await caller.look_up(task.id)
    assert record["response"] is None
    assert not {"finished_at", "elapsed"} & set(record)
    assert (record["id"], record["type"]) == (task.id, "images")
    assert record["request"] == {**CAT, "async": True}

    assert await fake.finish(task.id) is task
    record = await caller.look_up(task.id)
    assert record["response"] == task.response
    assert record["trace_id"] == record["response"]["trace_id"] == task.trace_id
    assert record["elapsed"] == record["finished_at"] - record["started_at"]
    assert record["created_at"] <= record["started_at"] <= record["finished_at"]
    assert [lookup.body["id"] for lookup in fake.lookups] == [task.id, task.id]


async def test_look_up_of_many(caller: Caller) -> None:
    """A batch returns the known tasks and their count; a single unknown task is an empty object."""
    first, second = await caller.generate(), await caller.generate()
    for ids, known in (([second.id, "unknown", first.id], [second.id, first.id]), ([], [])):
        status, body = await caller.post("/flux/tasks", {"action": "retrieve_batch", "ids": ids})
        assert (status, body["count"]) == (200, len(known))
        assert [item["id"] for item in body["items"]] == known
    assert await caller.look_up("unknown") == {}


async def test_refusals(fake: FakeFlux, caller: Caller) -> None:
    """Malformed requests, wrong tokens, forbidden prompts and other paths are refused, even asynchronously."""
    for path in ("images", "tasks"):
        for token, expected in {"": (400, "no_token"), "Bearer wrong": (401, "invalid_token")}.items():
            status, body = await caller.post(f"/flux/{path}", CAT, token)
            assert (status, body["error"]["code"]) == expected, path
        for data in (b"", b"no json", b"\xff", b"[]"):
            status, body = await caller.post(f"/flux/{path}", data)
            assert (status, body["error"]["code"]) == (400, "bad_request"), data
    for change, expected in (({"size": "large"}, (400, "bad_request")), ({"prompt": "forbidden"}, (403, "forbidden"))):
        status, body = await caller.post("/flux/images", CAT | {"async": True} | change)
        assert (status, body["error"]["code"], "success" in body) == (*expected, False)
    status, body = await caller.post("/flux/videos", CAT)
    assert (status, body["error"]["code"]) == (404, "no_api")
    assert not fake.tasks


async def test_callback(caller: Caller, receiver: Receiver) -> None:
    """The callback is one JSON POST with the same result as a look-up, also if it is refused, redirected or lost."""
    for status in (200, 302, 500):
        receiver.status = status
        task = await caller.generate(callback_url=receiver.url)
        ((method, content_type, body),) = receiver.got
        assert (method, content_type) == ("POST", "application/json")
        assert json.loads(body) == (await caller.look_up(task.id))["response"] == task.response
        assert [sent.status for sent in task.posts] == [status]
        receiver.got.clear()
    for url in (UNREACHABLE, "no url"):
        task = await caller.generate(callback_url=url)
        assert ([sent.status for sent in task.posts], bool(task.posts[0].error)) == ([None], True), url
        assert task.response, url


async def test_other_callbacks(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A callback can be lost, doubled or garbled while its task succeeds, and sent again, also to another URL."""
    for callbacks, garbage in ((0, None), (2, None), (1, b"garbage")):
        fake.faults.callbacks, fake.faults.callback_body = callbacks, garbage
        task = await caller.generate(callback_url=receiver.url)
        assert receiver.bodies == [garbage or json.dumps(task.response).encode()] * callbacks
        assert fake.paid[-1] is task
        receiver.got.clear()
    for body in (None, {"success": True}, b"\xff"):
        await fake.send_callback(task.id, body=body)
    assert receiver.bodies == [json.dumps(task.response).encode(), b'{"success": true}', b"\xff"]
    lost = await fake.send_callback(task.id, url=UNREACHABLE)
    assert (lost.status, len(task.posts)) == (None, 5)


async def test_failed_task(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A task can fail with any code; a synchronous caller gets a matching status, and nothing is charged."""
    for code, status in {"forbidden": 403, "timeout": 504, "bad_request": 400, "api_error": 500, "odd": 500}.items():
        fake.faults.failure = [Failure(code, "no picture"), None]
        got, body = await caller.post("/flux/images", CAT)
        assert (got, body["success"], body["error"]) == (status, False, {"code": code, "message": "no picture"})
    fake.seconds = None
    task = await caller.submit(callback_url=receiver.url)
    assert not task.ended.is_set()
    await fake.finish(task.id, failure=Failure("api_error", "fetch failed"))
    error = {"success": False, "error": {"code": "api_error", "message": "fetch failed"}}
    assert json.loads(*receiver.bodies) == {"task_id": task.id, "trace_id": task.trace_id} | error
    assert not fake.paid


async def test_duration(fake: FakeFlux, caller: Caller) -> None:
    """A picture takes six to ten seconds, or as long as a given function says, multiplied by the slowness."""
    times = {usual_seconds() for _ in range(50)}
    assert len(times) == 50
    assert 6 <= min(times) < 8 < max(times) <= 10
    fake.seconds, fake.faults.slowness = (lambda: 30), 4
    task = await caller.submit()
    assert task.seconds == 120
    assert (await caller.look_up(task.id))["response"] is None


async def test_restart(fake: FakeFlux, caller: Caller) -> None:
    """A stopped fake API is unreachable; after a restart it still knows its tasks."""
    url, task = fake.url, await caller.generate()
    await fake.stop()
    with pytest.raises(ClientError):
        await caller.look_up(task.id)
    await fake.start()
    assert fake.url == url
    assert (await caller.look_up(task.id))["response"] == task.response
    with pytest.raises(OSError, match="address already in use"):  # and nothing of this one is left open
        await FakeFlux(token=TOKEN, port=fake.port).start()


async def test_stop_leaves_nothing_behind(fake: FakeFlux, caller: Caller) -> None:
    """A stop ends held tasks, waiting requests and open connections."""
    fake.seconds, fake.faults.submit = None, [ANSWERS["hang"], None]
    waiting = [asyncio.create_task(caller.post("/flux/images", CAT)) for _ in range(2)]
    await eventually(lambda: len(fake.submissions) == 2)
    await fake.stop()
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, ClientError)
    (task,) = fake.tasks.values()
    assert task.ended.is_set()
    assert task.response is None


async def test_its_own_errors_are_raised(fake: FakeFlux, caller: Caller) -> None:
    """An error inside the fake API is raised when it stops."""
    fake.files = None  # type: ignore[assignment]
    await caller.generate()
    with pytest.raises(TypeError):
        await fake.stop()


@pytest.mark.parametrize(("options", "number"), [(["--seconds", "0"], signal.SIGINT), ([], signal.SIGTERM)])
async def test_runs_alone(caller: Caller, options: list[str], number: signal.Signals) -> None:
    """It prints one line that says how to reach it, serves requests, and stops cleanly at a signal."""
    command = (sys.executable, "-m", "flux_bot.sandbox.fake_flux", "--port", "0", "--token", TOKEN, *options)
    process = await started(*command)
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert f"ACEDATACLOUD_API_TOKEN={TOKEN}" in line
    caller.fake.url = line.partition("ACEDATACLOUD_API_BASE_URL=")[2].split()[0]
    assert (await caller.post("/flux/images", {**CAT, "async": not options}))[0] == 200
    process.send_signal(number)
    output, _ = await process.communicate()
    assert (process.returncode, output) == (0, b"")


@pytest.mark.skipif(not FLUX.exists(), reason="the vendor's client is not installed: flux-pro-cli")
async def test_vendor_client(fake: FakeFlux) -> None:
    """The vendor's client generates, polls and edits, and recognises errors."""

    async def flux(*arguments: str, code: int = 0) -> str:
        """Run the client, pointed at the fake API, and return its output."""
        environment = {"ACEDATACLOUD_API_BASE_URL": fake.url, "ACEDATACLOUD_API_TOKEN": TOKEN, "COLUMNS": "500"}
        process = await started(FLUX, *arguments, **environment, FLUX_REQUEST_TIMEOUT="30", NO_PROXY="127.0.0.1")
        output, _ = await process.communicate()
        assert process.returncode == code, output.decode()
        return output.decode()

    generated = json.loads(await flux("generate", "a cat", "-m", "flux-2-pro", "-s", "1:1", "-n", "3", "--json"))
    assert generated == fake.paid[0].response
    assert fake.submissions[0].body["count"] == 3.0
    source, _, _ = picture_urls(fake.paid[0])
    edited = json.loads(await flux("edit", "add a hat", "--image-url", source, "-s", "1:1", "--json"))
    assert edited == fake.paid[1].response
    assert "size is invalid." in await flux("generate", "a cat", "-s", "large", code=1)
    assert len(fake.tasks) == 2

    fake.seconds = None
    task_id = json.loads(await flux("generate", "a cat", "--async", "--json"))["task_id"]
    waiting = asyncio.create_task(flux("wait", task_id, "--interval", "1", "--timeout", "30", "--json"))
    await eventually(lambda: fake.lookups)
    assert not waiting.done()
    task = await fake.finish(task_id)
    assert picture_urls(task)[0] in await waiting
    batch = json.loads(await flux("tasks", task_id, "unknown", "--json"))
    assert (batch["count"], batch["items"][0]["response"]) == (1, task.response)
