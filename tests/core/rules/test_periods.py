"""Days and months begin at midnight in the operator's time zone, even when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flux_bot.core.rules.periods import Period, day_of, month_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_utc(period: Period) -> tuple[datetime, datetime]:
    """Return the start and end in UTC."""
    return period.start.astimezone(UTC), period.end.astimezone(UTC)


def test_days() -> None:
    """A day has 24 hours, or 23 or 25 when the clocks change; its end belongs to the next day."""
    for zone, start, end in (
        ("UTC", "2026-02-28T00:00", "2026-03-01T00:00"),
        ("Asia/Tokyo", "2026-02-27T15:00", "2026-02-28T15:00"),
        ("Asia/Kathmandu", "2026-02-27T18:15", "2026-02-28T18:15"),
        ("Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00"),
        ("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("Atlantic/Azores", "2026-10-25T00:00", "2026-10-26T01:00"),  # the hour after midnight comes twice
    ):
        day = (at(start), at(end))
        for time in (at(start), at(start) + timedelta(minutes=90), at(end) - timedelta(microseconds=1)):
            assert in_utc(day_of(time, ZoneInfo(zone))) == day, (zone, time)
        assert in_utc(day_of(at(end), ZoneInfo(zone)))[0] == at(end), zone


def test_months() -> None:
    """A month ends with its last day, whatever its length, and with the year."""
    for start, end in (
        ("2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-03-31T22:00", "2026-04-30T22:00"),
        ("2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-11-30T23:00", "2026-12-31T23:00"),
        ("2028-01-31T23:00", "2028-02-29T23:00"),
    ):
        for time in (at(start), at(end) - timedelta(microseconds=1)):
            assert in_utc(month_of(time, BERLIN)) == (at(start), at(end)), time
