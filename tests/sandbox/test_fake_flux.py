"""The fake Flux API follows the contract."""

import asyncio
import io
import json
from typing import Any

import pytest
from aiohttp import ClientError
from PIL import Image

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeFlux, usual_seconds
from flux_bot.sandbox.faults import ANSWERS, FILES, MODELS, BadFile
from tests.flux.caller import CAT, EDIT, TOKEN, UNREACHABLE, Caller, Receiver, eventually, picture_urls


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


async def test_result_file(fake: FakeFlux, caller: Caller) -> None:
    """The picture is served with its media type and has the requested size."""
    (url,) = picture_urls(await caller.generate())
    async with caller.http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert Image.open(io.BytesIO(await answer.read())).size == (96, 64)
    async with caller.http.get(f"{fake.url}/files/other.png") as answer:
        assert answer.status == 404


async def test_flux_2_returns_jpeg_and_only_its_url(fake: FakeFlux, caller: Caller) -> None:
    """A flux-2 model returns a JPEG, and its item has no prompt and no seed."""
    task = await caller.generate(model="flux-2-pro", size="16:9")
    assert task.response is not None
    assert task.response["data"] == [{"image_url": f"{fake.url}/files/{task.id}.jpg"}]
    async with caller.http.get(*picture_urls(task)) as answer:
        assert answer.content_type == "image/jpeg"


async def test_count_may_be_a_float(fake: FakeFlux, caller: Caller) -> None:
    """A count of 3.0 gives three different pictures."""
    task = await caller.generate(count=3.0)
    names = [url.removeprefix(f"{fake.url}/files/") for url in picture_urls(task)]
    assert names == [f"{task.id}.png", f"{task.id}-2.png", f"{task.id}-3.png"]
    assert len({fake.files[name].data for name in names}) == 3


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
    """A batch returns the known tasks and their count."""
    first, second = await caller.generate(), await caller.generate()
    ask = {"action": "retrieve_batch", "ids": [second.id, "unknown", first.id]}
    status, body = await caller.post("/flux/tasks", ask)
    assert (status, body["count"]) == (200, 2)
    assert [item["id"] for item in body["items"]] == [second.id, first.id]
    status, body = await caller.post("/flux/tasks", {"action": "retrieve_batch", "ids": []})
    assert (status, body) == (200, {"items": [], "count": 0})


async def test_look_up_of_an_unknown_task(caller: Caller) -> None:
    """An unknown id is answered with an empty object."""
    assert await caller.look_up("unknown") == {}


async def test_callback(caller: Caller, receiver: Receiver) -> None:
    """The callback is one JSON POST with the same result as a look-up."""
    task = await caller.generate(callback_url=receiver.url)
    ((method, content_type, body),) = receiver.got
    assert (method, content_type) == ("POST", "application/json")
    assert json.loads(body) == (await caller.look_up(task.id))["response"] == task.response
    assert [sent.status for sent in task.posts] == [200]


@pytest.mark.parametrize("status", [302, 500])
async def test_callback_is_not_repeated(caller: Caller, receiver: Receiver, status: int) -> None:
    """A callback that is refused or redirected is recorded and not repeated."""
    receiver.status = status
    task = await caller.generate(callback_url=receiver.url)
    assert [sent.status for sent in task.posts] == [status]
    assert len(receiver.got) == 1


@pytest.mark.parametrize("url", [UNREACHABLE, "no url"])
async def test_callback_to_nobody(fake: FakeFlux, caller: Caller, url: str) -> None:
    """An unreachable callback URL is recorded with the reason, and the task still finishes."""
    task = await caller.generate(callback_url=url)
    assert [sent.status for sent in task.posts] == [None]
    assert task.posts[0].error
    assert fake.paid == [task]


async def test_edit(caller: Caller) -> None:
    """An edit fetches the picture, returns one of the requested size, and ignores count."""
    (source,) = picture_urls(await caller.generate())
    task = await caller.generate(**EDIT, image_url=source, count=3)
    async with caller.http.get(*picture_urls(task)) as answer:
        assert Image.open(io.BytesIO(await answer.read())).size == (64, 64)


@pytest.mark.parametrize(
    "fault", [FILES["not_found"], FILES["no_picture"], FILES["cut"], BadFile(padding=26 * 1024 * 1024)]
)
async def test_edit_of_a_bad_source(fake: FakeFlux, caller: Caller, receiver: Receiver, fault: BadFile) -> None:
    """A source that is missing, broken or too large fails the task, and the callback says so."""
    (source,) = picture_urls(await caller.generate())
    fake.faults.file = fault
    await caller.generate(**EDIT, image_url=source, callback_url=receiver.url)
    body = json.loads(*receiver.bodies)
    assert (body["success"], body["error"]["code"]) == (False, "bad_request")
    assert body["error"]["message"].startswith("image_url can't be used")
    assert len(fake.paid) == 1


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a.png", "no url", "http://127.0.0.1:1/a.png"])
async def test_edit_of_an_unreachable_source(caller: Caller, url: str) -> None:
    """A synchronous caller gets a 400 if the source is not a reachable web address."""
    status, body = await caller.post("/flux/images", {**EDIT, "image_url": url})
    assert (status, body["success"], body["error"]["code"]) == (400, False, "bad_request")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"action": "paint"}, "action is invalid."),
        ({"prompt": " "}, "prompt is required"),
        ({"prompt": None}, "prompt is required"),
        ({"model": "dall-e"}, "model is invalid."),
        ({"model": ["flux-dev"]}, "model is invalid."),
        ({"size": ""}, "size is invalid."),
        ({"size": "0x64"}, "size is invalid."),
        ({"size": "1:0"}, "size is invalid."),
        ({"size": "large"}, "size is invalid."),
        ({"count": 0}, "count is invalid."),
        ({"count": 11}, "count is invalid."),
        ({"count": "two"}, "count is invalid."),
        ({"action": "edit"}, "image_url is required"),
        ({"callback_url": ""}, "callback_url is invalid."),
    ],
)
async def test_bad_submission(fake: FakeFlux, caller: Caller, changes: dict[str, Any], message: str) -> None:
    """A malformed submission gets the API's error envelope, even if it is asynchronous."""
    status, body = await caller.post("/flux/images", {**CAT, "async": True, **changes})
    assert (status, body["error"]) == (400, {"code": "bad_request", "message": message})
    assert "success" not in body
    assert not fake.tasks


async def test_size_is_required(caller: Caller) -> None:
    """A submission needs a size, but no model."""
    status, body = await caller.post("/flux/images", {"action": "generate", "prompt": "a cat"})
    assert (status, body["error"]["message"]) == (400, "size is required")
    body = {"action": "generate", "prompt": "a cat", "size": "64x64"}
    assert (await caller.post("/flux/images", body))[0] == 200


@pytest.mark.parametrize("model", MODELS)
async def test_every_model_and_both_forms_of_size(fake: FakeFlux, caller: Caller, model: str) -> None:
    """Every model accepts pixels and ratios: choosing a valid size is up to the caller."""
    fake.seconds = None
    for size in ("1024x1024", "16:9"):
        await caller.submit(model=model, size=size)


@pytest.mark.parametrize("data", [b"", b"no json", b"\xff", b"[]"])
async def test_invalid_json(caller: Caller, data: bytes) -> None:
    """A body that is not a JSON object is a bad request."""
    for path in ("images", "tasks"):
        status, body = await caller.post(f"/flux/{path}", data)
        assert (status, body["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "retrieve", "task_id": "a"},
        {"action": "retrieve_batch"},
        {"action": "retrieve_batch", "ids": [1]},
        {"action": "retrieve_batch", "ids": ["a"] * 51},
        {"action": "delete", "id": "a"},
    ],
)
async def test_bad_look_up(caller: Caller, body: object) -> None:
    """A malformed look-up is refused."""
    status, answer = await caller.post("/flux/tasks", body)
    assert (status, answer["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("path", ["images", "tasks"])
async def test_token(caller: Caller, path: str) -> None:
    """Both endpoints answer 400 to a missing token and 401 to a wrong one."""
    for token, expected in (("", (400, "no_token")), ("Bearer wrong", (401, "invalid_token"))):
        status, body = await caller.post(f"/flux/{path}", CAT, token)
        assert (status, body["error"]["code"]) == expected


async def test_unknown_path(caller: Caller) -> None:
    """Any other path is an unknown API."""
    status, body = await caller.post("/flux/videos", CAT)
    assert (status, body["error"]["code"]) == (404, "no_api")


async def test_moderation(fake: FakeFlux, caller: Caller) -> None:
    """A prompt with the word “forbidden” is refused at once; longer words that contain it are allowed."""
    status, body = await caller.post("/flux/images", {**CAT, "prompt": "a Forbidden cat"})
    assert (status, body["error"]["code"]) == (403, "forbidden")
    await caller.generate(prompt="the unforbiddenness of cats")
    assert len(fake.paid) == 1


# --- time ---------------------------------------------------------------------------------------------------------


async def test_finish_with_a_failure(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A held task can be finished with a failure, and a failed task is not charged."""
    fake.seconds = None
    task = await caller.submit(callback_url=receiver.url)
    assert not task.ended.is_set()
    await fake.finish(task.id, failure=Failure("api_error", "fetch failed"))
    assert json.loads(*receiver.bodies) == {
        "success": False,
        "task_id": task.id,
        "trace_id": task.trace_id,
        "error": {"code": "api_error", "message": "fetch failed"},
    }
    assert not fake.paid


async def test_send_callback(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A callback can be repeated, forged, garbled and sent to another URL."""
    task = await caller.generate(callback_url=receiver.url)
    await fake.send_callback(task.id)
    await fake.send_callback(task.id, body={"success": True})
    await fake.send_callback(task.id, body=b"\xff")
    assert receiver.bodies[1:] == [receiver.bodies[0], b'{"success": true}', b"\xff"]
    lost = await fake.send_callback(task.id, url=UNREACHABLE)
    assert (lost.status, len(task.posts)) == (None, 5)


def test_usual_seconds() -> None:
    """A picture takes six to ten seconds."""
    times = {usual_seconds() for _ in range(50)}
    assert len(times) == 50
    assert 6 <= min(times) < 8 < max(times) <= 10


async def test_slowness(fake: FakeFlux, caller: Caller) -> None:
    """The duration of a task comes from the given function and is multiplied by the slowness."""
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


async def test_port_in_use(fake: FakeFlux) -> None:
    """If the port is in use, the start fails and leaves nothing open."""
    with pytest.raises(OSError, match="address already in use"):
        await FakeFlux(token=TOKEN, port=fake.port).start()


async def test_its_own_errors_are_raised(fake: FakeFlux, caller: Caller) -> None:
    """An error inside the fake API is raised when it stops."""
    fake.files = None  # type: ignore[assignment]
    await caller.generate()
    with pytest.raises(TypeError):
        await fake.stop()
