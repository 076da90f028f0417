"""The fake Flux API refuses the same requests as the real one, and fails only as configured."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from aiohttp import ServerDisconnectedError

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.api_forms import FORMS
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import (
    ANSWERS,
    FILES,
    BadAnswer,
    BadFile,
    RecordForm,
    check_lookup,
    check_submission,
    next_value,
)
from tests.flux.caller import CAT, EDIT, Caller, Receiver, eventually, picture_urls


def complaint(refusal: BadAnswer | None) -> str | None:
    """Return the message of a bad request, or None if the request is valid."""
    if refusal is None:
        return None
    assert (refusal.status, refusal.code) == (400, "bad_request")
    return refusal.message


def test_submissions() -> None:
    """A malformed submission is refused with the API's message, in both forms; the model may be missing."""
    cases: list[tuple[dict[str, Any], str | None]] = [
        *(({"action": action}, "action is invalid.") for action in ("paint", None, ["generate"])),
        *(({"prompt": prompt}, "prompt is required") for prompt in ("", " ", None, 1)),
        *(({"model": model}, "model is invalid.") for model in ("dall-e", None, ["flux-dev"])),
        *(({"size": size}, "size is invalid.") for size in ("", "0x64", "1:0", "large", "100000x1", "1x1x1", None, 1)),
        *(({"count": count}, "count is invalid.") for count in (0, 11, "two", None)),
        *(({"count": count}, None) for count in (1, 10, 3.0)),
        *((EDIT | url, "image_url is required") for url in ({}, {"image_url": " "})),
        (EDIT | {"image_url": "http://x"}, None),
        *(({"callback_url": url}, "callback_url is invalid.") for url in ("", None)),
        ({"callback_url": "http://x"}, None),
        ({"prompt": "the unforbiddenness of cats"}, None),
    ]
    least = {"action": "generate", "prompt": "a cat"}
    for form in FORMS.values():
        assert [(changes, complaint(check_submission(CAT | changes, form))) for changes, _ in cases] == cases
        assert complaint(check_submission({}, form)) == "action is invalid."
        assert check_submission(least | {"size": "1024x1024"}, form) is None
        assert check_submission(CAT | {"prompt": "a Forbidden cat"}, form) == ANSWERS["moderation"]
        assert complaint(check_submission(CAT, form, ["flux-dev"])) == "model is invalid."
        assert check_submission(CAT, form, ["flux-pro"]) is None
    assert complaint(check_submission(least, FORMS["2026-10"])) == "size is required"
    assert check_submission(least, FORMS["2026-03"]) is None


def test_look_ups() -> None:
    """A look-up needs an id, a batch a list of at most 50, and a list of all tasks its type and sane numbers."""
    ids = "ids is required, 50 at most"
    batch = {"action": "retrieve_batch"}
    cases: list[tuple[dict[str, Any], str | None]] = [
        *((body, "id is required") for body in ({}, {"id": ""}, {"action": "retrieve", "task_id": "a"})),
        ({"action": "delete", "id": "a"}, "action is invalid."),
        *((batch | rest, ids) for rest in ({"ids": None}, {"ids": "a"}, {"ids": [1]}, {"ids": ["a"] * 51})),
        *((body, None) for body in ({"id": "a"}, {"action": "retrieve", "id": "a"})),
        *((batch | {"ids": ["a"] * count}, None) for count in (0, 50)),
    ]
    for lists_tasks in (False, True):
        assert [(body, complaint(check_lookup(body, lists_tasks=lists_tasks))) for body, _ in cases] == cases
    for rest, message in (
        ({}, "type is invalid."),
        ({"type": "images"}, None),
        ({"type": "images", "created_at_min": 1.5, "created_at_max": 2, "limit": 50, "offset": 0}, None),
        ({"type": "images", "created_at_max": "now"}, "created_at_max is invalid."),
        ({"type": "images", "offset": -1}, "offset is invalid."),
    ):
        assert complaint(check_lookup(batch | rest, lists_tasks=True)) == message, rest
        assert complaint(check_lookup(batch | rest, lists_tasks=False)) == ids, rest


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


async def test_records(fake: FakeFlux, caller: Caller) -> None:
    """A finished task's record can have its result as text or elsewhere; a pending task's never does."""
    fake.faults.failure = [None, Failure("forbidden", "no"), None]
    done, failed = await caller.generate(), await caller.generate()
    fake.seconds = None
    pending = await caller.submit()
    records = {task.id: await caller.look_up(task.id) for task in (done, failed, pending)}
    assert failed.response
    moved: dict[RecordForm, list[dict[str, Any]]] = {
        "response": [{"response": task.response} for task in (done, failed)],
        "text": [{"response": json.dumps(task.response)} for task in (done, failed)],
        "result": [{"result": task.response} for task in (done, failed)],
        "error": [{"response": done.response}, {"error": failed.response["error"]}],
    }
    for form, expected in moved.items():
        fake.faults.record = form
        for task, change in zip((done, failed, pending), [*expected, records[pending.id]], strict=True):
            record = {key: value for key, value in records[task.id].items() if key != "response"} | change
            assert await caller.look_up(task.id) == record, form
    fake.faults.record = ["text", "result"]
    _, batch = await caller.post("/flux/tasks", {"action": "retrieve_batch", "ids": [done.id, failed.id]})
    assert [item.get("response", item.get("result")) for item in batch["items"]] == [
        json.dumps(done.response),
        failed.response,
    ]


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
