"""Faults of the fake Flux API: the documented errors of the real API, and faults on demand."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.api_forms import DEFAULT_MODEL, ApiForm

T = TypeVar("T")
ValueOrList: TypeAlias = T | list[T]
RecordForm: TypeAlias = Literal["response", "text", "result", "error"]

FORBIDDEN = re.compile(r"\bforbidden\b", re.IGNORECASE)
MAX_IMAGES = 10
MAX_IDS = 50
LIST_KEYS = ("created_at_min", "created_at_max", "limit", "offset")


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """A documented error response, or a failure of the network or a proxy."""

    status: int | None = None
    """The HTTP status. If None, no response is sent, and the connection is closed or, with ``hangs``, left open."""
    code: str = ""
    """The error code; if empty, the body is ``page`` instead of JSON."""
    message: str = ""
    retry_after: str | None = None
    accepts: bool = False
    """Whether the task is created despite the error; has no effect on look-ups."""
    hangs: bool = False
    page: str = "<html><h1>The service did not answer.</h1></html>"


ANSWERS = {
    "no_token": BadAnswer(400, "no_token", "No token specified for the request."),
    "invalid_token": BadAnswer(401, "invalid_token", "The specified token is invalid or wrong."),
    "no_api": BadAnswer(404, "no_api", "API does not exist, please make sure url is correct."),
    "moderation": BadAnswer(403, "forbidden", "The prompt was rejected by content moderation."),
    "used_up": BadAnswer(
        403, "used_up", "Your balance is not sufficient for current request, please buy more in Ace Data Cloud."
    ),
    "disabled": BadAnswer(403, "disabled", "Your application has been disabled by Ace Data Cloud."),
    "bad_request": BadAnswer(400, "bad_request", "Bad request."),
    "blocked": BadAnswer(403, page="<html><h1>Sorry, you have been blocked</h1></html>"),
    "too_large": BadAnswer(413, page="<html><h1>413 Request Entity Too Large</h1></html>"),
    "rate_limited": BadAnswer(429, "too_many_requests", "You have exceeded the rate limit."),
    "rate_limited_retry_after": BadAnswer(429, "too_many_requests", "Slow down.", retry_after="1"),
    "api_error": BadAnswer(500, "api_error", "fetch failed"),
    "timeout": BadAnswer(504, "timeout", "The upstream service timed out."),
    "down": BadAnswer(503),
    "bad_gateway": BadAnswer(502),
    "garbage": BadAnswer(200),
    "cut": BadAnswer(),
    "hang": BadAnswer(hangs=True),
    "accepted_cut": BadAnswer(accepts=True),
    "accepted_hang": BadAnswer(accepts=True, hangs=True),
    "accepted_garbage": BadAnswer(200, accepts=True),
    "accepted_bad_gateway": BadAnswer(502, accepts=True),
    "accepted_gateway_timeout": BadAnswer(504, accepts=True),
}
"""Values for ``Faults.submit`` and ``Faults.lookup``."""


@dataclass(frozen=True, slots=True)
class BadFile:
    """A fault of the server that hosts the pictures."""

    status: int = 200
    location: str | None = None
    """The target of a redirect; ``{path}`` is replaced by the picture's path."""
    wait_seconds: float = 0
    share: float = 1
    """The fraction of the picture that is sent; if it is below 1, the connection is closed afterwards."""
    body: bytes | None = None
    padding: int = 0
    """Bytes sent after the picture, without a Content-Length."""


FILES = {
    "not_found": BadFile(404, body=b"not found"),
    "gone": BadFile(410, body=b"gone"),
    "unavailable": BadFile(503, body=b"try again"),
    "slow": BadFile(wait_seconds=20),
    "cut": BadFile(share=0.5),
    "huge": BadFile(padding=100 * 1024 * 1024),
    "no_picture": BadFile(body=b"<html>no picture here</html>"),
    "redirect": BadFile(302, location="{path}?direct=1"),
    "redirect_loop": BadFile(302, location="{path}"),
    "redirect_inside": BadFile(302, location="http://169.254.169.254/latest/meta-data/"),
}
"""Values for ``Faults.file``."""


@dataclass(slots=True)
class Faults:
    """The active faults; none by default. A list has one value for each use, and its last value stays in effect."""

    submit: ValueOrList[BadAnswer | None] = None
    """Used by each POST /flux/images."""
    lookup: ValueOrList[BadAnswer | None] = None
    """Used by each POST /flux/tasks."""
    file: ValueOrList[BadFile | None] = None
    """Used by each GET /files/..., except after a redirect."""
    failure: ValueOrList[Failure | None] = None
    """The task's result. Each task reads this and the following attributes when it starts."""
    missing_images: ValueOrList[int] = 0
    """The number of requested pictures that are not made; at least one is always made."""
    slowness: ValueOrList[float] = 1
    """The factor by which the task's duration is multiplied."""
    callbacks: ValueOrList[int] = 1
    """How many times the callback is posted."""
    callback_body: ValueOrList[bytes | None] = None
    """Bytes to post instead of the result."""
    callback_before_answer: ValueOrList[bool] = False
    record: ValueOrList[RecordForm] = "response"
    """The place of the result in the record of a finished task: ``response``, the same as JSON ``text``, or ``result``.
    With ``error``, the record of a failed task has its error at the top level and no response."""
    gone_models: Collection[str] = ()
    """Models that the API rejects from now on."""
    refuses_lists: bool = False
    """Whether the API refuses to list all tasks, as the API of 2026-03 always does."""


def next_value(fault: ValueOrList[T]) -> T:
    """Return the value for this use. Removes it from a list unless it is the last one."""
    if isinstance(fault, list):
        return fault.pop(0) if len(fault) > 1 else fault[0]
    return fault


def check_submission(body: dict[str, Any], form: ApiForm, gone_models: Collection[str] = ()) -> BadAnswer | None:
    """Return the error response to a POST /flux/images with this body, or None if the body is valid."""
    action, model, count = body.get("action"), body.get("model", DEFAULT_MODEL), body.get("count", 1)
    models = form.sizes.get(str(action), {})
    refusal = _first_violation(
        (isinstance(action, str) and models, "action is invalid."),
        (_is_text(body.get("prompt")), "prompt is required"),
        (isinstance(model, str) and model in models and model not in gone_models, "model is invalid."),
        ("size" in body or not form.requires_size, "size is required"),
        ("size" not in body or body["size"] in models.get(str(model), ()), "size is invalid."),
        (isinstance(count, int | float) and 1 <= count <= MAX_IMAGES, "count is invalid."),
        (action == "generate" or _is_text(body.get("image_url")), "image_url is required"),
        (_is_text(body.get("callback_url", "none")), "callback_url is invalid."),
    )
    return refusal or (ANSWERS["moderation"] if FORBIDDEN.search(body["prompt"]) else None)


def check_lookup(body: dict[str, Any], *, lists_tasks: bool) -> BadAnswer | None:
    """Return the error response to a POST /flux/tasks with this body, or None if the body is valid."""
    action, ids = body.get("action", "retrieve"), body.get("ids")
    are_ids = isinstance(ids, list) and len(ids) <= MAX_IDS and all(isinstance(one, str) for one in ids)
    if lists_tasks and is_list(body):
        return _first_violation(
            (body.get("type") == "images", "type is invalid."),
            *((_is_number(body.get(key, 0)), f"{key} is invalid.") for key in LIST_KEYS),
        )
    return _first_violation(
        (action in ("retrieve", "retrieve_batch"), "action is invalid."),
        (action != "retrieve" or _is_text(body.get("id")), "id is required"),
        (action != "retrieve_batch" or are_ids, f"ids is required, {MAX_IDS} at most"),
    )


def is_list(body: dict[str, Any]) -> bool:
    """Return whether a POST /flux/tasks with this body requests a list of all tasks rather than tasks by id."""
    return body.get("action") == "retrieve_batch" and "ids" not in body


def _first_violation(*rules: tuple[object, str]) -> BadAnswer | None:
    return next((BadAnswer(400, "bad_request", complaint) for valid, complaint in rules if not valid), None)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and value >= 0
