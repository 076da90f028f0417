"""Parsing the image API's callbacks and look-ups."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.errors import ApiBusy, ApiRefused, BadCallback
from flux_bot.core.jobs import Failure, Image, TaskResult
from flux_bot.flux.protocol import MAX_IMAGES, read_callback, read_lookup
from tests.flux.test_protocol import JSON, NO_HEADERS, PAGE, TASK_ID, envelope, sample

RECORD_ID = "2db0168c-2373-4367-8d9a-9dc778802e8a"
RECORD_TRACE = "6624929c-1a7a-43d4-a3e9-9f4ec7c2c5a5"
PICTURE = "https://cdn.acedata.cloud/e724d7f13d.png"

BAD_LINKS: list[Any] = [
    None,
    7,
    "",
    [PICTURE],
    "cat.png",
    "//example.org/cat.png",
    "https://",
    "https:///cat.png",
    "ftp://example.org/cat.png",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "https://[::1",
    " https://example.org/cat.png",
    "https://example.org/a cat.png",
    "https://example.org/cat.png\n",
    "https://example.org/\0",
    "https://example.org/\ud800",
    "https://example.org/" + "x" * 2000,
]


def callback(**body: Any) -> TaskResult:
    """Parse a successful callback, with changes."""
    return read_callback(json.dumps({"success": True, "task_id": TASK_ID, **body}).encode())


def look_up(*records: Any) -> dict[str, TaskResult]:
    """Parse the answer to a look-up of these records."""
    return read_lookup(200, NO_HEADERS, json.dumps({"items": records, "count": len(records)}).encode())


def record(**changes: Any) -> dict[str, Any]:
    """Return a pending task's record, with changes."""
    pending: dict[str, Any] = json.loads(sample("record_pending"))
    return {**pending, **changes}


# --- callbacks ----------------------------------------------------------------------------------------------


def test_documented_success() -> None:
    """The documented callback of a success gives its picture."""
    assert read_callback(sample("callback_success")) == TaskResult(
        TASK_ID, (Image(PICTURE, 1698551532),), trace_id="9b4b1ff3-90f2-470f-b082-1061ec2948cc"
    )


def test_documented_failure() -> None:
    """The documented callback of a failure gives its code and message."""
    assert read_callback(sample("callback_failure")) == TaskResult(
        TASK_ID,
        failure=Failure("forbidden", "The prompt was rejected by content moderation."),
        trace_id="9b4b1ff3-90f2-470f-b082-1061ec2948cc",
    )


@pytest.mark.parametrize("name", ["answer_finished_old", "answer_finished_new"])
def test_a_synchronous_answer_reads_as_a_callback(name: str) -> None:
    """A synchronous answer parses as a callback."""
    assert read_callback(sample(name)).images


@pytest.mark.parametrize("error", [None, {}, "fetch failed", {"message": "no code"}, {"code": "odd"}, 7])
def test_a_callback_is_final(error: object) -> None:
    """``success: false`` in a callback is always a failure, as a callback is never a snapshot."""
    result = callback(success=False, error=error)
    assert (result.task_id, result.images) == (TASK_ID, ())
    assert result.failure is not None
    assert result.failure.code == ("odd" if error == {"code": "odd"} else "api_error")


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        (0, 0),
        (2**63 - 1, 2**63 - 1),
        (2**63, None),
        (-1, None),
        (True, None),
        (1.5, None),
        ("pop upbeat", None),
        (None, None),
    ],
)
def test_seeds(seed: object, expected: int | None) -> None:
    """A seed is stored if it is a number that fits in a database."""
    assert callback(data=[{"image_url": PICTURE, "seed": seed}]).images == (Image(PICTURE, expected),)


@pytest.mark.parametrize("timings", [1752743801, {"inference": 3.328}, None, "fast", []])
def test_timings_are_ignored(timings: object) -> None:
    """Timings have several forms and are ignored."""
    assert callback(data=[{"image_url": PICTURE, "timings": timings}]).images == (Image(PICTURE),)


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "HTTPS://EXAMPLE.ORG/x", "https://example.org/%20?a=b#c", PICTURE]
)
def test_accepted_links(url: str) -> None:
    """A picture is at a web address."""
    assert callback(data=[{"image_url": url}]).images == (Image(url),)


@pytest.mark.parametrize("url", BAD_LINKS, ids=lambda url: repr(url)[:40])
def test_rejected_links(url: object) -> None:
    """Anything but a web address is left out; without any picture it is no result."""
    with pytest.raises(BadCallback):
        callback(data=[{"image_url": url}])
    assert callback(data=[{"image_url": url}, {"image_url": PICTURE}]).images == (Image(PICTURE),)


@pytest.mark.parametrize("item", [None, 7, "https://example.org/x", [], {}, {"url": PICTURE}])
def test_malformed_pictures(item: object) -> None:
    """Malformed items are left out."""
    assert callback(data=[item, {"image_url": PICTURE}]).images == (Image(PICTURE),)


def test_too_many_pictures() -> None:
    """Only as many pictures are accepted as one message can show."""
    assert len(callback(data=[{"image_url": PICTURE}] * (MAX_IMAGES + 5)).images) == MAX_IMAGES


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"ok"',
        b"{",
        PAGE,
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"seed": ' + b"9" * 5000 + b"}",
        b"{}",
        sample("answer_accepted"),
        sample("error_gateway"),
        sample("error_worker"),
        sample("record_finished"),
        sample("batch"),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_malformed_callbacks(body: bytes) -> None:
    """Malformed bodies are rejected."""
    with pytest.raises(BadCallback):
        read_callback(body)


@pytest.mark.parametrize(
    "changes",
    [
        {"task_id": None},
        {"task_id": ""},
        {"task_id": 7},
        {"task_id": {"id": "x"}},
        {"task_id": "x" * 201},
        {"task_id": "\0"},
        {"task_id": "\ud800"},
        {"success": None},
        {"success": "true"},
        {"success": 1},
        {"success": 0},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": PICTURE},
        {"data": [PICTURE]},
    ],
    ids=repr,
)
def test_callbacks_of_wrong_types(changes: dict[str, Any]) -> None:
    """A callback without a task, an outcome or a picture is rejected."""
    with pytest.raises(BadCallback):
        callback(**{"data": [{"image_url": PICTURE}], **changes})


# --- look-ups -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "record_pending",
        "record_pending_null",
        "record_pending_snapshot",
        "record_pending_no_data",
        "record_pending_hiccup",
        "record_unknown",
    ],
)
def test_records_without_a_result(name: str) -> None:
    """Every documented form of "pending", and an unknown id, gives no result yet."""
    assert look_up(json.loads(sample(name))) == {}


def test_record_of_a_finished_task() -> None:
    """The documented finished record gives its picture under the task's id."""
    result = TaskResult(RECORD_ID, (Image(PICTURE, 281520112),), trace_id=RECORD_TRACE)
    assert look_up(json.loads(sample("record_finished"))) == {RECORD_ID: result}


def test_record_of_a_failed_task() -> None:
    """A failed record gives its code and message under the task's id."""
    result = TaskResult(RECORD_ID, failure=Failure("api_error", "fetch failed"), trace_id=RECORD_TRACE)
    assert look_up(json.loads(sample("record_failed"))) == {RECORD_ID: result}


def test_documented_batch() -> None:
    """A batch gives the results of its finished tasks."""
    results = read_lookup(200, NO_HEADERS, sample("batch"))
    assert {task_id: bool(result.images) for task_id, result in results.items()} == {
        f"{RECORD_ID[:-1]}1": True,
        f"{RECORD_ID[:-1]}2": False,
    }
    assert read_lookup(200, NO_HEADERS, sample("batch_empty")) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"response": {"success": False, "error": {"code": "forbidden"}}},
        {"response": {"success": False, "error": {"code": "forbidden"}}, "finished_at": None},
        {"response": {"success": False, "error": {"code": "forbidden"}}, "finished_at": 1736304679.4},
        {"response": {"error": {"code": "forbidden"}}, "finished_at": 1736304679.4},
    ],
)
def test_a_structured_error_is_final(changes: dict[str, Any]) -> None:
    """``success: false`` with a code is final; so is any ``finished_at`` without success."""
    (result,) = look_up(record(**changes)).values()
    assert (result.failure, result.trace_id) == (Failure("forbidden"), RECORD_TRACE)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (None, ""),
        ("odd", ""),
        ({}, ""),
        ({"success": None}, ""),
        ({"success": False}, ""),
        ({"success": False, "error": "gone"}, "gone"),
    ],
)
def test_finished_without_success(response: object, message: str) -> None:
    """A finished task that did not succeed has failed, whatever its response is."""
    (result,) = look_up(record(response=response, finished_at=1736304679.439)).values()
    assert result.failure == Failure("api_error", message)


@pytest.mark.parametrize(
    "response",
    [
        {"success": False},
        {"success": False, "error": None},
        {"success": False, "error": {"message": "temporary"}},
        {"success": False, "error": {"code": 5}},
        {"error": {"code": "forbidden"}},
        {"data": [{"image_url": PICTURE}]},
        {"success": "true", "data": [{"image_url": PICTURE}]},
        {"success": True, "data": [{"image_url": "ftp://example.org/x"}]},
        [],
        7,
    ],
    ids=repr,
)
def test_snapshots_are_not_final(response: object) -> None:
    """A response of a running task is not a result, whether it has a picture or a structured error."""
    assert look_up(record(response=response)) == {}


@pytest.mark.parametrize(
    "item", [None, 7, "x", [], {}, {"id": 7}, {"id": ""}, {"task_id": RECORD_ID, "finished_at": 1}]
)
def test_malformed_records(item: object) -> None:
    """Malformed items do not hide valid ones."""
    assert list(look_up(item, json.loads(sample("record_finished")))) == [RECORD_ID]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", [envelope("odd"), None], ids=["envelope", "page"])
def test_lookups_worth_a_retry(status: int, body: object) -> None:
    """If the API is busy or broken, the look-up may be retried: it is free."""
    data = json.dumps(body).encode() if body else PAGE
    with pytest.raises(ApiBusy) as busy:
        read_lookup(status, {"Retry-After": "3"}, data)
    expected = {429: "too_many_requests", 504: "timeout"}.get(status, "api_error")
    assert busy.value.failure.code == ("odd" if body else expected)
    assert busy.value.retry_after == 3
    assert not busy.value.retry_once


@pytest.mark.parametrize(
    ("status", "code"),
    [(302, "no_api"), (400, "bad_request"), (401, "invalid_token"), (403, "no_api"), (404, "no_api")],
)
@pytest.mark.parametrize("body", [envelope("odd"), None], ids=["envelope", "page"])
def test_refused_lookups(status: int, code: str, body: object) -> None:
    """A refused look-up has the API's code, or one for its status."""
    with pytest.raises(ApiRefused) as refused:
        read_lookup(status, NO_HEADERS, json.dumps(body).encode() if body else PAGE)
    assert refused.value.failure.code == ("odd" if body else code)


@pytest.mark.parametrize(
    "body", [b"", PAGE, b"[]", b"{}", b'{"items": null}', b'{"items": {}}', sample("record_finished")]
)
def test_lookups_without_items(body: bytes) -> None:
    """An answer without items is worth a retry."""
    with pytest.raises(ApiBusy):
        read_lookup(200, NO_HEADERS, body)


# --- arbitrary input----------------------------------------------------------------------------------------

LINKS = st.text() | st.sampled_from([*BAD_LINKS, PICTURE]) | st.text().map("https://{}".format)
IMAGES = st.lists(st.fixed_dictionaries({"image_url": LINKS}, optional={"seed": JSON}), max_size=3)
RESPONSES = st.fixed_dictionaries(
    {"success": st.booleans() | JSON}, optional={"data": IMAGES | JSON, "error": JSON, "trace_id": st.text() | JSON}
)
SUCCEEDED = {"success": True, "data": [{"image_url": PICTURE}, {"image_url": "https://"}]}
REFUSED = {"success": False, "error": {"code": "forbidden", "message": "no\0"}}


def check_result(result: TaskResult) -> None:
    """Check that databases and messages can hold a result."""
    assert bool(result.images) != bool(result.failure)
    for image in result.images:
        assert re.fullmatch(r"https?://[^\s/?#]\S*", image.url, re.IGNORECASE)
    if result.failure:
        assert 0 < len(result.failure.code) <= 200
        assert len(result.failure.message) <= 500
        assert len(f"{result.failure.code} {result.failure.message}".encode().splitlines()) == 1
        assert "\0" not in result.failure.message


@settings(deadline=None)
@given(st.one_of(st.binary(), JSON, RESPONSES.map(lambda body: {"task_id": TASK_ID, **body})))
@example({"task_id": TASK_ID, **SUCCEEDED})
@example({"task_id": TASK_ID, **REFUSED})
def test_any_callback(body: object) -> None:
    """Any callback is either rejected or gives a usable result."""
    try:
        result = read_callback(body if isinstance(body, bytes) else json.dumps(body).encode())
    except BadCallback:
        return
    assert result.task_id
    check_result(result)


@settings(deadline=None)
@given(
    st.integers(100, 599) | st.just(200),
    st.one_of(
        st.binary(),
        JSON,
        st.lists(RESPONSES.map(lambda response: record(response=response)) | JSON).map(lambda items: {"items": items}),
    ),
)
@example(200, {"items": [record(response=SUCCEEDED), record(id="x", response=REFUSED)]})
@example(200, {"items": [{"id": "x", "finished_at": float("nan"), "response": {"success": float("inf")}}]})
def test_any_lookup(status: int, body: object) -> None:
    """Any look-up gives usable results or one of two errors."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        results = read_lookup(status, NO_HEADERS, data)
    except (ApiBusy, ApiRefused):
        return
    assert status == 200
    for task_id, result in results.items():
        assert task_id == result.task_id
        check_result(result)
