"""The image API in bytes and values: bodies out; answers, callbacks and look-ups in. No I/O.

The contract is Ace Data Cloud's "Flux Images API" guide (AceDataCloud/FluxAPI and AceDataCloud/APIs,
flux/docs) and its "async tasks" and "responses" concept pages (AceDataCloud/Docs, en/concepts). They
contradict each other in places, so this module is strict in what it sends and liberal in what it reads.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown, BadCallback
from flux_bot.core.jobs import Action, Failure, Image, ImageRequest, TaskResult

IMAGES_PATH = "/flux/images"
TASKS_PATH = "/flux/tasks"

MAX_IDS_PER_LOOKUP = 50
"""The vendor's own clients ask for at most 50 ids (mcp-flux-pro, n8n-nodes-flux)."""

MAX_IMAGES = 8
"""More than the API is known to make; with the text files of a card they fit among ten attachments."""

OPERATOR_CODES = frozenset(
    {
        "no_token",
        "invalid_token",
        "token_expired",
        "token_mismatched",
        "used_up",
        "disabled",
        "no_api",
        "api_not_implemented",
    }
)
"""Codes that only the operator can mend; the user is told that the service is unavailable."""

_MAX_MESSAGE = 500
_MAX_ID = 200
_NOT_STORABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """The API took the request; ``result`` is there only if it was finished at once."""

    task_id: str
    result: TaskResult | None = None


def submit_body(request: ImageRequest, callback_url: str | None) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/images``; without a callback URL, ``async`` is asked for."""
    body: dict[str, Any] = {
        "action": str(request.action),
        "prompt": request.prompt,
        "model": request.model,
        "size": request.size,
    }
    if request.action is Action.EDIT:
        body["image_url"] = request.image_url
    else:
        body["count"] = request.count
    if callback_url:
        body["callback_url"] = callback_url
    else:
        body["async"] = True
    return body


def lookup_body(task_ids: Iterable[str]) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/tasks`` for many tasks at once."""
    return {"action": "retrieve_batch", "ids": list(task_ids)}


def read_submit_answer(status: int, headers: Mapping[str, str], body: bytes) -> SubmitAnswer:
    """Understand the answer to a submission.

    Raises ApiBusy where surely nothing started, ApiRefused for a final no, ApiUnknown where a task may
    have started: that one must never be sent again.
    """
    data = _json_object(body)
    if status == 200 or (200 < status < 300 and data and "task_id" in data):
        return _read_acceptance(data)
    failure = _read_error(data)
    trace_id = _text(data.get("trace_id")) if data else None
    if status in (429, 503):
        busy = failure or Failure("too_many_requests" if status == 429 else "api_error")
        raise ApiBusy(busy, retry_after=_retry_after(headers))
    if status == 500 and failure is not None and _has_code(data):  # the gateway's own envelope: it knows that it failed
        raise ApiBusy(failure, retry_once=True)
    if status == 408 or not 300 <= status < 500:
        raise ApiUnknown(f"HTTP {status}")
    if failure is None:
        failure = Failure(_code_of_status(status), f"HTTP {status}")
    raise ApiRefused(failure, trace_id=trace_id)


def read_callback(body: bytes) -> TaskResult:
    """Understand a callback's body: always final, so ``success: false`` is a failure in any form.

    Raises BadCallback when it is not what the API sends.
    """
    data = _json_object(body)
    if data is None:
        raise BadCallback("not a JSON object")
    task_id = _text(data.get("task_id"))
    if task_id is None:
        raise BadCallback("no task_id")
    success = data.get("success")
    if success is True:
        result = _read_success(task_id, data)
        if result is None:
            raise BadCallback("success without an image_url")
        return result
    if success is False:
        failure = _read_error(data) or Failure("api_error")
        return TaskResult(task_id, failure=failure, trace_id=_text(data.get("trace_id")))
    raise BadCallback("success is neither true nor false")


def read_lookup(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, TaskResult]:
    """Understand the answer to a look-up: the results of those tasks that are finished, by task_id.

    Raises ApiBusy for what may pass, ApiRefused otherwise; look-ups are free and may be repeated.
    """
    data = _json_object(body)
    if status != 200:
        failure = (_read_error(data) if data else None) or Failure(_code_of_status(status), f"HTTP {status}")
        if status == 429 or status >= 500:
            raise ApiBusy(failure, retry_after=_retry_after(headers))
        raise ApiRefused(failure)
    items = data.get("items") if data else None
    if not isinstance(items, list):
        raise ApiBusy(Failure("api_error", "a look-up answer without items"))
    results = {}
    for item in items:
        if isinstance(item, dict) and (task_id := _text(item.get("id"))):
            result = _read_record(task_id, item)
            if result is not None:
                results[task_id] = result
    return results


def _read_acceptance(data: dict[str, Any] | None) -> SubmitAnswer:
    task_id = _text(data.get("task_id")) if data else None
    if data is None or (task_id is None and data.get("success") is not False):
        raise ApiUnknown("accepted without a task_id")
    if data.get("success") is False and (failure := _read_error(data)):
        raise ApiRefused(failure, trace_id=_text(data.get("trace_id")))
    if task_id is None:
        raise ApiUnknown("neither a task_id nor an error")
    return SubmitAnswer(task_id, _read_success(task_id, data) if data.get("success") is True else None)


def _read_record(task_id: str, record: dict[str, Any]) -> TaskResult | None:
    """Return a task record's result, None while it is pending.

    There is no status field, and ``response`` may be a snapshot of work in progress: only a picture, a
    structured error, or ``finished_at`` without success is final.
    """
    response = record.get("response")
    if not isinstance(response, dict):
        response = {}
    if response.get("success") is True:
        result = _read_success(task_id, response)
        if result is not None:
            return result
    trace_id = _text(response.get("trace_id")) or _text(record.get("trace_id"))
    error = response.get("error")
    if response.get("success") is False and isinstance(error, dict) and _text(error.get("code")):
        return TaskResult(task_id, failure=_read_error(response), trace_id=trace_id)
    if record.get("finished_at") and response.get("success") is not True:
        return TaskResult(task_id, failure=_read_error(response) or Failure("api_error"), trace_id=trace_id)
    return None


def _read_success(task_id: str, data: dict[str, Any]) -> TaskResult | None:
    items = data.get("data")
    if not isinstance(items, list):
        return None
    images = tuple(
        Image(item["image_url"], _seed(item.get("seed")))
        for item in items[:MAX_IMAGES]
        if isinstance(item, dict) and _is_web_url(item.get("image_url"))
    )
    return TaskResult(task_id, images, trace_id=_text(data.get("trace_id"))) if images else None


def _read_error(data: dict[str, Any] | None) -> Failure | None:
    """Read either documented error envelope, or the bare string that some services send."""
    error = data.get("error") if data else None
    if isinstance(error, str) and error:
        return Failure("api_error", _storable(error))
    if isinstance(error, dict):
        code, message = _text(error.get("code")), error.get("message")
        return Failure(code or "api_error", _storable(message) if isinstance(message, str) else "")
    return None


def _code_of_status(status: int) -> str:
    """Name the code the API documents for a status whose body is not the API's own."""
    codes = {400: "bad_request", 401: "invalid_token", 429: "too_many_requests", 504: "timeout"}
    if 300 <= status < 500:
        return codes.get(status, "no_api")  # a proxy or a wrong FLUX_API_URL answers here
    return codes.get(status, "api_error")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header in either form (RFC 9110, 10.2.3), None if there is none."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 7:
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError, IndexError, TypeError):  # what email.utils raises on odd dates
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _has_code(data: dict[str, Any] | None) -> bool:
    """Tell whether an error has the form of the API's own, a code in an object."""
    error = data.get("error") if data else None
    return isinstance(error, dict) and _text(error.get("code")) is not None


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _text(value: object) -> str | None:
    """Return a short non-empty string that every database can hold, else None."""
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isprintable() else None


def _storable(message: str) -> str:
    """Return a message as one line that every database can hold: no NUL, no half of an emoji."""
    return _NOT_STORABLE.sub(" ", message[:_MAX_MESSAGE])


def _seed(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _is_web_url(value: object) -> bool:
    if not isinstance(value, str) or not value.isprintable() or " " in value or len(value) > 2000:
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
