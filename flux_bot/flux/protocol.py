"""The image API's protocol: build request bodies; parse responses, callbacks and look-ups. No I/O.

The sources are Ace Data Cloud's "Flux Images API" guide (AceDataCloud/FluxAPI and AceDataCloud/APIs,
flux/docs) and its "async tasks" and "responses" concept pages (AceDataCloud/Docs, en/concepts). They
contradict each other in places, so this module is strict in what it sends and lenient in what it accepts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flux_bot.core.backoff import retry_after_seconds
from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown, BadCallback
from flux_bot.core.jobs import UNEXPECTED_ANSWER, Action, Failure, ImageRequest, TaskResult
from flux_bot.flux import parsing
from flux_bot.flux.messages import find_rejection

IMAGES_PATH = "/flux/images"
TASKS_PATH = "/flux/tasks"

MAX_IDS_PER_LOOKUP = 50
"""The vendor's own clients request at most 50 ids (mcp-flux-pro, n8n-nodes-flux)."""
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


@dataclass(frozen=True, slots=True)
class SubmitAnswer:
    """The API accepted the request; ``result`` is set only if the task finished immediately."""

    task_id: str
    result: TaskResult | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task in the list of all tasks."""

    task_id: str
    callback_url: str | None
    """The callback URL of the request that created the task."""
    result: TaskResult | None
    """None while the task is pending."""


def submit_body(request: ImageRequest, callback_url: str | None) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/images``; without a callback URL it sets ``async``."""
    return {
        "action": str(request.action),
        "prompt": request.submitted_prompt,
        "model": request.model,
        "size": request.size,
        **({"image_url": request.image_url} if request.action is Action.EDIT else {"count": request.count}),
        **({"callback_url": callback_url} if callback_url else {"async": True}),
    }


def lookup_body(task_ids: Iterable[str]) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/tasks`` for many tasks at once."""
    return {"action": "retrieve_batch", "ids": list(task_ids)}


def list_body(since: datetime, until: datetime, offset: int) -> dict[str, Any]:
    """Return the JSON body of ``POST /flux/tasks`` for a page of all tasks, as the vendor's web front end sends it."""
    return {
        "action": "retrieve_batch",
        "type": "images",
        "created_at_min": since.timestamp(),
        "created_at_max": until.timestamp(),
        "limit": MAX_IDS_PER_LOOKUP,
        "offset": offset,
    }


def read_submit_answer(status: int, headers: Mapping[str, str], body: bytes) -> SubmitAnswer:
    """Parse the response to a submission.

    Raises ApiBusy if no task was started, SizeRejected or ModelRejected if another size or model may be accepted,
    ApiRefused if the refusal is final, and ApiUnknown if a task may have been started; such a request must never be
    sent again.
    """
    data = parsing.json_object(body) or {}
    if status == 200 or (200 < status < 300 and "task_id" in data):
        return _read_acceptance(data)
    failure, detail = parsing.read_error(data) or _failure_of_status(status), f"HTTP {status}"
    if status in (429, 503):
        raise ApiBusy(failure, detail, retry_after=retry_after_seconds(headers))
    if status == 500 and parsing.has_code(data):  # the gateway's own envelope, so it knows that it failed
        raise ApiBusy(failure, detail, is_internal=True)
    if status == 408 or not 300 <= status < 500:
        raise ApiUnknown(detail)
    is_rejection = status == 400 and failure.code == "bad_request" and parsing.has_code(data)
    error = (find_rejection(failure.message) if is_rejection else None) or ApiRefused
    raise error(failure, detail, trace_id=parsing.read_trace_id(data), is_from_api=parsing.has_code(data))


def read_callback(body: bytes) -> TaskResult:
    """Parse a callback's body. Callbacks are final, so ``success: false`` is a failure in any form.

    Raises BadCallback if the body is not what the API sends.
    """
    data = parsing.json_object(body) or {}
    task_id = parsing.text_of(data.get("task_id"))
    if task_id is None:
        raise BadCallback("not a JSON object with a task_id")
    parts = parsing.parts_of(data)
    if result := parsing.read_success(task_id, parts):
        return result
    if any(part.get("success") is False for part in parts):
        return parsing.read_failure(task_id, parts)
    raise BadCallback("neither a failure nor a success with an image_url")


def read_lookup(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, TaskResult]:
    """Parse the response to a look-up: the results of finished tasks by task_id.

    Raises ApiBusy for temporary errors and ApiRefused otherwise. Look-ups are free and may be repeated.
    """
    items = _read_tasks(status, headers, body).get("items")
    if not isinstance(items, list):
        raise ApiBusy(Failure("api_error"), "a response without items")
    results = ((task_id, parsing.read_record(task_id, record)) for task_id, record in _records(items))
    return {task_id: result for task_id, result in results if result}


def read_list(status: int, headers: Mapping[str, str], body: bytes) -> list[ListedTask]:
    """Parse a page of the list of all tasks, ``MAX_IDS_PER_LOOKUP`` at most.

    Raises ApiBusy for temporary errors, and ApiRefused otherwise or if the API's answer is not a list of tasks.
    """
    data = _read_tasks(status, headers, body)
    items = data.get("items")
    if not isinstance(items, list):
        failure = parsing.read_error(data) or Failure(UNEXPECTED_ANSWER)
        raise ApiRefused(failure, "a response without items", is_from_api=parsing.has_code(data))
    return [
        ListedTask(task_id, _callback_url(record), parsing.read_record(task_id, record))
        for task_id, record in _records(items[:MAX_IDS_PER_LOOKUP])
    ]


def _read_acceptance(data: dict[str, Any]) -> SubmitAnswer:
    if data.get("success") is False and (failure := parsing.read_error(data)):
        raise ApiRefused(failure, trace_id=parsing.read_trace_id(data), is_from_api=parsing.has_code(data))
    task_id = parsing.text_of(data.get("task_id"))
    if task_id is None:
        raise ApiUnknown("neither a task_id nor an error")
    return SubmitAnswer(task_id, parsing.read_success(task_id, parsing.parts_of(data)), parsing.read_trace_id(data))


def _read_tasks(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return the JSON object of an answer about tasks, or raise as ``read_lookup`` does."""
    data = parsing.json_object(body)
    if status == 200 and data is not None:
        return data
    failure, detail = parsing.read_error(data or {}) or _failure_of_status(status), f"HTTP {status}"
    if status in (200, 429) or status >= 500:  # 200: a proxy's page instead of the API's answer
        raise ApiBusy(failure, detail, retry_after=retry_after_seconds(headers))
    raise ApiRefused(failure, detail, is_from_api=parsing.has_code(data or {}))


def _records(items: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in items:
        if isinstance(item, dict) and (task_id := parsing.text_of(item.get("id"))):
            yield task_id, item


def _callback_url(record: dict[str, Any]) -> str | None:
    url = parsing.nested_object(record.get("request")).get("callback_url")
    return url if isinstance(url, str) else None


def _failure_of_status(status: int) -> Failure:
    """Return the failure for a status without an error envelope, which a firewall or proxy may have sent.

    It never gets one of ``OPERATOR_CODES``: it says nothing about the operator's account.
    """
    codes = {429: "too_many_requests", 504: "timeout"} | dict.fromkeys((400, 403, 413, 422, 451), "bad_request")
    return Failure(codes.get(status, UNEXPECTED_ANSWER if 300 <= status < 500 else "api_error"))
