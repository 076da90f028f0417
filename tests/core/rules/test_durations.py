"""Durations as moderators type them."""

from datetime import timedelta

from flux_bot.core.rules.durations import parse_duration, suggested_durations


def test_parsing() -> None:
    """A duration is a number and a unit; nothing else is accepted."""
    for typed, length in (
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        (" 3 D ", timedelta(days=3)),
        ("\uff12\uff57", timedelta(weeks=2)),
        ("3650d", timedelta(days=3650)),
    ):
        duration = parse_duration(typed)
        assert duration is not None, typed
        assert duration.length == length, typed
        again = parse_duration(str(duration))
        assert again == duration, typed
    for typed in (
        "",
        "0h",
        "-1h",
        "1",
        "h",
        "1y",
        "1.5h",
        "1h30m",
        "3651d",
        "9999999w",
        "99999999h",
        "\u0661h",
        "1h\nx",
    ):
        assert parse_duration(typed) is None, typed


def test_suggestions() -> None:
    """The suggestions are what was typed, a typed number with each unit, or the usual durations."""
    usual = ["1h", "6h", "1d", "3d", "1w", "2w", "4w"]
    for typed, suggested in (
        ("", usual),
        ("soon", usual),
        ("5", ["5m", "5h", "5d", "5w"]),
        ("4000", ["4000m", "4000h"]),
        (" 36H", ["36h"]),
        ("0", usual),
    ):
        assert [str(one) for one in suggested_durations(typed)] == suggested, typed
