"""The fake Flux API refuses what the real one refuses, and fails as configured, and only then."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from aiohttp import ClientPayloadError, ServerDisconnectedError

from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import (
    ANSWERS,
    FILES,
    MODELS,
    BadAnswer,
    BadFile,
    check_lookup,
    check_submission,
    next_value,
)
from tests.flux.caller import CAT, EDIT, Caller, Receiver, eventually, picture_urls


def complaint(refusal: BadAnswer | None) -> str | None:
    """Return the message of a bad request, None if the request is valid."""
    if refusal is None:
        return None
    assert (refusal.status, refusal.code) == (400, "bad_request")
    return refusal.message


def test_submissions() -> None:
    """A malformed submission is refused with the API's message; the size is required, the model is not."""
    cases: list[tuple[dict[str, Any], str | None]] = [
        *(({"action": action}, "action is invalid.") for action in ("paint", None)),
        *(({"prompt": prompt}, "prompt is required") for prompt in ("", " ", None, 1)),
        *(({"model": model}, "model is invalid.") for model in ("dall-e", None, ["flux-dev"])),
        *(({"model": model}, None) for model in MODELS),
        *(({"size": size}, "size is invalid.") for size in ("", "0x64", "1:0", "large", "100000x1", "1x1x1", None)),
        *(({"size": size}, None) for size in ("1024x1024", "16:9", "1x99999", "9999:1")),
        *(({"count": count}, "count is invalid.") for count in (0, 11, "two", None)),
        *(({"count": count}, None) for count in (1, 10, 3.0)),
        *(({"action": "edit"} | url, "image_url is required") for url in ({}, {"image_url": " "})),
        ({"action": "edit", "image_url": "http://x"}, None),
        *(({"callback_url": url}, "callback_url is invalid.") for url in ("", None)),
        ({"callback_url": "http://x"}, None),
        ({"prompt": "the unforbiddenness of cats"}, None),
    ]
    assert [(changes, complaint(check_submission(CAT | changes))) for changes, _ in cases] == cases

    assert complaint(check_submission({})) == "action is invalid."
    assert complaint(check_submission({"action": "generate", "prompt": "a cat"})) == "size is required"
    assert check_submission({"action": "generate", "prompt": "a cat", "size": "64x64"}) is None
    assert check_submission(CAT | {"prompt": "a Forbidden cat"}) == ANSWERS["moderation"]


def test_look_ups() -> None:
    """A look-up needs an id, a batch a list of at most 50."""
    ids = "ids is required, 50 at most"
    cases: list[tuple[dict[str, Any], str | None]] = [
        *((body, "id is required") for body in ({}, {"id": ""}, {"action": "retrieve", "task_id": "a"})),
        ({"action": "delete", "id": "a"}, "action is invalid."),
        *(({"action": "retrieve_batch"} | rest, ids) for rest in ({}, {"ids": "a"}, {"ids": [1]}, {"ids": ["a"] * 51})),
        *((body, None) for body in ({"id": "a"}, {"action": "retrieve", "id": "a"})),
        *(({"action": "retrieve_batch", "ids": ["a"] * count}, None) for count in (0, 50)),
    ]
    assert [(body, complaint(check_lookup(body))) for body, _ in cases] == cases


def test_next_value() -> None:
    """A list has one value for each use, and its last value stays in effect."""
    values: int | list[int] = [1, 2, 3]
    assert [next_value(values) for _ in range(5)] == [1, 2, 3, 3, 3]
    assert [next_value(4) for _ in range(2)] == [4, 4]


async def test_bad_answers(fake: FakeFlux, caller: Caller) -> None:
    """Submissions and look-ups get each bad answer, listed or not, and no task is created."""
    teapot = BadAnswer(418, "teapot", "I am a teapot.", retry_after="0.5")
    answers = [answer for answer in (*ANSWERS.values(), teapot) if answer.status and not answer.accepts]
    for expected in answers:
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
    for exchanges in (fake.submissions, fake.lookups):
        assert [exchange.status for exchange in exchanges] == [answer.status for answer in answers]

    fake.faults.submit = ANSWERS["cut"]
    with pytest.raises(ServerDisconnectedError):
        await caller.post("/flux/images", CAT)
    assert fake.submissions[-1].status is None
    assert not fake.tasks
    fake.faults.submit = fake.faults.lookup = None
    await caller.generate()
    assert len(fake.paid) == 1


async def test_accepted_without_a_good_answer(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """When the answer is lost, the task still runs, is charged and calls back."""
    for name, fault in ANSWERS.items():
        if not fault.accepts:
            continue
        fake.faults.submit = fault
        sending = asyncio.create_task(caller.post("/flux/images", CAT | {"callback_url": receiver.url}))
        await eventually(lambda: receiver.got)
        task = fake.paid[-1]
        assert fake.submissions[-1].task_id == task.id == json.loads(*receiver.bodies)["task_id"], name
        if fault.hangs:
            assert not sending.done(), name
            sending.cancel()
        else:
            with contextlib.nullcontext() if fault.status else pytest.raises(ServerDisconnectedError):
                assert await sending == (fault.status, None), name
        receiver.got.clear()
    assert len(fake.paid) == 5


async def test_callback_before_the_answer(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """The callback can arrive before the answer to the submission."""
    fake.faults.callback_before_answer = True
    fake.seconds = None
    answer = asyncio.create_task(caller.submit(callback_url=receiver.url))
    await eventually(lambda: fake.tasks)
    (task,) = fake.tasks.values()
    assert fake.submissions[0].status is None
    await fake.finish(task.id)
    assert len(receiver.got) == 1
    assert await answer is task


async def test_pictures_that_are_not_served(fake: FakeFlux, caller: Caller) -> None:
    """The file server can refuse a picture once, redirect, or serve something else."""
    (url,) = picture_urls(await caller.generate())
    path = url.removeprefix(fake.url)
    data = fake.files[path.removeprefix("/files/")].data
    for name, expected in {
        "not_found": (404, None, b"not found"),
        "gone": (410, None, b"gone"),
        "unavailable": (503, None, b"try again"),
        "no_picture": (200, None, b"<html>no picture here</html>"),
        "redirect": (302, f"{path}?direct=1", data),
        "redirect_loop": (302, path, data),
        "redirect_inside": (302, "http://169.254.169.254/latest/meta-data/", data),
    }.items():
        fake.faults.file = [FILES[name], None]
        async with caller.http.get(url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers.get("Location"), await answer.read()) == expected, name
            assert answer.content_type == "image/png", name
        async with caller.http.get(url) as answer:
            assert answer.status == 200, name
    fake.faults.file = FILES["redirect"]
    async with caller.http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")


async def test_pictures_that_are_served_badly(fake: FakeFlux, caller: Caller) -> None:
    """A picture can be cut off, be huge and of unknown length, or be slow, and a stop does not wait for it."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["cut"]
    with pytest.raises(ClientPayloadError):
        async with caller.http.get(url) as answer:
            await answer.read()
    fake.faults.file = FILES["huge"]
    async with caller.http.get(url) as answer:
        assert answer.content_length is None
        assert len(await answer.content.readexactly(5_000_000)) == 5_000_000
    assert (await caller.generate()).response
    fake.faults.file = FILES["slow"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), caller.http.get(url):
            pass


async def test_edit_of_a_bad_source(fake: FakeFlux, caller: Caller, receiver: Receiver) -> None:
    """A source that is missing, broken or too large fails the task, and the callback says so."""
    (source,) = picture_urls(await caller.generate())
    faults = (FILES["not_found"], FILES["no_picture"], FILES["cut"], BadFile(padding=26 * 1024 * 1024))
    for fault in faults:
        fake.faults.file = fault
        await caller.generate(**EDIT, image_url=source, callback_url=receiver.url)
        body = json.loads(receiver.bodies[-1])
        assert (body["success"], body["error"]["code"]) == (False, "bad_request"), fault
        assert body["error"]["message"].startswith("image_url can't be used"), fault
    assert "larger than 25 MiB" in body["error"]["message"]
    assert len(receiver.got) == len(faults)
    assert len(fake.paid) == 1
