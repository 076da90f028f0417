"""Parse the parts that the image API's answers, callbacks and task records have in common. No I/O.

A result may stand in the object itself, in its ``response`` or in its ``result``, as an object or as a JSON string;
``parts`` are all objects that may hold it.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from flux_bot.core.jobs import MAX_IMAGES, Failure, Image, TaskResult
from flux_bot.flux.messages import is_moderation

MAX_COST = 10**6
"""The limit for a plausible cost, in credits; an amount of this size or more is an error."""
_COST_DECIMALS = 9
_MAX_MESSAGE = 500
_MAX_ID = 200
_MAX_DIGITS = 40
_GENERAL_CODES = frozenset({"api_error", "bad_request"})
"""Codes that say nothing about the cause, so that the message may."""
_NOT_STORABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def json_object(body: bytes | str) -> dict[str, Any] | None:
    """Parse a JSON object, with exact decimals; return None for anything else."""
    try:
        data = json.loads(body, parse_float=_decimal, parse_int=_integer)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def nested_object(value: object) -> dict[str, Any]:
    """Return an object that is given as an object or as a JSON string; an empty object for anything else."""
    if isinstance(value, str):
        value = json_object(value)
    return value if isinstance(value, dict) else {}


def parts_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that may hold a result."""
    return [nested_object(data.get("response")), nested_object(data.get("result")), data]


def read_success(task_id: str, parts: list[dict[str, Any]], *, is_finished: bool = False) -> TaskResult | None:
    """Return the pictures, or None if this is not a success or has none.

    A finished task succeeds by having pictures; otherwise it must say so, as they may be a snapshot.
    """
    for part in parts:
        items = part.get("data")
        if part.get("success", is_finished) is not True or not isinstance(items, list):
            continue
        images = tuple(
            Image(item["image_url"], _seed(item.get("seed")))
            for item in items[:MAX_IMAGES]
            if isinstance(item, dict) and _is_web_url(item.get("image_url"))
        )
        if images:
            return TaskResult(task_id, images, trace_id=read_trace_id(part, *parts), cost=_read_cost(part, *parts))
    return None


def read_failure(task_id: str, parts: list[dict[str, Any]]) -> TaskResult:
    """Return the failure of a task that has failed: the error with a code, if there is one."""
    errors = [part for part in parts if has_code(part)] + parts
    failure = next(filter(None, map(read_error, errors)), Failure("api_error"))
    return TaskResult(task_id, failure=failure, trace_id=read_trace_id(*errors), cost=_read_cost(*errors))


def read_record(task_id: str, record: dict[str, Any]) -> TaskResult | None:
    """Return a task record's result, or None while the task is pending.

    There is no status field, and ``response`` may be a snapshot of unfinished work. Only a picture, a structured
    error, or ``finished_at`` with an error or without success is final.
    """
    parts, is_finished = parts_of(record), bool(record.get("finished_at"))
    if result := read_success(task_id, parts, is_finished=is_finished):
        wanted = nested_object(record.get("request")).get("count")
        is_snapshot = not is_finished and isinstance(wanted, int | Decimal) and len(result.images) < wanted
        return None if is_snapshot else result  # the missing pictures would be requested, and paid for, again
    has_failed = any(has_code(part) and (part is record or part.get("success") is False) for part in parts)
    if is_finished and not has_failed:
        has_failed = any(map(read_error, parts)) or not any(part.get("success") is True for part in parts)
    return read_failure(task_id, parts) if has_failed else None


def read_error(data: dict[str, Any]) -> Failure | None:
    """Read either documented error envelope, or the plain string that some services send."""
    error = data.get("error")
    if isinstance(error, str) and error:
        error = {"message": error}
    if not isinstance(error, dict):
        return None
    message = error.get("message")
    text = _storable(message) if isinstance(message, str) else ""
    code = text_of(error.get("code")) or "api_error"
    return Failure("forbidden" if code in _GENERAL_CODES and is_moderation(text) else code, text)


def read_trace_id(*parts: dict[str, Any]) -> str | None:
    """Return the API's own id of an exchange, the first one that the parts have."""
    return next(filter(None, (text_of(part.get("trace_id")) for part in parts)), None)


def has_code(data: dict[str, Any]) -> bool:
    """Return whether the error is structured as the API's own are: an object with a code."""
    error = data.get("error")
    return isinstance(error, dict) and text_of(error.get("code")) is not None


def text_of(value: object) -> str | None:
    """Return the value if it is a short, non-empty string that every database can store, else None."""
    return value if isinstance(value, str) and 0 < len(value) <= _MAX_ID and value.isprintable() else None


def _read_cost(*parts: dict[str, Any]) -> Decimal | None:
    """Return the first usable cost in credits, or None."""
    for cost in (part.get("cost") for part in parts):
        if isinstance(cost, dict) and cost.get("currency") in (None, "credit", "credits"):
            amount = _amount(cost.get("amount"))
            if amount is not None:
                return amount
    return None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    amount = _decimal(value)
    if amount is None or not amount.is_finite() or not 0 <= amount < MAX_COST:
        return None
    return round(amount, _COST_DECIMALS)


def _decimal(text: str | int | Decimal) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _integer(digits: str) -> int | None:
    """Parse a JSON integer; None if it is longer than any that we read, as Python refuses the longest."""
    return int(digits) if len(digits) <= _MAX_DIGITS else None


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
