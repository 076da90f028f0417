"""Discord's rules for request bodies: its OpenAPI document if available, and rules beyond it."""

import importlib.util
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Payload = dict[str, Any]
Checker = Callable[..., list[str]]
Answer = Payload | list[Payload] | None
Uploads = dict[str, tuple[str, bytes]]
"""The files of a request: part name to (file name, data)."""

RATE_LIMITED: Payload = {"message": "You are being rate limited.", "retry_after": 0.2, "global": False}

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12

MAX_COMPONENTS = 40
MAX_ROWS = 5
MAX_TEXT = 4000
MAX_CONTENT = 2000
MAX_GALLERY = 10
DISCORD_EPOCH = 1_420_070_400_000
VIEW, SEND, EMBED, ATTACH = 1 << 10, 1 << 11, 1 << 14, 1 << 15
HISTORY, MENTION_EVERYONE, COMMANDS, SEND_IN_THREADS = 1 << 16, 1 << 17, 1 << 31, 1 << 38
MEMBER_MAY = VIEW | SEND | EMBED | ATTACH | HISTORY | MENTION_EVERYONE | COMMANDS | SEND_IN_THREADS
TEXT, DM, THREAD = 0, 1, 11
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
DENIED = {MISSING_ACCESS: VIEW, MISSING_PERMISSIONS: SEND | SEND_IN_THREADS}
"""The missing permission for each error code."""

ROW, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, CONTAINER = 1, 10, 11, 12, 13, 17

COMMAND, COMPONENT, AUTOCOMPLETE = 2, 3, 4
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
CALLBACKS = {
    COMMAND: {REPLY, DEFER, MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
}
"""The valid responses to each type of interaction."""

_CHECKER = Path(__file__).parents[3] / "shared" / "discord" / "validate_discord.py"
_MENTION = re.compile(r"<@!?(\d+)>")
_DEFAULTS: dict[int, Payload] = {
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    CONTAINER: {"accent_color": None, "spoiler": False},
}


class DiscordError(Exception):
    """An error response of Discord."""

    def __init__(self, status: int, code: int, message: str, errors: Payload | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.body: Payload = {"message": message, "code": code} | ({"errors": errors} if errors else {})


@cache
def openapi_checker() -> Checker | None:
    """Load the validator of request bodies beside this repository; None if it is not available."""
    spec = importlib.util.spec_from_file_location("validate_discord", _CHECKER)
    document = os.environ.get("DISCORD_OPENAPI") or str(_CHECKER.with_name("openapi.json"))
    if spec is None or spec.loader is None or not (_CHECKER.exists() and Path(document).exists()):
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setattr(module, "SPEC_PATH", document)  # noqa: B010 - the module reads it at its first use
    checker: Checker = module.validate_request
    return checker


def form_error(where: str, code: str, message: str) -> DiscordError:
    """Return the error for an invalid field: `Invalid Form Body`."""
    errors: Payload = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(where.split(".")):
        errors = {part: errors}
    return DiscordError(400, 50035, "Invalid Form Body", errors)


def walk(components: list[Payload]) -> Iterator[Payload]:
    """Yield every component, outer ones first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("accessory"):
            yield from walk([component["accessory"]])


def media(component: Payload) -> list[Payload]:
    """Return the media items that a component shows."""
    if component["type"] == GALLERY:
        return [item["media"] for item in component["items"]]
    return [component[key] for key in ("media", "file") if isinstance(component.get(key), dict)]


def text_of(message: Payload) -> str:
    """Return all the text of a message, from its content and its text displays."""
    displays = (c["content"] for c in walk(message["components"]) if c["type"] == TEXT_DISPLAY)
    return "\n".join([message["content"], *displays])


def mentioned(message: Payload, allowed: Payload | None) -> tuple[set[int], bool]:
    """Return the ids of the users that a message mentions, and whether it mentions everyone."""
    text = text_of(message)
    users = {int(found) for found in _MENTION.findall(text)}
    everyone = "@everyone" in text or "@here" in text
    if allowed is None:
        return users, everyone
    parse = allowed.get("parse") or []
    if "users" not in parse:
        users &= {int(user) for user in allowed.get("users") or []}
    return users, everyone and "everyone" in parse


def revised(message: Payload, body: Payload, attachments: list[Payload]) -> Payload:
    """Return the message after an edit, or raise Discord's error."""
    new = {**message, "attachments": attachments}
    if "content" in body:
        new["content"] = body["content"] or ""
    if "embeds" in body:
        new["embeds"] = [{"type": "rich", **embed} for embed in body["embeds"] or []]
    if "components" in body:
        new["components"] = deepcopy(body["components"] or [])
    new["flags"] |= int(body.get("flags") or 0) & (COMPONENTS_V2 | SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS)
    _check(new)
    _complete(new)
    return new


def _check(message: Payload) -> None:
    components = list(walk(message["components"]))
    if len(message["content"]) > MAX_CONTENT:
        raise form_error("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_CONTENT} or fewer in length.")
    if not any(message[key] for key in ("content", "embeds", "components", "attachments")):
        raise DiscordError(400, 50006, "Cannot send an empty message")
    names = [component["custom_id"] for component in components if component.get("custom_id")]
    if len(names) != len(set(names)):
        code, text = "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
        raise form_error("components", code, text)
    if message["flags"] & COMPONENTS_V2:
        _check_layout(message, components)
    elif any(component["type"] != ROW for component in message["components"]):
        text = 'Value of field "type" must be one of (1,).'
        raise form_error("components.0.type", "UNION_TYPE_CHOICES", text)
    elif len(message["components"]) > MAX_ROWS:
        raise form_error("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_ROWS} in length.")


def _check_layout(message: Payload, components: list[Payload]) -> None:
    for key in ("content", "embeds"):
        if message[key]:
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            raise form_error(key, code, f"The '{key}' field cannot be used with MessageFlags.IS_COMPONENTS_V2")
    if len(components) > MAX_COMPONENTS:
        code, text = "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"More than {MAX_COMPONENTS} components"
        raise form_error("components", code, text)
    if sum(len(part["content"]) for part in components if part["type"] == TEXT_DISPLAY) > MAX_TEXT:
        code, text = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Displayable text exceeds {MAX_TEXT}"
        raise form_error("components", code, text)
    uploaded = {f"attachment://{attachment['filename']}" for attachment in message["attachments"]}
    for component in components:
        if component["type"] == GALLERY and not 1 <= len(component["items"]) <= MAX_GALLERY:
            code, text = "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MAX_GALLERY} in length."
            raise form_error("components", code, text)
        for url in (item["url"] for item in media(component)):
            if url.startswith("attachment://") and url not in uploaded:
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                raise form_error("components", code, f"The referenced attachment was not found: {url}")


def _complete(message: Payload) -> None:
    """Complete the components as Discord returns them: numbered, with real URLs."""
    uploaded = {attachment["filename"]: attachment for attachment in message["attachments"]}
    for number, component in enumerate(walk(message["components"]), start=1):
        component.setdefault("id", number)
        for key, value in _DEFAULTS.get(component["type"], {}).items():
            component.setdefault(key, value)
        for item in component.get("items") or []:
            item.update({"description": None, "spoiler": False} | item)
        for item in media(component):
            attachment = uploaded.get(item["url"].removeprefix("attachment://"))
            if attachment is not None:
                shared = ("url", "proxy_url", "width", "height", "content_type")
                item.update({key: attachment[key] for key in shared if key in attachment})
                item["attachment_id"] = item["id"] = attachment["id"]
            item.setdefault("id", "0")
            item.setdefault("proxy_url", item["url"])
