"""The image API's protocol: build request bodies; parse responses, callbacks and look-ups. No I/O.

The sources are Ace Data Cloud's "Flux Images API" guide (AceDataCloud/FluxAPI and AceDataCloud/APIs,
flux/docs) and its "async tasks" and "responses" concept pages (AceDataCloud/Docs, en/concepts). They
contradict each other in places, so this module is strict in what it sends and lenient in what it accepts.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flux_bot.core.backoff import retry_after_seconds
from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown, BadCallback
from flux_bot.core.jobs import UNEXPECTED_ANSWER, Action, Failure, Image, ImageRequest, TaskResult

IMAGES_PATH = "/flux/images"
TASKS_PATH = "/flux/tasks"

MAX_IDS_PER_LOOKUP = 50
"""The vendor's own clients request at most 50 ids (mcp-flux-pro, n8n-nodes-flux)."""
MAX_IMAGES = 8
"""More than the API is known to return; together with a card's text files they fit into ten attachments."""
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
"""Codes of problems that only the operator can fix; the user reads that the service is unavailable."""
_MAX_MESSAGE = 500
_MAX_ID = 200
_NOT_STORABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """The API accepted the request; ``result`` is set only if the task finished immediately."""

    task_id: str
    result: TaskResult | None = None


def submit_body(request: ImageRequest, callback_url: str | None) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/images``; without a callback URL it sets ``async``."""
    return {
        "action": str(request.action),
        "prompt": request.prompt,
        "model": request.model,
        "size": request.size,
        **({"image_url": request.image_url} if request.action is Action.EDIT else {"count": request.count}),
        **({"callback_url": callback_url} if callback_url else {"async": True}),
    }


def lookup_body(task_ids: Iterable[str]) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/tasks`` for many tasks at once."""
    return {"action": "retrieve_batch", "ids": list(task_ids)}


def read_submit_answer(status: int, headers: Mapping[str, str], body: bytes) -> SubmitAnswer:
    """Parse the response to a submission.

    Raises ApiBusy if no task was started, ApiRefused if the refusal is final, and ApiUnknown if a task may have been
    started; such a request must never be sent again.
    """
    data = _json_object(body)
    if status == 200 or (200 < status < 300 and "task_id" in data):
        return _read_acceptance(data)
    failure, detail = _read_error(data) or _failure_of_status(status), f"HTTP {status}"
    if status in (429, 503):
        raise ApiBusy(failure, detail, retry_after=retry_after_seconds(headers))
    if status == 500 and _has_code(data):  # the gateway's own envelope, so it knows that it failed
        raise ApiBusy(failure, detail, retry_once=True)
    if status == 408 or not 300 <= status < 500:
        raise ApiUnknown(detail)
    raise ApiRefused(failure, detail, trace_id=_text(data.get("trace_id")), is_from_api=_has_code(data))


def read_callback(body: bytes) -> TaskResult:
    """Parse a callback's body. Callbacks are final, so ``success: false`` is a failure in any form.

    Raises BadCallback if the body is not what the API sends.
    """
    data = _json_object(body)
    task_id = _text(data.get("task_id"))
    if task_id is None:
        raise BadCallback("not a JSON object with a task_id")
    if data.get("success") is False:
        failure = _read_error(data) or Failure("api_error")
        return TaskResult(task_id, failure=failure, trace_id=_text(data.get("trace_id")))
    if result := _read_success(task_id, data):
        return result
    raise BadCallback("neither a failure nor a success with an image_url")


def read_lookup(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, TaskResult]:
    """Parse the response to a look-up: the results of finished tasks by task_id.

    Raises ApiBusy for temporary errors and ApiRefused otherwise. Look-ups are free and may be repeated.
    """
    data = _json_object(body)
    if status != 200:
        failure, detail = _read_error(data) or _failure_of_status(status), f"HTTP {status}"
        if status == 429 or status >= 500:
            raise ApiBusy(failure, detail, retry_after=retry_after_seconds(headers))
        raise ApiRefused(failure, detail, is_from_api=_has_code(data))
    items = data.get("items")
    if not isinstance(items, list):
        raise ApiBusy(Failure("api_error"), "a response without items")
    results = {}
    for item in items:
        if isinstance(item, dict) and (task_id := _text(item.get("id"))) and (result := _read_record(task_id, item)):
            results[task_id] = result
    return results


def _read_acceptance(data: dict[str, Any]) -> SubmitAnswer:
    if data.get("success") is False and (failure := _read_error(data)):
        raise ApiRefused(failure, trace_id=_text(data.get("trace_id")), is_from_api=_has_code(data))
    task_id = _text(data.get("task_id"))
    if task_id is None:
        raise ApiUnknown("neither a task_id nor an error")
    return SubmitAnswer(task_id, _read_success(task_id, data))


def _read_record(task_id: str, record: dict[str, Any]) -> TaskResult | None:
    """Return a task record's result, or None while the task is pending.

    There is no status field, and ``response`` may be a snapshot of unfinished work. Only a picture, a structured
    error, or ``finished_at`` without success is final.
    """
    response = record.get("response")
    if not isinstance(response, dict):
        response = {}
    if response.get("success") is True:
        return _read_success(task_id, response)
    if not record.get("finished_at") and not (response.get("success") is False and _has_code(response)):
        return None
    trace_id = _text(response.get("trace_id")) or _text(record.get("trace_id"))
    return TaskResult(task_id, failure=_read_error(response) or Failure("api_error"), trace_id=trace_id)


def _read_success(task_id: str, data: dict[str, Any]) -> TaskResult | None:
    """Return the pictures, or None if this is not a success or has none."""
    items = data.get("data")
    if data.get("success") is not True or not isinstance(items, list):
        return None
    images = tuple(
        Image(item["image_url"], _seed(item.get("seed")))
        for item in items[:MAX_IMAGES]
        if isinstance(item, dict) and _is_web_url(item.get("image_url"))
    )
    return TaskResult(task_id, images, trace_id=_text(data.get("trace_id"))) if images else None


def _read_error(data: dict[str, Any]) -> Failure | None:
    """Read either documented error envelope, or the plain string that some services send."""
    error = data.get("error")
    if isinstance(error, str) and error:
        return Failure("api_error", _storable(error))
    if isinstance(error, dict):
        code, message = _text(error.get("code")), error.get("message")
        return Failure(code or "api_error", _storable(message) if isinstance(message, str) else "")
    return None


def _failure_of_status(status: int) -> Failure:
    """Return the failure for a status without an error envelope, which a firewall or proxy may have sent.

    It never gets one of ``OPERATOR_CODES``: it says nothing about the operator's account.
    """
    codes = {429: "too_many_requests", 504: "timeout"} | dict.fromkeys((400, 403, 413, 422, 451), "bad_request")
    return Failure(codes.get(status, UNEXPECTED_ANSWER if 300 <= status < 500 else "api_error"))


def _has_code(data: dict[str, Any]) -> bool:
    """Return whether the error is structured as the API's own are: an object with a code."""
    error = data.get("error")
    return isinstance(error, dict) and _text(error.get("code")) is not None


def _json_object(body: bytes) -> dict[str, Any]:
    """Parse a JSON object; return an empty one for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _text(value: object) -> str | None:
    """Return the value if it is a short, non-empty string that every database can store, else None."""
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isprintable() else None


def _storable(message: str) -> str:
    """Return a message as one line that every database can store: no NUL, no lone surrogates."""
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
