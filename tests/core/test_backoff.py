"""Backoff doubles with each failure, up to a limit."""

from flux_bot.core.backoff import backoff_seconds, retry_after_seconds


def test_backoff_doubles_up_to_a_limit() -> None:
    """The backoff starts at one second, and no number of failures exceeds the limit."""
    assert [backoff_seconds(failures, at_most=10) for failures in range(7)] == [1, 1, 2, 4, 8, 10, 10]
    assert backoff_seconds(10**6, at_most=300) == 300


def test_retry_after() -> None:
    """The header is a number of seconds or a date; anything else counts as missing."""
    numbers = {"0": 0, " 120 ": 120, "999999": 999_999}
    dates = dict.fromkeys(("Wed, 21 Oct 2015 07:28:00 GMT", "21 Oct 2015 07:28"), 0)
    for value, expected in {**numbers, **dates}.items():
        assert retry_after_seconds({"Retry-After": value}) == expected, value
    odd_dates = (  # an error of each type that email.utils raises
        "Mon, 01 Jan 2026 00:00:00 +99999999",
        "Mon, 99999999999 Jan 2026 00:00:00 GMT",
        "99999999999999 Jan 2026 00:00 99999999999999 EST 2026",
        "9999999999999999999999999999 Jan Mon, 00:00 01 -",
    )
    for value in ("soon", "-5", "1.5", "9999999", "²", "", *odd_dates):
        assert retry_after_seconds({"Retry-After": value}) is None, value
    assert retry_after_seconds({}) is None
    assert (retry_after_seconds({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}) or 0) > 1e8
