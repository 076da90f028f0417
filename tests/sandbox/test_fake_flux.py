"""The fake Flux API follows the contract, even when it runs alone as a program."""

import asyncio
import io
import json
import signal
import sys
from decimal import Decimal

import pytest
from aiohttp import ClientError
from PIL import Image

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeFlux, usual_seconds
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import CAT, EDIT, TOKEN, UNREACHABLE, Caller, Receiver, eventually, picture_urls
from tests.sandbox.users import started


async def test_synchronous_answer(fake: FakeFlux, caller: Caller, fake_of_march: FakeFlux) -> None:
    """Without async and callback_url, the answer is the result itself: today with its cost, in March with details."""
    status, body = await caller.post("/flux/images", CAT)
    assert status == 200
    assert list(body) == ["success", "task_id", "trace_id", "data", "cost"]
    assert body["data"] == [{"image_url": f"{fake.url}/files/{body['task_id']}.png"}]
    assert body["cost"] == {"amount": 0.216, "currency": "credit"}
    assert [task.id for task in fake.paid] == [body["task_id"]]
    assert (fake.submissions[0].body, fake.submissions[0].status) == (CAT, 200)

    async with Caller(fake_of_march) as other:
        status, body = await other.post("/flux/images", CAT)
        flux_2 = await other.generate(model="flux-2-pro")
    assert list(body) == ["success", "task_id", "trace_id", "data"]
    (item,) = body["data"]
    assert (item["prompt"], item["timings"]) == (CAT["prompt"], {"inference": 3.328})
    assert item["image_url"] == f"{fake_of_march.url}/files/{body['task_id']}.png"
    assert isinstance(item["seed"], int)
    assert flux_2.response
    assert flux_2.response["data"] == [{"image_url": f"{fake_of_march.url}/files/{flux_2.id}.jpg"}]


async def test_charges(fake: FakeFlux, caller: Caller, fake_of_march: FakeFlux) -> None:
    """Each picture is charged exactly, in both forms; a failure costs nothing."""
    await caller.generate(count=3)
    await caller.generate(**EDIT, image_url=picture_urls(fake.paid[0])[0])
    fake.faults.failure = Failure("api_error")
    failed = await caller.generate()
    async with Caller(fake_of_march) as other:
        await other.generate(model="flux-pro-1.1", size="256x256")
    costs = [task.response["cost"]["amount"] for task in fake.paid if task.response]
    assert costs == [0.648, 0.423]
    assert (fake.charged, fake_of_march.charged) == (Decimal("1.071"), Decimal("0.34"))
    assert failed.response
    assert "cost" not in failed.response


async def test_acceptance(fake: FakeFlux, caller: Caller, fake_of_march: FakeFlux) -> None:
    """An asynchronous submission is answered with the task's id, today also with its trace id."""
    status, body = await caller.post("/flux/images", CAT | {"async": True})
    (task,) = fake.tasks.values()
    assert (status, body) == (200, {"task_id": task.id, "trace_id": task.trace_id})
    async with Caller(fake_of_march) as other:
        status, body = await other.post("/flux/images", CAT | {"async": True})
    assert (status, body) == (200, {"task_id": next(iter(fake_of_march.tasks))})


async def test_files(fake: FakeFlux, caller: Caller) -> None:
    """The pictures are served with their media type in the requested size; flux-2 gives JPEG."""
    fake.scale = 1
    png, jpeg = await caller.generate(size="1024x1792"), await caller.generate(model="flux-2-pro", size="16:9")
    for task, media_type, size in ((png, "image/png", (1024, 1792)), (jpeg, "image/jpeg", (1365, 768))):
        async with caller.http.get(*picture_urls(task)) as answer:
            assert (answer.status, answer.content_type) == (200, media_type)
            assert Image.open(io.BytesIO(await answer.read())).size == size
    async with caller.http.get(f"{fake.url}/files/other.png") as answer:
        assert answer.status == 404


async def test_missing_size(fake_of_march: FakeFlux) -> None:
    """In March, the size may be missing; the picture is a square."""
    async with Caller(fake_of_march) as caller:
        for model in ("flux-dev", "flux-kontext-pro"):
            status, body = await caller.post("/flux/images", {"action": "generate", "prompt": "a cat", "model": model})
            assert status == 200, model
            picture = fake_of_march.files[f"{body['task_id']}.png"]
            assert Image.open(io.BytesIO(picture.data)).size == (128, 128), model


async def test_count(fake: FakeFlux, caller: Caller) -> None:
    """A count of 3.0 gives three different pictures, and a repeated request others; some can be missing, never all."""
    first, second = await caller.generate(count=3.0), await caller.generate(count=3)
    names = [url.removeprefix(f"{fake.url}/files/") for url in picture_urls(first)]
    assert names == [f"{first.id}.png", f"{first.id}-2.png", f"{first.id}-3.png"]
    assert len(picture_urls(second)) == 3
    assert len({picture.data for picture in fake.files.values()}) == 6

    fake.faults.missing_images = [1, 3]
    assert len(picture_urls(await caller.generate(count=3))) == 2
    assert len(picture_urls(await caller.generate(count=3))) == 1


async def test_edit(fake: FakeFlux, caller: Caller) -> None:
    """An edit fetches the picture, or takes a local file, returns one of the requested size, and ignores count."""
    (source,) = picture_urls(await caller.generate())
    fake.local_files = {"local": fake.files[source.rpartition("/")[2]].data}.get
    for url in (source, "local"):
        (edited,) = picture_urls(await caller.generate(**EDIT, image_url=url, count=3))
        async with caller.http.get(edited) as answer:
            assert Image.open(io.BytesIO(await answer.read())).size == (128, 128), url
    for url in ("ftp://127.0.0.1/a.png", "no url", UNREACHABLE):
        status, body = await caller.post("/flux/images", {**EDIT, "image_url": url})
        assert (status, body["success"], body["error"]["code"]) == (400, False, "bad_request"), url


async def test_look_up_of_a_pending_and_a_finished_task(
    fake: FakeFlux, caller: Caller, fake_of_march: FakeFlux
) -> None:
    """A pending task has no end time and, today, a placeholder; a finished one has its result and its times."""
    fake_of_march.seconds = None
    async with Caller(fake_of_march) as other:
        assert (await other.look_up((await other.submit()).id))["response"] is None
    fake.seconds = None
    task = await caller.submit()
    record = await caller.look_up(task.id)
    assert record["response"] == {"success": True, "data": []}
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


async def test_list_of_all_tasks(fake: FakeFlux, caller: Caller, fake_of_march: FakeFlux) -> None:
    """Today, a batch without ids lists the tasks of a period, the newest first, in pages, with their requests."""
    tasks = [await caller.generate(callback_url=f"{UNREACHABLE}{number}") for number in range(4)]
    for number, task in enumerate(tasks):
        task.created_at = 1000.5 + number
    every: dict[str, object] = {"action": "retrieve_batch", "type": "images"}
    for period, expected, count in (
        ({}, [3, 2, 1, 0], 4),
        ({"created_at_min": 1001.5, "created_at_max": 1002.5}, [2, 1], 2),
        ({"created_at_min": 1001, "limit": 2}, [3, 2], 3),
        ({"created_at_min": 1001, "limit": 2, "offset": 2}, [1], 3),
        ({"created_at_max": 1000}, [], 0),
    ):
        status, body = await caller.post("/flux/tasks", every | period)
        assert (status, body["count"]) == (200, count), period
        urls = [item["request"]["callback_url"] for item in body["items"]]
        assert urls == [f"{UNREACHABLE}{number}" for number in expected], period
        assert [item["response"] for item in body["items"]] == [tasks[number].response for number in expected], period
    await asyncio.gather(*(caller.generate() for _ in range(50)))
    _, body = await caller.post("/flux/tasks", every | {"limit": 1000})
    assert (len(body["items"]), body["count"]) == (50, 54)

    async with Caller(fake_of_march) as other:
        refusals = [await other.post("/flux/tasks", every)]
    fake.faults.refuses_lists = True
    refusals.append(await caller.post("/flux/tasks", every))
    error = {"code": "bad_request", "message": "ids is required, 50 at most"}
    assert [(status, body["error"]) for status, body in refusals] == [(400, error)] * 2
    assert (await caller.look_up(tasks[0].id))["id"] == tasks[0].id


async def test_rejections_are_counted(fake: FakeFlux, caller: Caller) -> None:
    """Submissions with status 400 are counted by model, action and reason; other refusals are not."""
    for changes in ({"size": "4:5"}, {"size": "64x64"}, EDIT, {"prompt": "forbidden"}):
        await caller.post("/flux/images", CAT | changes)
    fake.faults.gone_models = {"flux-dev"}
    await caller.post("/flux/images", CAT)
    await caller.post("/flux/images", {"prompt": "a cat", "size": "1:1"})
    await caller.generate(model="flux-pro")
    assert fake.rejections == {
        ("flux-dev", "generate", "size is invalid."): 2,
        ("flux-kontext-pro", "edit", "image_url is required"): 1,
        ("flux-dev", "generate", "model is invalid."): 1,
        ("flux-dev", "None", "action is invalid."): 1,
    }


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
    """The callback is one JSON POST with the same result as a look-up, even if it is refused, redirected or lost."""
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
    """A callback can be lost, duplicated or garbled while its task succeeds, and sent again, even to another URL."""
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
    assert "finished_at" not in await caller.look_up(task.id)


async def test_restart(fake: FakeFlux, caller: Caller) -> None:
    """A stopped fake API is unreachable; after a restart it still knows its tasks."""
    url, task = fake.url, await caller.generate()
    await fake.stop()
    with pytest.raises(ClientError):
        await caller.look_up(task.id)
    await fake.start()
    assert fake.url == url
    assert (await caller.look_up(task.id))["response"] == task.response
    with pytest.raises(OSError, match="address already in use"):  # nothing of this one is left open
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


@pytest.mark.parametrize(
    ("options", "number", "statuses"),
    [(["--seconds", "0", "--api", "2026-03"], signal.SIGINT, (200, 400)), ([], signal.SIGTERM, (400, 200))],
)
async def test_runs_alone(
    caller: Caller, options: list[str], number: signal.Signals, statuses: tuple[int, int]
) -> None:
    """The program prints one line that says how to reach it, serves requests in its form, and stops at a signal."""
    command = (sys.executable, "-m", "flux_bot.sandbox.fake_flux", "--port", "0", "--token", TOKEN, *options)
    process = await started(*command)
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert f"ACEDATACLOUD_API_TOKEN={TOKEN}" in line
    caller.fake.url = line.partition("ACEDATACLOUD_API_BASE_URL=")[2].split()[0]
    for size, status in zip(("256x256", "1:1"), statuses, strict=True):
        assert (await caller.post("/flux/images", {**CAT, "async": not options, "size": size}))[0] == status
    process.send_signal(number)
    output, _ = await process.communicate()
    assert (process.returncode, output) == (0, b"")
