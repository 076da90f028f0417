"""Availability of the image API: pauses while it is busy, and refusals while only the operator can help."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.core.jobs import Failure
from flux_bot.flux.availability import LONGEST_BACKOFF_SECONDS, LONGEST_PAUSE_SECONDS, PROBE_AFTER, Availability
from flux_bot.flux.protocol import OPERATOR_CODES

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def busy(retry_after: float | None = None) -> ApiBusy:
    """Return the error of a busy API."""
    return ApiBusy(Failure("too_many_requests", "Slow down."), retry_after=retry_after)


def refused(code: str) -> ApiRefused:
    """Return a refusal."""
    return ApiRefused(Failure(code, "why"), trace_id="trace-1")


@pytest.fixture
def availability() -> Availability:
    """The state after a start."""
    return Availability()


def test_available_at_start(availability: Availability) -> None:
    """At the start submissions and requests are accepted."""
    assert availability.admits(now=NOW)
    assert availability.pause_seconds(now=NOW) == 0


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [(1, 1), (7.5, 7.5), (300, 300), (301, LONGEST_PAUSE_SECONDS), (10**9, LONGEST_PAUSE_SECONDS)],
)
def test_retry_after_is_obeyed(availability: Availability, retry_after: float, pause: float) -> None:
    """Retry-After sets the pause, within limits."""
    availability.pause(busy(retry_after), now=NOW)
    assert availability.pause_seconds(now=NOW) == pause
    assert availability.pause_seconds(now=NOW + timedelta(seconds=pause) - INSTANT) > 0
    assert availability.pause_seconds(now=NOW + timedelta(seconds=pause)) == 0
    assert availability.pause_seconds(now=NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("retry_after", [0, 0.001])
def test_retry_after_has_a_minimum(availability: Availability, retry_after: float) -> None:
    """A Retry-After of zero or in the past still causes a pause."""
    availability.pause(busy(retry_after), now=NOW)
    assert availability.pause_seconds(now=NOW) >= 0.5


def test_pauses_grow(availability: Availability) -> None:
    """Without Retry-After each pause is about twice the previous one, up to a minute."""
    now = NOW
    for expected in (1, 2, 4, 8, 16, 32, *[LONGEST_BACKOFF_SECONDS] * 20):
        availability.pause(busy(), now=now)
        seconds = availability.pause_seconds(now=now)
        assert expected <= seconds <= expected + 1
        now += timedelta(seconds=seconds)


def test_one_pause_for_parallel_submissions(availability: Availability) -> None:
    """Submissions that find the API busy at the same time cause one pause, and not a longer one."""
    for _ in range(10):
        availability.pause(busy(3), now=NOW)
        availability.pause(busy(60), now=NOW + timedelta(seconds=1))
    assert availability.pause_seconds(now=NOW) == 3
    availability.pause(busy(), now=NOW + timedelta(seconds=3))
    assert availability.pause_seconds(now=NOW + timedelta(seconds=3)) <= 3


def test_requests_are_accepted_during_a_pause(availability: Availability) -> None:
    """While the API is busy, requests are accepted and queued."""
    availability.pause(busy(60), now=NOW)
    assert availability.admits(now=NOW)


def test_success_resets_the_next_pause(availability: Availability) -> None:
    """A successful submission shortens the next pause but not the current one, as others were refused meanwhile."""
    for number in range(5):
        availability.pause(busy(), now=NOW + timedelta(minutes=2 * number))
    last = NOW + timedelta(minutes=8)
    availability.note_success()
    assert availability.pause_seconds(now=last) > 2
    later = last + timedelta(minutes=2)
    assert not availability.is_paused(now=later)
    availability.pause(busy(), now=later)
    assert availability.pause_seconds(now=later) <= 2


@pytest.mark.parametrize("code", sorted(OPERATOR_CODES))
def test_operator_problems_block_requests(availability: Availability, code: str) -> None:
    """After a refusal that only the operator can fix, one request per minute is accepted as a probe."""
    availability.note_refusal(refused(code), now=NOW)
    for probe in (NOW + PROBE_AFTER, NOW + 2 * PROBE_AFTER, NOW + 3 * PROBE_AFTER):
        assert not availability.admits(now=probe - INSTANT)
        assert availability.admits(now=probe)
        assert not availability.admits(now=probe)
    assert availability.pause_seconds(now=NOW) == 0


def test_a_probe_that_fails(availability: Availability) -> None:
    """Each further refusal blocks requests again."""
    availability.note_refusal(refused("used_up"), now=NOW)
    assert availability.admits(now=NOW + PROBE_AFTER)
    later = NOW + PROBE_AFTER + timedelta(seconds=5)
    availability.note_refusal(refused("used_up"), now=later)
    assert not availability.admits(now=later + PROBE_AFTER - INSTANT)
    assert availability.admits(now=later + PROBE_AFTER)


def test_success_unblocks_requests(availability: Availability) -> None:
    """After a successful submission all requests are accepted."""
    availability.note_refusal(refused("disabled"), now=NOW)
    availability.note_success()
    assert all(availability.admits(now=NOW) for _ in range(10))


@pytest.mark.parametrize("code", ["bad_request", "forbidden", "api_error", "timeout", "odd", ""])
def test_user_errors_block_nothing(availability: Availability, caplog: pytest.LogCaptureFixture, code: str) -> None:
    """A refused prompt or request affects no other request and is not logged as an error."""
    with caplog.at_level(logging.INFO, "flux_bot"):
        availability.note_refusal(refused(code), now=NOW)
    assert availability.admits(now=NOW)
    assert [record.levelno for record in caplog.records] == [logging.INFO]
    assert "trace-1" in caplog.text


def test_problems_are_logged(availability: Availability, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the API's code, message and trace_id, as an error; a pause is a warning."""
    availability.note_refusal(refused("used_up"), now=NOW)
    availability.pause(busy(3), now=NOW)
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert caplog.messages[0] == "The image API refuses us: used_up (why), trace_id trace-1"
    assert caplog.messages[1] == "The image API is busy (too_many_requests: Slow down.); submissions resume in 3.0 s"
