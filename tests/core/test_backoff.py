"""Backoff doubles with each failure, up to a limit."""

from flux_bot.core.backoff import backoff_seconds


def test_backoff_doubles_up_to_a_limit() -> None:
    """It starts at one second, and no number of failures exceeds the limit."""
    assert [backoff_seconds(failures, at_most=10) for failures in range(7)] == [1, 1, 2, 4, 8, 10, 10]
    assert backoff_seconds(10**6, at_most=300) == 300
