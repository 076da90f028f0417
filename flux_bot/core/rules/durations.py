"""Durations of blocks, as moderators type them: 30m, 12h, 3d or 2w."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

_UNITS = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
_LONGEST = timedelta(days=3650)
_SUGGESTED = ("1h", "6h", "1d", "3d", "1w", "2w", "4w")


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of minutes, hours, days or weeks."""

    number: int
    unit: str
    """``minute``, ``hour``, ``day`` or ``week``."""

    @property
    def length(self) -> timedelta:
        """Return the duration as a timedelta."""
        return timedelta(**{f"{self.unit}s": self.number})

    def __str__(self) -> str:
        """Return the duration as moderators type it."""
        return f"{self.number}{self.unit[0]}"


def parse_duration(typed: str) -> Duration | None:
    """Parse a duration as it was typed; return None if it is invalid or longer than ten years."""
    match = re.fullmatch(r"([1-9][0-9]{0,6})\s*([mhdw])", unicodedata.normalize("NFKC", typed).strip().lower())
    duration = Duration(int(match[1]), _UNITS[match[2]]) if match else None
    return duration if duration and duration.length <= _LONGEST else None


def suggested_durations(typed: str) -> list[Duration]:
    """Return the durations to suggest: the typed one, the typed number with each unit, or some common durations."""
    number = unicodedata.normalize("NFKC", typed).strip()
    completed = (typed,) if parse_duration(typed) else [f"{number}{unit}" for unit in _UNITS] if number else _SUGGESTED
    found = [duration for text in completed if (duration := parse_duration(text))]
    return found or [duration for text in _SUGGESTED if (duration := parse_duration(text))]
