"""Parsing the image API's answers to a submission."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown
from flux_bot.core.jobs import OUR_CODES, Failure, Image, TaskResult
from flux_bot.flux.protocol import MAX_IMAGES, OPERATOR_CODES, SubmitAnswer, read_submit_answer

SAMPLES = Path(__file__).parents[1] / "samples"
TASK_ID = "6a97bf49-df50-4129-9e46-119aa9fca73c"
NO_HEADERS: dict[str, str] = {}
PAGE = b"<html><h1>Bad Gateway</h1></html>"
BUSY = {"error": {"code": "too_many_requests", "message": "You have exceeded the rate limit."}, "trace_id": "t"}


def sample(name: str) -> bytes:
    """Return a body from the vendor's pages (docs.acedata.cloud; AceDataCloud/FluxAPI and /APIs)."""
    return (SAMPLES / f"{name}.json").read_bytes()


def answer(status: int, body: object, **headers: str) -> SubmitAnswer:
    """Parse an answer with a JSON body, or with these bytes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_submit_answer(
        status, CIMultiDict({name.replace("_", "-"): text for name, text in headers.items()}), data
    )


def envelope(code: str, *, worker: bool = False) -> dict[str, Any]:
    """Return an error as the gateway writes it, or as a worker does."""
    body = {"error": {"code": code, "message": "why"}, "trace_id": "trace"}
    return {"success": False, **body} if worker else body


# --- accepted -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["answer_accepted", "answer_accepted_success", "answer_accepted_trace"])
@pytest.mark.parametrize("status", [200, 201, 202])
def test_documented_acceptance(status: int, name: str) -> None:
    """Every documented acceptance gives the task's id and no result yet, with any 2xx status."""
    assert answer(status, sample(name)) == SubmitAnswer(TASK_ID)


def test_finished_at_once_in_the_older_form() -> None:
    """A synchronous answer in the older format is an acceptance with its result."""
    task_id = "226eb763-9eab-4d06-ad57-d59753a03307"
    images = (
        Image("https://fal.media/files/lion/1aQV2yZ0LhP6nXcb.png"),
        Image("https://fal.media/files/monkey/8rTq3KdWm5sYvJpE.png"),
    )
    result = TaskResult(task_id, images, trace_id="089f8b46-0167-4f25-88ee-3c3f88d80e84")
    assert answer(200, sample("answer_finished_old")) == SubmitAnswer(task_id, result)


def test_finished_at_once_in_the_newer_form() -> None:
    """A synchronous answer in the newer format has only the address of each picture."""
    accepted = answer(200, sample("answer_finished_new"))
    assert accepted.task_id == "5456c749-3bbb-4f10-9eb8-cfbcac297500"
    assert accepted.result is not None
    (image,) = accepted.result.images
    assert image.url.startswith("https://cdn.acedata.cloud/assets/examples/flux/5456c749-")
    assert image.seed is None


@pytest.mark.parametrize(
    "body",
    [
        {"task_id": TASK_ID, "success": True, "data": []},
        {"task_id": TASK_ID, "success": True, "data": None},
        {"task_id": TASK_ID, "success": True, "data": [{"image_url": "ftp://example.org/x.png"}]},
        {"task_id": TASK_ID, "success": False},
        {"task_id": TASK_ID, "success": False, "error": None},
        {"task_id": TASK_ID, "data": [{"image_url": "https://example.org/x.png"}]},
        {"task_id": TASK_ID, "anything": {"else": [1]}},
    ],
)
def test_accepted_without_a_usable_result(body: dict[str, Any]) -> None:
    """A task id is enough: the result comes later."""
    assert answer(200, body) == SubmitAnswer(TASK_ID)


@pytest.mark.parametrize("body", [sample("error_worker"), {"task_id": TASK_ID, **envelope("forbidden", worker=True)}])
def test_a_refusal_with_status_200(body: object) -> None:
    """``success: false`` with an error is a final refusal, whatever the status."""
    with pytest.raises(ApiRefused) as refused:
        answer(200, body)
    assert refused.value.failure.code in ("api_error", "forbidden")
    assert refused.value.trace_id


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"task_id"',
        PAGE,
        b"\xff\xfe\x00",
        b"[" * 100_000,
        {},
        {"success": True},
        {"success": False},
        {"task_id": None},
        {"task_id": ""},
        {"task_id": 7},
        {"task_id": ["x"]},
        {"task_id": "x" * 201},
        {"task_id": "nul\0"},
        {"task_id": "\ud800"},
        {"task_id": "line\nbreak"},
        {"success": "true", "data": [{"image_url": "https://example.org/x.png"}]},
        envelope("api_error"),
    ],
    ids=lambda body: repr(body)[:40],
)
@pytest.mark.parametrize("status", [200, 202, 299])
def test_success_without_a_task(status: int, body: object) -> None:
    """An answer that neither accepts nor refuses leaves the outcome unknown: a task may have started."""
    with pytest.raises(ApiUnknown):
        answer(status, body)


# --- not accepted -------------------------------------------------------------------------------------------

DOCUMENTED = [
    (400, "bad_request"),
    (400, "no_token"),
    (400, "token_mismatched"),
    (400, "api_not_implemented"),
    (400, "disabled"),
    (401, "invalid_token"),
    (401, "token_expired"),
    (401, "token_mismatched"),
    (403, "used_up"),
    (403, "forbidden"),
    (403, "disabled"),
    (404, "no_api"),
]


@pytest.mark.parametrize("worker", [False, True])
@pytest.mark.parametrize(("status", "code"), [*DOCUMENTED, (402, "payment"), (418, "odd"), (302, "moved"), (499, "x")])
def test_a_final_refusal(status: int, code: str, worker: bool) -> None:
    """A 3xx or 4xx with an error is a final refusal with the API's own code, in either envelope."""
    with pytest.raises(ApiRefused) as refused:
        answer(status, envelope(code, worker=worker))
    assert refused.value.failure == Failure(code, "why")
    assert refused.value.trace_id == "trace"
    assert str(refused.value) == f"{code}: why"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "bad_request"), (401, "invalid_token"), (403, "no_api"), (404, "no_api"), (302, "no_api")],
)
@pytest.mark.parametrize("body", [PAGE, b"", b"[]", b'{"detail": "Not Found"}', b'{"error": null}'])
def test_a_final_refusal_by_another_server(status: int, code: str, body: bytes) -> None:
    """Without an error in the body, the code is derived from the status: FLUX_API_URL is probably wrong."""
    with pytest.raises(ApiRefused) as refused:
        answer(status, body)
    assert refused.value.failure == Failure(code, f"HTTP {status}")
    assert refused.value.trace_id is None


@pytest.mark.parametrize("body", [BUSY, PAGE, b""], ids=["envelope", "page", "empty"])
@pytest.mark.parametrize(("status", "code"), [(429, "too_many_requests"), (503, "api_error")])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("999999", 999_999),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("²", None),
        ("Mon, 01 Jan 2026 00:00:00 +99999999", None),
        ("Mon, 99999999999 Jan 2026 00:00:00 GMT", None),
    ],
)
def test_busy(status: int, code: str, body: object, value: str | None, expected: float | None) -> None:
    """429 and 503 start nothing; both forms of Retry-After are parsed."""
    headers = {} if value is None else {"retry_after": value}
    with pytest.raises(ApiBusy) as busy:
        answer(status, body, **headers)
    assert busy.value.retry_after == expected
    assert not busy.value.retry_once
    assert busy.value.failure.code == ("too_many_requests" if body is BUSY else code)


def test_busy_until_a_future_date() -> None:
    """A Retry-After date in the future gives the seconds until then."""
    with pytest.raises(ApiBusy) as busy:
        answer(429, b"", retry_after="Fri, 01 Jan 2100 00:00:00 GMT")
    assert busy.value.retry_after is not None
    assert busy.value.retry_after > 1e8


@settings(deadline=None)
@given(st.text(st.sampled_from('0123456789 :,+-.JanMonGMTZ()"\\²٣'), max_size=40))
@example("99999999999999 Jan 2026 00:00 99999999999999 EST 2026")
@example("9999999999999999999999999999 Jan Mon, 00:00 01 -")
@example("Mon, 01 Jan 0001 00:00:00 +2300")
@example("31 Dec 9999 23:59:59 -2300")
def test_any_retry_after(value: str) -> None:
    """Any Retry-After gives None or a number that is not negative."""
    with pytest.raises(ApiBusy) as busy:
        answer(429, b"", retry_after=value)
    assert busy.value.retry_after is None or busy.value.retry_after >= 0


@pytest.mark.parametrize("code", ["api_error", "timeout", "anything"])
@pytest.mark.parametrize("worker", [False, True])
def test_the_apis_own_500(code: str, worker: bool) -> None:
    """A 500 with the API's own error started nothing and may be retried once."""
    with pytest.raises(ApiBusy) as busy:
        answer(500, envelope(code, worker=worker))
    assert busy.value.failure == Failure(code, "why")
    assert (busy.value.retry_once, busy.value.retry_after) == (True, None)


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        b"",
        b"{}",
        {"error": None},
        {"error": ""},
        {"error": "Internal Server Error", "status": 500},
        {"error": {}},
        {"error": {"message": "without a code"}},
        {"message": "Internal Server Error"},
    ],
    ids=repr,
)
def test_a_500_by_another_server(body: object) -> None:
    """A 500 from a proxy or framework leaves the outcome unknown and is not retried."""
    with pytest.raises(ApiUnknown):
        answer(500, body)


@pytest.mark.parametrize("status", [100, 204, 206, 299, 408, 501, 502, 504, 520, 522, 524, 599])
@pytest.mark.parametrize("body", [envelope("timeout"), PAGE, b""], ids=["envelope", "page", "empty"])
def test_unknown_outcome(status: int, body: object) -> None:
    """A timeout or a broken gateway leaves the outcome unknown, with or without an error."""
    with pytest.raises(ApiUnknown, match=str(status)):
        answer(status, body)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ("fetch failed", Failure("api_error", "fetch failed")),
        ({"code": "forbidden"}, Failure("forbidden", "")),
        ({"code": "forbidden", "message": None}, Failure("forbidden", "")),
        ({"code": "forbidden", "message": ["x"]}, Failure("forbidden", "")),
        ({"code": None, "message": "m"}, Failure("api_error", "m")),
        ({"code": 500, "message": "m"}, Failure("api_error", "m")),
        ({"code": "", "message": "m"}, Failure("api_error", "m")),
        ({"code": "x" * 201, "message": "m"}, Failure("api_error", "m")),
        ({"message": "m" * 501}, Failure("api_error", "m" * 500)),
        ("m" * 501, Failure("api_error", "m" * 500)),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_odd_errors(error: object, failure: Failure) -> None:
    """Missing parts of an error are filled in, and long ones are truncated."""
    with pytest.raises(ApiRefused) as refused:
        answer(400, {"error": error, "trace_id": 7})
    assert refused.value.failure == failure
    assert refused.value.trace_id is None


@pytest.mark.parametrize(
    "message", ["nul\0", "half \ud800 pair", "two\nlines", "two\r\nlines", "two\u2028lines", "\x1b[31m"]
)
def test_a_message_can_be_stored_and_logged(message: str) -> None:
    """A message becomes one line that every database can hold."""
    for error in (message, {"code": "bad_request", "message": message}):
        with pytest.raises(ApiRefused) as refused:
            answer(400, {"error": error})
        text = refused.value.failure.message
        assert len(text) == len(message)
        assert text.isprintable()


@pytest.mark.parametrize("message", ["turned \u202e round", "👩\u200d🎨", "@everyone *now*", "größer"])
def test_a_message_is_not_changed(message: str) -> None:
    """Any other message is unchanged: escaping it is the job of the texts."""
    with pytest.raises(ApiRefused) as refused:
        answer(400, {"error": {"code": "bad_request", "message": message}})
    assert refused.value.failure.message == message


@pytest.mark.parametrize(("status", "name"), [(401, "error_gateway"), (500, "error_worker")])
def test_documented_errors(status: int, name: str) -> None:
    """Both documented error bodies are parsed."""
    error = json.loads(sample(name))["error"]
    with pytest.raises(ApiBusy if status == 500 else ApiRefused) as caught:
        answer(status, sample(name))
    assert str(caught.value) == f"{error['code']}: {error['message']}"


def test_codes_have_one_owner() -> None:
    """The API's codes and ours do not overlap, nor do those for users and for the operator."""
    assert not OPERATOR_CODES & OUR_CODES
    assert not {"bad_request", "forbidden", "too_many_requests", "api_error", "timeout"} & (OPERATOR_CODES | OUR_CODES)
    assert {code for _, code in DOCUMENTED} - {"bad_request", "forbidden"} == OPERATOR_CODES


# --- arbitrary input----------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["https://e.org/x", " http://e"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["success", "task_id", "data", "image_url", "error", "code", "message", "seed"]), inner
        )
    ),
    max_leaves=15,
)


@settings(deadline=None)
@given(st.integers(100, 599), st.one_of(st.binary(), JSON))
@example(200, {"success": True, "task_id": "x", "data": [{"image_url": "https://e.org/x"}] * (MAX_IMAGES + 1)})
def test_any_answer(status: int, body: object) -> None:
    """Any answer gives an acceptance or one of three errors, and only 200 gives an acceptance."""
    try:
        accepted = answer(status, body)
    except (ApiBusy, ApiRefused, ApiUnknown):
        return
    assert 200 <= status < 300
    assert accepted.task_id
    assert accepted.result is None or 1 <= len(accepted.result.images) <= MAX_IMAGES
