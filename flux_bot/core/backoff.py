"""Calculation of the time to wait before the next attempt."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def backoff_seconds(failures: int, *, at_most: float) -> float:
    """Return 1, 2, 4, 8, ... seconds for the first, second, third, fourth consecutive failure."""
    return min(at_most, 2.0 ** min(max(0, failures - 1), 30))


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return a Retry-After header of either form in seconds, or None if it is missing or invalid (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 7:
        return float(value)
    at = parse_http_date(value)
    if at is None:
        return None
    now = parse_http_date(headers.get("Date", "")) or datetime.now(UTC)  # by the server's own clock, if possible
    return max(0.0, (at - now).total_seconds())


def parse_http_date(value: str) -> datetime | None:
    """Return the time in a header such as Date, or None if it is invalid (RFC 9110, 5.6.7)."""
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, OverflowError, IndexError, TypeError):  # raised by email.utils for unusual dates
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
