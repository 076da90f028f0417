"""Escaping and truncation of texts from users and other systems, and texts that are not translated yet."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, Union

from flux_bot.core.costs import Money

Argument: TypeAlias = Union[str, int, Decimal, Money, "TranslatableText", tuple["Argument", ...]]
"""The value of a message's variable. Text typed by a user must be escaped."""


@dataclass(frozen=True, slots=True)
class TranslatableText:
    """A text whose language is not known yet."""

    message_id: str
    """The id of the message in ``locales``."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)


_INLINE = re.compile(r"([\\*_~|`<>@\[\]():])")
_LINE_START = re.compile(r"(^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])(\s*)([-+#]|\d+(?=[.)]))")


def escape(text: str) -> str:
    """Escape a text so that Discord shows it exactly as typed: no markdown, mentions, emoji or links.

    Discord allows a backslash before any ASCII punctuation (support.discord.com, "Markdown Text 101", "escape").
    """
    return _LINE_START.sub(_escape_line_start, _INLINE.sub(r"\\\1", text))


def _escape_line_start(match: re.Match[str]) -> str:
    line, blank, sign = match.groups()
    return f"{line}{blank}{sign}\\" if sign.isdigit() else f"{line}{blank}\\{sign}"


def one_line(text: str) -> str:
    """Return what a user typed on one line, escaped."""
    return escape(" ".join(text.splitlines()))


def shorten(text: str, limit: int) -> str:
    """Return what a user typed on one line, truncated and without extra spaces, but not escaped."""
    return truncate(" ".join(text.split()), limit)


def quote(text: str, limit: int) -> str:
    """Return what a user typed, truncated and then escaped."""
    return escape(truncate(text, limit))


_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})
_ISOLATES = re.compile("[\u2066-\u2069]")


def isolate(text: str) -> str:
    """Isolate right-to-left text so that it does not reorder the text around it.

    See https://unicode.org/reports/tr9, "explicit directional isolates". Isolates in the text itself are removed, as
    they might end the isolation. A text without right-to-left characters is returned unchanged.
    """
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return text
    return f"\u2068{_ISOLATES.sub('', text)}\u2069"


_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[a-z!/?][^<>]*>", re.IGNORECASE | re.DOTALL)
_LONGEST_PAGE = 4000
"""Maximum number of characters of another system's text to process; what matters is at the beginning."""


def plain_line(text: object, limit: int = 200) -> str:
    """Return another system's message as one short line without markup, for logging or printing."""
    words = _MARKUP.sub(" ", str(text)[:_LONGEST_PAGE])
    printable = "".join(character if character.isprintable() else " " for character in words)
    return shorten(printable, limit)


def truncate(text: str, limit: int) -> str:
    """Truncate a text to at most ``limit`` characters, ending with an ellipsis if anything was removed."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip("\\") + "…"


def timestamp(at: datetime) -> str:
    """Return a Discord timestamp that updates itself, e.g. "2 minutes ago"."""
    return f"<t:{int(at.timestamp())}:R>"
