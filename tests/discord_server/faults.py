"""Faults of Discord by the name of the call, for tests in one process and over sockets."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from typing import Any

CALLS = {
    "reply": ("POST", "/interactions/*/callback"),
    "post": ("POST", "/channels/*/messages"),
    "history": ("GET", "/channels/*/messages"),
    "edit message": ("PATCH", "/channels/*/messages/*"),
    "delete message": ("DELETE", "/channels/*/messages/*"),
    "follow up": ("POST", "/webhooks/*"),
    "edit reply": ("PATCH", "/webhooks/*/messages/*"),
    "remove card": ("DELETE", "/webhooks/*/messages/*"),
    "open DM": ("POST", "/users/@me/channels"),
    "get commands": ("GET", "/applications/*/commands"),
    "publish": ("PUT", "/applications/*/commands"),
    "log in": ("GET", "/oauth2/applications/@me"),
    "own user": ("GET", "/users/@me"),
    "get member": ("GET", "/guilds/*/members/*"),
    "find gateway": ("GET", "/gateway/bot"),
}
"""The calls that the bot makes, by the names that tests use for them."""

CLOUDFLARE_PAGE = f"<!DOCTYPE html>\n<style>p {{ x: y }}</style><h1>Access denied</h1>\n{'<p>Banned</p>' * 500}</html>"
CUT = None
"""The status of a fault that cuts the connection."""
PASS = 0
"""The status of a fault that only delays the answer."""


@cache
def name_of(method: str, path: str) -> str:
    """Return the name of a call, or its method and path if it has no name."""
    return next(
        (name for name, call in CALLS.items() if call[0] == method and fnmatch(path, call[1])), f"{method} {path}"
    )


@dataclass
class Fault:
    """A fault that affects some calls."""

    call: str
    """The name of the calls; "DM" means posts in direct messages, "*" means all calls."""
    status: int | None
    """The HTTP status of the answer, CUT or PASS."""
    code: int = 0
    """Discord's error code in the answer's body."""
    times: float | None = None
    """How many calls the fault affects; None means all until ``stop_refusing``."""
    after_handling: bool = False
    """Whether Discord carries out the call before the fault occurs."""
    delay: float = 0.0
    """The delay before the fault, in seconds."""
    scope: str = "user"
    """The kind of limit if the status is 429: "user", "shared", "global" or "cloudflare" (a page instead of JSON)."""
    retry_after: float = 0.2
    hits: int = 0

    @property
    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        if self.status == 429:
            is_global = self.scope == "global"
            return {"message": "You are being rate limited.", "retry_after": self.retry_after, "global": is_global}
        return {"message": f"fault {self.status}", "code": self.code}


class Faults:
    """The active faults; a call is affected by the first one that matches."""

    def __init__(self, is_direct: Callable[[int], bool]) -> None:
        """Take a function that returns whether a channel id means direct messages."""
        self._is_direct = is_direct
        self._faults: list[Fault] = []

    def refuse(self, call: str, status: int | None, code: int = 0, **more: Any) -> Fault:
        """Add a fault; ``more`` are its other fields."""
        assert call in {*CALLS, "DM", "*"}, call
        self._faults.append(Fault(call, status, code, **more))
        return self._faults[-1]

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def call_name(self, method: str, path: str) -> str:
        """Return the name of a call, which is "DM" for posts in direct messages."""
        name = name_of(method, path)
        return "DM" if name == "post" and self._is_direct(int(path.split("/")[2])) else name

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this call, and count it."""
        if not self._faults:
            return None
        name = self.call_name(method, path)
        for fault in self._faults:
            if fault.call in (name, "*") and (fault.times is None or fault.hits < fault.times):
                fault.hits += 1
                return fault
        return None
