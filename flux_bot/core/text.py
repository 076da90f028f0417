"""Escaping and truncating what users typed, and texts that wait for their language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

Argument: TypeAlias = Union[str, int, "TranslatableText", tuple["Argument", ...]]
"""What stands in the place of a variable. What a user wrote must be escaped before (``wording.escape``)."""


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """Something to be said in the reader's language, whichever that will be."""

    message_id: str
    """Of a message in ``locales``."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)


_INLINE = re.compile(r"([\\*_~|`<>@\[\]():])")
_LINE_START = re.compile(r"(^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])(\s*)([-+#]|\d+(?=[.)]))")


def escape(text: str) -> str:
    """Return text that Discord shows exactly as it was written: no markdown, mentions, emoji or links.

    Discord lets a backslash stand before any ASCII punctuation
    (support.discord.com, "Markdown Text 101", "escape").
    """
    return _LINE_START.sub(_escape_line_start, _INLINE.sub(r"\\\1", text))


def _escape_line_start(match: re.Match[str]) -> str:
    line, blank, sign = match.groups()
    return f"{line}{blank}{sign}\\" if sign.isdigit() else f"{line}{blank}\\{sign}"


def one_line(text: str) -> str:
    """Return what somebody wrote in one line, safe to show."""
    return escape(" ".join(text.splitlines()))


def shorten(text: str, limit: int) -> str:
    """Return what somebody wrote in one line, without further blanks and cut; not yet safe to stand in markdown."""
    return truncate(" ".join(text.split()), limit)


def quote(text: str, limit: int) -> str:
    """Return what somebody wrote, cut and then made safe, to stand in a sentence."""
    return escape(truncate(text, limit))


def truncate(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, ending in an ellipsis if something is missing."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip("\\") + "…"
