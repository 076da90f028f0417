"""The image API's protocol with random input: a mix of all documented forms and hostile values."""

import json
import re
from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown, BadCallback
from flux_bot.core.jobs import MAX_IMAGES, TaskResult
from flux_bot.flux.parsing import MAX_COST
from flux_bot.flux.protocol import read_callback, read_list, read_lookup, read_submit_answer
from tests.flux.test_messages import ABOUT_OTHERS, ABOUT_SIZES, MODERATION
from tests.flux.test_parsing import PLACEHOLDERS
from tests.flux.test_protocol import BAD_LINKS, PICTURE, TASK_ID, record

KEYS = ("success", "task_id", "data", "image_url", "error", "code", "message", "seed", "response", "result", "cost")
HOSTILE = (PICTURE, " http://e", "\ud800", "nul\0", "[" * 10_000, "{", '{"success": true}', 10**4000, -(10**100))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=15,
)
EXTRA_KEYS = st.dictionaries(st.sampled_from(["_id", "elapsed", "list", "\ud800", "Success", ""]), JSON, max_size=2)
LINKS = st.text() | st.sampled_from([*BAD_LINKS, PICTURE]) | st.text().map("https://{}".format)
IMAGES = st.lists(st.fixed_dictionaries({"image_url": LINKS}, optional={"seed": JSON}), max_size=3)
MESSAGES = st.text() | st.sampled_from([*ABOUT_OTHERS, *ABOUT_SIZES, *MODERATION])
ERRORS = st.fixed_dictionaries({"code": st.sampled_from(["api_error", "bad_request", "used_up"]), "message": MESSAGES})
COSTS = JSON | st.fixed_dictionaries({"amount": st.floats() | st.integers() | JSON}, optional={"currency": JSON})
OUTCOMES = st.fixed_dictionaries(
    {"success": st.booleans() | JSON},
    optional={"data": IMAGES | JSON, "error": ERRORS | JSON, "trace_id": st.text() | JSON, "cost": COSTS},
)
SUCCEEDED = {"success": True, "data": [{"image_url": PICTURE}, {"image_url": "https://"}]}
REFUSED = {"success": False, "error": {"code": "forbidden", "message": "no\0"}}


def with_strings(outcomes: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return the same values, also as JSON strings."""
    return outcomes | outcomes.map(json.dumps)


RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "response": with_strings(OUTCOMES | JSON),
        "result": with_strings(OUTCOMES | JSON),
        "error": ERRORS | JSON,
        "finished_at": st.floats() | JSON,
        "request": with_strings(st.fixed_dictionaries({"callback_url": JSON}) | JSON),
        "cost": COSTS,
    },
)
BODIES = st.binary() | st.one_of(
    JSON,
    st.builds(lambda *parts: {"task_id": TASK_ID, **parts[0], **parts[1]}, RECORDS, OUTCOMES | EXTRA_KEYS),
    st.lists(RECORDS.map(lambda parts: record(**parts)) | JSON).map(lambda items: {"items": items}),
).map(lambda body: json.dumps(body).encode())


@settings(deadline=None)
@given(st.integers(100, 599) | st.sampled_from([200, 400]), BODIES)
@example(200, json.dumps({"task_id": TASK_ID, **SUCCEEDED}).encode())
@example(200, json.dumps({"task_id": TASK_ID, **REFUSED}).encode())
@example(200, json.dumps({"items": [record(response=SUCCEEDED), record(id="x", response=REFUSED)]}).encode())
@example(200, b'{"items": [{"id": "x", "finished_at": NaN, "response": {"success": Infinity}}]}')
def test_anything(status: int, body: bytes) -> None:
    """Whatever is received gives one of the documented errors, or results that databases and messages can hold."""
    results: list[TaskResult | None] = []
    with suppress(ApiBusy, ApiRefused, ApiUnknown):
        accepted = read_submit_answer(status, {}, body)
        assert accepted.task_id
        results.append(accepted.result)
    assert 200 <= status < 300 or not results
    with suppress(BadCallback):
        results.append(read_callback(body))
    with suppress(ApiBusy, ApiRefused):
        looked_up = read_lookup(status, {}, body)
        assert [result.task_id for result in looked_up.values()] == list(looked_up)
        results += looked_up.values()
        listed = read_list(status, {}, body)
        assert {task.task_id: task.result for task in listed if task.result}.items() <= looked_up.items()
    for result in filter(None, results):
        check(result)


def check(result: TaskResult) -> None:
    """Check that a result can be stored and shown."""
    assert bool(result.images) != bool(result.failure)
    assert len(result.images) <= MAX_IMAGES
    assert all(re.fullmatch(r"https?://[^\s/?#]\S*", image.url, re.IGNORECASE) for image in result.images)
    if result.failure:
        assert 0 < len(result.failure.code) <= 200
        assert len(result.failure.message) <= 500
        assert len(f"{result.failure.code} {result.failure.message}".encode().splitlines()) == 1
        assert "\0" not in result.failure.message
    if result.cost is not None:
        assert 0 <= result.cost <= MAX_COST
        assert result.cost == round(result.cost, 9)


@settings(deadline=None)
@given(
    extra_keys=EXTRA_KEYS,
    place=st.sampled_from(["", "response", "result"]),
    as_string=st.booleans(),
    placeholder=st.sampled_from(PLACEHOLDERS) | JSON.filter(lambda value: "success" not in json.dumps(value)),
    others=st.fixed_dictionaries({}, optional={"error": JSON, "finished_at": st.none() | st.floats(), "cost": COSTS}),
    amount=st.decimals(0, MAX_COST - 1, places=9).map(str) | st.integers(0, MAX_COST - 1),
)
def test_a_success_is_always_recognised(
    extra_keys: dict[str, Any],
    place: str,
    as_string: bool,
    placeholder: Any,
    others: dict[str, Any],
    amount: str | int,
) -> None:
    """A picture with ``success: true`` is found, with its cost, wherever it is and whatever surrounds it."""
    success = {**extra_keys, **SUCCEEDED, "cost": {"amount": amount, "currency": "credit"}}
    holder = {place: json.dumps(success) if as_string else success} if place else success
    data = {"response": placeholder, "result": placeholder, **others, **extra_keys, **holder}
    callback = json.dumps({"task_id": TASK_ID, **data}).encode()
    page = json.dumps({"items": [{"id": TASK_ID, **data}], **extra_keys}).encode()
    (looked_up,) = read_lookup(200, {}, page).values()
    (listed,) = read_list(200, {}, page)
    for result in (read_submit_answer(200, {}, callback).result, read_callback(callback), looked_up, listed.result):
        assert result is not None
        assert [image.url for image in result.images] == [PICTURE]
        assert result.cost == Decimal(amount)


@settings(deadline=None)
@given(
    extra_keys=EXTRA_KEYS,
    response=st.sampled_from(PLACEHOLDERS),
    result=st.sampled_from(PLACEHOLDERS),
    pending=st.fixed_dictionaries(
        {},
        optional={
            "finished_at": st.sampled_from([None, 0, ""]),
            "error": st.none() | st.text() | st.fixed_dictionaries({"message": JSON}),
            "data": st.none() | IMAGES,
            "cost": COSTS,
        },
    ),
)
def test_a_placeholder_never_finishes_a_task(
    extra_keys: dict[str, Any], response: Any, result: Any, pending: dict[str, Any]
) -> None:
    """Without a picture, an error with a code or ``finished_at``, a task is pending, whatever else its record has."""
    data = {"response": response, "result": result, **pending, **extra_keys}
    page = json.dumps({"items": [{"id": TASK_ID, **data}]}).encode()
    assert read_lookup(200, {}, page) == {}
    (task,) = read_list(200, {}, page)
    assert task.result is None
    body = json.dumps({"task_id": TASK_ID, **data}).encode()
    assert read_submit_answer(200, {}, body).result is None
    with suppress(BadCallback):
        assert not read_callback(body).images
