"""The image API's protocol: the bodies of requests, and the parsing of answers, callbacks and look-ups."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from flux_bot.core.errors import (
    ApiBusy,
    ApiError,
    ApiRefused,
    ApiUnknown,
    BadCallback,
    ModelRejected,
    SizeRejected,
)
from flux_bot.core.jobs import MAX_IMAGES, Action, Failure, Image, ImageRequest, TaskResult
from flux_bot.flux import protocol
from flux_bot.flux.protocol import (
    MAX_IDS_PER_LOOKUP,
    OPERATOR_CODES,
    ListedTask,
    SubmitAnswer,
    list_body,
    lookup_body,
    read_callback,
    read_list,
    read_lookup,
    submit_body,
)

E = TypeVar("E", bound=ApiError)

SAMPLES = Path(__file__).parents[1] / "samples"
TASK_ID = "6a97bf49-df50-4129-9e46-119aa9fca73c"
RECORD_ID = "2db0168c-2373-4367-8d9a-9dc778802e8a"
RECORD_TRACE = "6624929c-1a7a-43d4-a3e9-9f4ec7c2c5a5"
PICTURE = "https://cdn.acedata.cloud/e724d7f13d.png"
SUCCESS = {"success": True, "data": [{"image_url": PICTURE}]}
PAGE = b"<html><h1>Bad Gateway</h1></html>"
NO_OBJECTS = (b"", b"null", b"[]", b'"task_id"', PAGE, b"\xff\xfe\x00", b"[" * 100_000)
"""Bodies that are not a JSON object."""
BAD_IDS: tuple[Any, ...] = (None, "", 7, ["x"], "x" * 201, "nul\0", "\ud800")
BAD_LINKS: list[Any] = [
    *(None, "cat.png", "https:///cat.png", "https://[::1", "ftp://example.org/cat.png", "javascript:alert(1)"),
    *("https://example.org/a cat.png", "https://example.org/\ud800", "https://example.org/".ljust(2001, "x")),
]
WITHOUT_ENVELOPE = dict.fromkeys((300, 401, 404, 499), "unexpected") | dict.fromkeys((500, 503, 599), "api_error")
WITHOUT_ENVELOPE |= dict.fromkeys((400, 403, 413, 422, 451), "bad_request")
WITHOUT_ENVELOPE |= {429: "too_many_requests", 504: "timeout"}
"""The failure codes of answers that are not the API's own, by status."""


def sample(name: str) -> bytes:
    """Return a body from the vendor's pages (docs.acedata.cloud; AceDataCloud/FluxAPI and /APIs)."""
    return (SAMPLES / f"{name}.json").read_bytes()


def encoded(body: object) -> bytes:
    """Return a body as JSON, or bytes as they are."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def answer(status: int, body: object, **headers: str) -> SubmitAnswer:
    """Parse an answer to a submission."""
    return protocol.read_submit_answer(
        status, {"Retry-After": headers["retry_after"]} if headers else {}, encoded(body)
    )


def error_of(kind: type[E], status: int, body: object, **headers: str) -> E:
    """Return the error of this kind that an answer raises."""
    with pytest.raises(kind) as caught:
        answer(status, body, **headers)
    return caught.value


def envelope(code: str, message: str = "why", *, worker: bool = False) -> dict[str, Any]:
    """Return an error as the gateway writes it, or as a worker does."""
    body = {"error": {"code": code, "message": message}, "trace_id": "trace"}
    return {"success": False, **body} if worker else body


def test_request_bodies() -> None:
    """Everything that the API needs is sent, with one way to get the result, but not whether the request is private."""
    request = ImageRequest(Action.GENERATE, "“ü\n🎨", "flux-dev", "1024x1024", count=3, private=True)
    edit = replace(request, action=Action.EDIT, image_url=PICTURE)
    common = {"prompt": "“ü\n🎨", "model": "flux-dev", "size": "1024x1024"}
    callback_url = "https://bot.example.org/callbacks/job/secret"
    for url, way in ((None, {"async": True}), (callback_url, {"callback_url": callback_url})):
        assert submit_body(request, url) == {"action": "generate", **common, "count": 3, **way}, url
        assert submit_body(edit, url) == {"action": "edit", **common, "image_url": PICTURE, **way}, url
    styled = replace(request, style="Ink", template="ink of {prompt}")
    assert submit_body(styled, None) == submit_body(request, None) | {"prompt": "ink of “ü\n🎨"}
    assert lookup_body(iter(["task-1", "task-2"])) == {"action": "retrieve_batch", "ids": ["task-1", "task-2"]}
    since = datetime(2026, 11, 29, 12, tzinfo=UTC)
    page = {
        "type": "images",
        "created_at_min": 1795953600.0,
        "created_at_max": 1795953660.5,
        "limit": 50,
        "offset": 100,
    }
    until = since + timedelta(minutes=1, milliseconds=500)
    assert list_body(since, until, 100) == {"action": "retrieve_batch", **page}


def test_an_acceptance() -> None:
    """A task id with any 2xx status is an acceptance; its result, if it has a usable picture, is in either form."""
    for status in (200, 201, 299):
        for name in ("answer_accepted", "answer_accepted_success"):
            assert answer(status, sample(name)) == SubmitAnswer(TASK_ID), (status, name)
        trace_id = "9b4b1ff3-90f2-470f-b082-1061ec2948cc"
        assert answer(status, sample("answer_accepted_trace")) == SubmitAnswer(TASK_ID, trace_id=trace_id), status
    no_picture = {"success": True, "data": [{"image_url": "ftp://example.org/x.png"}]}
    for part in (no_picture, {"success": True, "data": None}, {"success": False}, {"data": [{"image_url": PICTURE}]}):
        assert answer(200, {"task_id": TASK_ID, **part}) == SubmitAnswer(TASK_ID), part
    nested = answer(200, {"task_id": TASK_ID, "response": json.dumps(SUCCESS)})
    assert nested == SubmitAnswer(TASK_ID, TaskResult(TASK_ID, (Image(PICTURE),)))
    tasks = {"old": ("226eb763-9eab-4d06-ad57-d59753a03307", 2), "new": ("5456c749-3bbb-4f10-9eb8-cfbcac297500", 1)}
    for name, (task_id, count) in tasks.items():
        result = read_callback(sample(f"answer_finished_{name}"))
        assert answer(200, sample(f"answer_finished_{name}")) == SubmitAnswer(task_id, result, result.trace_id)
        assert len(result.images) == count


def test_success_without_a_task() -> None:
    """An answer that neither accepts nor refuses leaves the outcome unknown: a task may have started."""
    no_task: tuple[Any, ...] = ({"success": True}, {"success": False}, envelope("api_error"))
    for body in (*NO_OBJECTS, *no_task, *({"task_id": task_id} for task_id in BAD_IDS)):
        for status in (200, 299):
            error_of(ApiUnknown, status, body)


def test_a_final_refusal() -> None:
    """A 3xx or 4xx, or ``success: false`` with an error, is final: with the API's own code, else the status's.

    The error's text never has the API's message, which may repeat the prompt.
    """
    refusals = [error_of(ApiRefused, 200, {"task_id": TASK_ID, **envelope("odd", worker=True)})]
    refusals += [error_of(ApiRefused, status, envelope("odd", worker=status > 400)) for status in (300, 400, 403, 499)]
    assert [str(refusal) for refusal in refusals] == [
        "odd",
        *(f"odd, HTTP {status}" for status in (300, 400, 403, 499)),
    ]
    for refusal in refusals:
        assert (refusal.failure, refusal.trace_id) == (Failure("odd", "why"), "trace"), refusal
        assert refusal.is_from_api, refusal
    for status in (300, 400, 401, 403, 404, 413, 422, 451, 499):
        for body in (PAGE, b"[]", b'{"detail": "Not Found"}', b'{"error": null}'):
            refusal = error_of(ApiRefused, status, body)
            assert (refusal.failure, refusal.trace_id) == (Failure(WITHOUT_ENVELOPE[status]), None), (status, body)
            assert not refusal.is_from_api, (status, body)
            assert refusal.failure.code not in OPERATOR_CODES, (status, body)
    documented = error_of(ApiRefused, 401, sample("error_gateway"))
    assert documented.failure == Failure("invalid_token", "The specified token is invalid or wrong.")
    assert documented.is_from_api


def test_rejected_sizes_and_models() -> None:
    """Only the API's own 400 with the code ``bad_request`` rejects a size or a model instead of the request."""
    kinds = {"size is required": SizeRejected, "model is invalid.": ModelRejected, "prompt is required": ApiRefused}
    for worker in (False, True):
        for message, kind in kinds.items():
            body = envelope("bad_request", message, worker=worker)
            error = error_of(ApiRefused, 400, body)
            assert (type(error), error.failure) == (kind, Failure("bad_request", message)), message
            assert (error.trace_id, error.is_from_api, str(error)) == ("trace", True, "bad_request, HTTP 400"), message
            for status in (401, 403, 413, 422):
                assert type(error_of(ApiRefused, status, body)) is ApiRefused, (status, message)
            assert type(error_of(ApiRefused, 400, envelope("odd", message))) is ApiRefused, message
            assert type(error_of(ApiRefused, 400, {"error": message})) is ApiRefused, message
    assert type(error_of(ApiRefused, 400, PAGE)) is ApiRefused, "a firewall's"
    for odd in (None, ["size"], 7, ""):
        assert type(error_of(ApiRefused, 400, {"error": {"code": "bad_request", "message": odd}})) is SizeRejected, odd


def test_moderation() -> None:
    """A general error whose message is unmistakably about moderation means a rejected prompt."""
    flagged = "The prompt was flagged by the safety system."
    for code, expected in {"api_error": "forbidden", "bad_request": "forbidden", "used_up": "used_up"}.items():
        error = error_of(ApiRefused, 400, envelope(code, flagged))
        assert (type(error), error.failure) == (ApiRefused, Failure(expected, flagged)), code
    errors: tuple[object, ...] = (flagged, {"code": "api_error", "message": flagged})
    for odd in errors:
        assert callback(success=False, error=odd).failure == Failure("forbidden", flagged), odd
        (result,) = look_up(record(response={"success": False, "error": odd}, finished_at=1)).values()
        assert result.failure == Failure("forbidden", flagged), odd


def test_busy() -> None:
    """429 and 503 start nothing, and say in either form when to try again."""
    for status in (429, 503):
        for body, code in ((envelope("odd"), "odd"), (PAGE, WITHOUT_ENVELOPE[status])):
            error = error_of(ApiBusy, status, body, retry_after="7")
            assert (error.failure.code, error.retry_after, error.is_internal) == (code, 7, False), status


def test_server_errors() -> None:
    """A 500 with the API's own error started nothing and may be retried once; all others leave the outcome unknown."""
    for body in (envelope("api_error"), envelope("odd", worker=True)):
        error = error_of(ApiBusy, 500, body)
        assert (error.failure, error.is_internal, error.retry_after) == (
            Failure(body["error"]["code"], "why"),
            True,
            None,
        )
    assert str(error_of(ApiBusy, 500, sample("error_worker"))) == "api_error, HTTP 500"
    for broken in (PAGE, b"{}", *({"error": error} for error in (None, "Server Error", {"message": "without a code"}))):
        error_of(ApiUnknown, 500, broken)
    for status in (100, 299, 408, 501, 502, 504, 599):
        for other in (envelope("timeout"), PAGE):
            assert str(status) in str(error_of(ApiUnknown, status, other))


def test_odd_errors() -> None:
    """Missing parts are filled in, long ones truncated; a message becomes one line that every database can hold."""
    errors: list[tuple[object, Failure]] = [
        ("m" * 501, Failure("api_error", "m" * 500)),
        ({"message": "m" * 501}, Failure("api_error", "m" * 500)),
        ({"code": "x" * 200}, Failure("x" * 200)),
        ({"code": "forbidden", "message": ["x"]}, Failure("forbidden")),
        *(({"code": code, "message": "m"}, Failure("api_error", "m")) for code in (500, "", "x" * 201)),
    ]
    for error, failure in errors:
        refusal = error_of(ApiRefused, 400, {"error": error, "trace_id": 7})
        assert (refusal.failure, refusal.trace_id) == (failure, None), error
    for message in ("nul\0", "half \ud800 pair", "two\r\nlines", "two\u2028lines", "\x9b[31m"):
        for error in (message, {"code": "bad_request", "message": message}):
            text = error_of(ApiRefused, 400, {"error": error}).failure.message
            assert (len(text), text.isprintable()) == (len(message), True), message
    for message in ("turned \u202e round", "👩\u200d🎨", "@everyone *now*"):
        assert error_of(ApiRefused, 400, {"error": {"message": message}}).failure.message == message


def callback(**changes: Any) -> TaskResult:
    """Parse a callback with a picture, and with these changes."""
    return read_callback(encoded({"success": True, "task_id": TASK_ID, "data": [{"image_url": PICTURE}], **changes}))


def test_callbacks() -> None:
    """A callback gives a picture or a failure, whatever its error is, as it is never a snapshot."""
    trace_id = "9b4b1ff3-90f2-470f-b082-1061ec2948cc"
    rejected = Failure("forbidden", "The prompt was rejected by content moderation.")
    picture = TaskResult(TASK_ID, (Image(PICTURE, 1698551532),), trace_id=trace_id)
    assert read_callback(sample("callback_success")) == picture
    assert read_callback(sample("callback_failure")) == TaskResult(TASK_ID, failure=rejected, trace_id=trace_id)
    errors: tuple[object, ...] = (None, {}, "fetch failed", {"code": "api_error"}, 7)
    for nested in (SUCCESS, json.dumps(SUCCESS)):
        assert read_callback(encoded({"task_id": TASK_ID, "response": nested})).images == (Image(PICTURE),), nested
    failure = read_callback(encoded({"task_id": TASK_ID, "response": envelope("odd", worker=True)}))
    assert failure == TaskResult(TASK_ID, failure=Failure("odd", "why"), trace_id="trace")
    for error in errors:
        result = callback(success=False, error=error)
        assert result.failure is not None
        assert (result.task_id, result.images, result.failure.code) == (TASK_ID, (), "api_error"), error


def test_pictures() -> None:
    """Pictures without a web address are left out; a seed is stored if it fits in a database."""
    longest = "https://example.org/".ljust(2000, "x")
    for url in ("http://example.org/x", "HTTPS://EXAMPLE.ORG/x", "https://example.org/%20?a=b#c", longest):
        assert callback(data=[{"image_url": url}]).images == (Image(url),)
    items: list[Any] = [None, PICTURE, {"url": PICTURE}, *({"image_url": url} for url in BAD_LINKS)]
    for item in items:
        assert callback(data=[item, {"image_url": PICTURE}]).images == (Image(PICTURE),), item
    assert len(callback(data=[{"image_url": PICTURE}] * (MAX_IMAGES + 1)).images) == MAX_IMAGES
    for seed in (0, 2**63 - 1):
        assert callback(data=[{"image_url": PICTURE, "seed": seed}]).images == (Image(PICTURE, seed),), seed
    for odd in (2**63, -1, True, 1.5, "pop upbeat"):
        assert callback(data=[{"image_url": PICTURE, "seed": odd}]).images == (Image(PICTURE),), odd


def test_malformed_callbacks() -> None:
    """A callback without a task, an outcome or a picture is rejected."""
    samples = map(sample, ("answer_accepted", "error_gateway", "error_worker", "record_finished", "batch"))
    for body in (*NO_OBJECTS, b"{}", *samples):
        with pytest.raises(BadCallback):
            read_callback(body)
    odd = {"task_id": BAD_IDS, "success": (None, "true", 1), "data": (None, {}, [], [{"image_url": BAD_LINKS[1]}])}
    for name, values in odd.items():
        for value in values:
            with pytest.raises(BadCallback):
                callback(**{name: value})


def look_up(*records: Any) -> dict[str, TaskResult]:
    """Parse the answer to a look-up of these records."""
    return read_lookup(200, {}, encoded({"items": records, "count": len(records)}))


def list_tasks(*records: Any) -> list[ListedTask]:
    """Parse a page of the list of all tasks with these records."""
    return read_list(200, {}, encoded({"items": records, "count": len(records)}))


def record(**changes: Any) -> dict[str, Any]:
    """Return a pending task's record, with changes."""
    return {**json.loads(sample("record_pending")), **changes}


def test_documented_records() -> None:
    """A finished or failed record gives its result under the task's id; pending and unknown ones give none yet."""
    finished = TaskResult(RECORD_ID, (Image(PICTURE, 281520112),), trace_id=RECORD_TRACE)
    failed = TaskResult(RECORD_ID, failure=Failure("api_error", "fetch failed"), trace_id=RECORD_TRACE)
    for name, result in {"finished": finished, "failed": failed}.items():
        assert look_up(json.loads(sample(f"record_{name}"))) == {RECORD_ID: result}, name
    for name in ("pending", "pending_null", "pending_snapshot", "pending_no_data", "pending_hiccup", "unknown"):
        assert look_up(json.loads(sample(f"record_{name}"))) == {}, name
    batch = read_lookup(200, {}, sample("batch"))
    assert {task_id[-1]: bool(result.images) for task_id, result in batch.items()} == {"1": True, "2": False}
    assert read_lookup(200, {}, sample("batch_empty")) == {}


def test_lookup_errors() -> None:
    """Free look-ups are repeated if the API is busy or broken; other errors are final; odd items are skipped."""
    for body in (encoded(envelope("odd")), PAGE):
        for status, code in WITHOUT_ENVELOPE.items():
            with pytest.raises(ApiBusy if status == 429 or status >= 500 else ApiRefused) as caught:
                read_lookup(status, {"Retry-After": "3"}, body)
            error = caught.value
            assert isinstance(error, ApiBusy | ApiRefused)
            assert error.failure.code == (code if body is PAGE else "odd"), status
            if isinstance(error, ApiBusy):
                assert (error.retry_after, error.is_internal) == (3, False), status
    for data in (*NO_OBJECTS, b"{}", b'{"items": {}}', sample("record_finished")):
        with pytest.raises(ApiBusy):
            read_lookup(200, {}, data)
    items: list[object] = [None, "x", {}, {"id": 7}, {"id": ""}, {"task_id": RECORD_ID, "finished_at": 1}]
    assert list(look_up(*items, json.loads(sample("record_finished")))) == [RECORD_ID]


def test_a_list_of_tasks() -> None:
    """Each task of a page has its callback address, if the request names one, and its result, if it has finished."""
    url = "https://bot.example.org/callbacks/job/secret"
    pending, finished = json.loads(sample("record_pending")), json.loads(sample("record_finished"))
    results = look_up(finished)
    assert list_tasks(pending, finished) == [
        ListedTask(RECORD_ID, url, None),
        ListedTask(RECORD_ID, url, *results.values()),
    ]
    requests: list[tuple[object, str | None]] = [
        (json.dumps({"callback_url": url}), url),
        *((None, None), ("", None), ("[", None), ([], None), ({}, None)),
        *(({"callback_url": odd}, None) for odd in (None, 7, [url])),
    ]
    for request, expected in requests:
        assert list_tasks(record(request=request)) == [ListedTask(RECORD_ID, expected, None)], request
    assert list_tasks(None, "x", {}, *({"id": task_id} for task_id in BAD_IDS), pending) == list_tasks(pending)
    assert list_tasks() == []
    assert len(list_tasks(*[pending] * (MAX_IDS_PER_LOOKUP + 1))) == MAX_IDS_PER_LOOKUP


def test_a_refused_list() -> None:
    """An API that does not list tasks refuses the call or answers something else; a page of a proxy is temporary."""
    for status, code in WITHOUT_ENVELOPE.items():
        with pytest.raises(ApiBusy if status == 429 or status >= 500 else ApiRefused) as caught:
            read_list(status, {}, PAGE)
        assert isinstance(caught.value, ApiBusy | ApiRefused)
        assert caught.value.failure == Failure(code), status
    bodies: dict[bytes, Failure] = {
        **dict.fromkeys((b"{}", b'{"items": {}}', sample("record_finished")), Failure("unexpected")),
        encoded(envelope("api_not_implemented", worker=True)): Failure("api_not_implemented", "why"),
    }
    for body, failure in bodies.items():
        with pytest.raises(ApiRefused) as refused:
            read_list(200, {}, body)
        assert (refused.value.failure, refused.value.is_from_api) == (failure, failure.message == "why"), body
    for body in NO_OBJECTS:
        with pytest.raises(ApiBusy):
            read_list(200, {}, body)
