"""The days and months that limits apply to, in the operator's time zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time: from ``start`` until just before ``end``."""

    start: datetime
    end: datetime


def day_of(at: datetime, zone: ZoneInfo) -> Period:
    """Return the calendar day of a time; a day when the clocks change has 23 or 25 hours."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return Period(midnight, midnight + timedelta(days=1))  # in local time, so the next midnight


def last_days(at: datetime, zone: ZoneInfo, count: int) -> list[Period]:
    """Return the given number of calendar days, oldest first; the last one is the day of ``at``."""
    midnight = day_of(at, zone).start
    return [day_of(midnight - timedelta(days=ago), zone) for ago in reversed(range(count))]


def month_of(at: datetime, zone: ZoneInfo) -> Period:
    """Return the calendar month of a time."""
    first = day_of(at, zone).start.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))
