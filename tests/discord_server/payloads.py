"""Discord's payloads: their constants, the text of messages, and Discord's OpenAPI document if it is available."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

Payload = dict[str, Any]
Checker = Callable[..., list[str]]

EPHEMERAL, LOADING = 1 << 6, 1 << 7
COMMAND, COMPONENT = 2, 3
REPLY, DEFER, DEFER_UPDATE, MODAL = 4, 5, 6, 9
TEXT_DISPLAY, GALLERY = 10, 12

_CHECKER = Path(__file__).parents[3] / "shared" / "discord" / "validate_discord.py"


def walk(components: list[Payload]) -> Iterator[Payload]:
    """Yield every component, outer ones first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        if component.get("accessory"):
            yield from walk([component["accessory"]])


def text_of(message: Payload) -> str:
    """Return all the text of a message, from its content and its text displays."""
    displays = (c["content"] for c in walk(message["components"]) if c["type"] == TEXT_DISPLAY)
    return "\n".join([message["content"], *displays])


@cache
def openapi_checker() -> Checker | None:
    """Load the validator of request bodies from beside this repository, or return None if it is not available."""
    spec = importlib.util.spec_from_file_location("validate_discord", _CHECKER)
    document = os.environ.get("DISCORD_OPENAPI") or str(_CHECKER.with_name("openapi.json"))
    if spec is None or spec.loader is None or not (_CHECKER.exists() and Path(document).exists()):
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    setattr(module, "SPEC_PATH", document)  # noqa: B010 - the module reads it at its first use
    checker: Checker = module.validate_request
    return checker
