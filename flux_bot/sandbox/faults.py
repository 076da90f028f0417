"""What can go wrong at the fake Flux API: the refusals of the real API, and faults on demand."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from flux_bot.core.jobs import Failure

T = TypeVar("T")
Dial: TypeAlias = T | list[T]

# https://github.com/AceDataCloud/Docs openapi/flux.json, its older and its newer list together
MODELS = (
    *("flux-dev", "flux-pro", "flux-pro-1.1", "flux-pro-1.1-ultra", "flux-kontext-pro", "flux-kontext-max"),
    *("flux-2-flex", "flux-2-pro", "flux-2-max", "flux-2-klein"),
)
DEFAULT_MODEL = "flux-dev"
SIZE = re.compile(r"[1-9]\d{0,4}x[1-9]\d{0,4}|[1-9]\d{0,3}:[1-9]\d{0,3}")
FORBIDDEN = re.compile(r"\bforbidden\b", re.IGNORECASE)
MOST_IMAGES = 10
MOST_IDS = 50


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """Any answer but the good one: a documented refusal or a breakdown on the way."""

    status: int | None = None
    """None: no answer comes; the connection is cut, or left in silence if it ``hangs``."""
    code: str = ""
    """Empty: no envelope, only ``page``."""
    message: str = ""
    retry_after: str | None = None
    accepts: bool = False
    """The task is created and runs all the same; of no meaning for a look-up."""
    hangs: bool = False
    page: str = "<html><h1>The service did not answer.</h1></html>"


ANSWERS = {
    "no_token": BadAnswer(400, "no_token", "No token specified for the request."),
    "invalid_token": BadAnswer(401, "invalid_token", "The specified token is invalid or wrong."),
    "no_api": BadAnswer(404, "no_api", "API does not exist, please make sure url is correct."),
    "moderation": BadAnswer(403, "forbidden", "The prompt was rejected by content moderation."),
    "used_up": BadAnswer(
        403,
        "used_up",
        "Your balance is not sufficient for current request, please buy more in Ace Data Cloud.",
    ),
    "disabled": BadAnswer(403, "disabled", "Your application has been disabled by Ace Data Cloud."),
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
"""The answers that go wrong, by name, for ``Faults.submit`` and ``Faults.lookup``."""


@dataclass(frozen=True, slots=True)
class BadFile:
    """How the host of the result pictures goes wrong."""

    status: int = 200
    location: str | None = None
    """Where a redirect leads; ``{path}`` stands for the picture's own path."""
    wait_seconds: float = 0
    share: float = 1
    """How much of the picture is sent before the connection is cut."""
    body: bytes | None = None
    padding: int = 0
    """Bytes sent after the picture, with no word of its length before."""


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
"""The picture host's faults, by name, for ``Faults.file``."""


@dataclass(slots=True)
class Faults:
    """What goes wrong; the default is nothing. Each use takes the next value of a list."""

    submit: Dial[BadAnswer | None] = None
    """A use is a POST /flux/images."""
    lookup: Dial[BadAnswer | None] = None
    """A use is a POST /flux/tasks."""
    file: Dial[BadFile | None] = None
    """A use is a GET /files/...; not counted when a redirect came before."""
    failure: Dial[Failure | None] = None
    """A use of this one and of all below is a task created: this is its result."""
    missing_images: Dial[int] = 0
    slowness: Dial[float] = 1
    """Its time is multiplied by this."""
    callbacks: Dial[int] = 1
    """How often its callback is posted: 0 loses it, 2 repeats it."""
    callback_body: Dial[bytes | None] = None
    """Bytes to post instead of its result."""
    callback_before_answer: Dial[bool] = False


def take(dial: Dial[T]) -> T:
    """Return the value for this use; of a list each value serves once, and the last one stays."""
    if isinstance(dial, list):
        return dial.pop(0) if len(dial) > 1 else dial[0]
    return dial


def check_submission(body: dict[str, Any]) -> BadAnswer | None:
    """Return what is wrong with the body of POST /flux/images, None if nothing is."""
    action, count = body.get("action"), body.get("count", 1)
    rules = (
        (action in ("generate", "edit"), "action is invalid."),
        (_is_text(body.get("prompt")), "prompt is required"),
        (body.get("model", DEFAULT_MODEL) in MODELS, "model is invalid."),
        ("size" in body, "size is required"),
        (SIZE.fullmatch(str(body.get("size"))), "size is invalid."),
        (isinstance(count, int | float) and 1 <= count <= MOST_IMAGES, "count is invalid."),
        (action == "generate" or _is_text(body.get("image_url")), "image_url is required"),
        (_is_text(body.get("callback_url", "none")), "callback_url is invalid."),
    )
    for valid, complaint in rules:
        if not valid:
            return BadAnswer(400, "bad_request", complaint)
    return ANSWERS["moderation"] if FORBIDDEN.search(body["prompt"]) else None


def check_lookup(body: dict[str, Any]) -> BadAnswer | None:
    """Return what is wrong with the body of POST /flux/tasks, None if nothing is."""
    action, ids = body.get("action", "retrieve"), body.get("ids")
    if action == "retrieve":
        complaint = "" if _is_text(body.get("id")) else "id is required"
    elif action == "retrieve_batch":
        listed = isinstance(ids, list) and len(ids) <= MOST_IDS and all(isinstance(one, str) for one in ids)
        complaint = "" if listed else f"ids is required, {MOST_IDS} at most"
    else:
        complaint = "action is invalid."
    return BadAnswer(400, "bad_request", complaint) if complaint else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
