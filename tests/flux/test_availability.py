"""Whether the image API takes submissions now: pauses while it is busy, a closed door while only the operator helps."""

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
    """Return what a busy API says."""
    return ApiBusy(Failure("too_many_requests", "Slow down."), retry_after=retry_after)


def refused(code: str) -> ApiRefused:
    """Return a refusal."""
    return ApiRefused(Failure(code, "why"), trace_id="trace-1")


@pytest.fixture
def availability() -> Availability:
    """What is known after a start."""
    return Availability()


def test_the_api_is_trusted_at_start(availability: Availability) -> None:
    """Nothing is held back before there was trouble."""
    assert availability.admits(now=NOW)
    assert availability.pause_seconds(now=NOW) == 0


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [(1, 1), (7.5, 7.5), (300, 300), (301, LONGEST_PAUSE_SECONDS), (10**9, LONGEST_PAUSE_SECONDS)],
)
def test_retry_after_is_obeyed(availability: Availability, retry_after: float, pause: float) -> None:
    """The API's own word on when to come back is kept, within reason."""
    availability.pause(busy(retry_after), now=NOW)
    assert availability.pause_seconds(now=NOW) == pause
    assert availability.pause_seconds(now=NOW + timedelta(seconds=pause) - INSTANT) > 0
    assert availability.pause_seconds(now=NOW + timedelta(seconds=pause)) == 0
    assert availability.pause_seconds(now=NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("retry_after", [0, 0.001])
def test_an_api_that_names_no_real_pause(availability: Availability, retry_after: float) -> None:
    """A Retry-After of nothing, or of a time gone by, does not make submissions a hail."""
    availability.pause(busy(retry_after), now=NOW)
    assert availability.pause_seconds(now=NOW) >= 0.5


def test_pauses_grow(availability: Availability) -> None:
    """Without a word from the API each pause is about twice the one before, up to a minute."""
    now = NOW
    for expected in (1, 2, 4, 8, 16, 32, *[LONGEST_BACKOFF_SECONDS] * 20):
        availability.pause(busy(), now=now)
        seconds = availability.pause_seconds(now=now)
        assert expected <= seconds <= expected + 1
        now += timedelta(seconds=seconds)


def test_one_pause_for_many(availability: Availability) -> None:
    """Submissions that meet a busy API at the same time make one pause, and not a longer one."""
    for _ in range(10):
        availability.pause(busy(3), now=NOW)
        availability.pause(busy(60), now=NOW + timedelta(seconds=1))
    assert availability.pause_seconds(now=NOW) == 3
    availability.pause(busy(), now=NOW + timedelta(seconds=3))
    assert availability.pause_seconds(now=NOW + timedelta(seconds=3)) <= 3


def test_pauses_do_not_close_the_door(availability: Availability) -> None:
    """While the API is busy, requests are accepted: they wait."""
    availability.pause(busy(60), now=NOW)
    assert availability.admits(now=NOW)


def test_success_makes_the_next_pause_short_again(availability: Availability) -> None:
    """A submission that was taken shortens the next pause, not one under way: others were refused meanwhile."""
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
def test_the_operators_matter_closes_the_door(availability: Availability, code: str) -> None:
    """After a refusal that only the operator can mend, one request a minute is let in to see."""
    availability.note_refusal(refused(code), now=NOW)
    for probe in (NOW + PROBE_AFTER, NOW + 2 * PROBE_AFTER, NOW + 3 * PROBE_AFTER):
        assert not availability.admits(now=probe - INSTANT)
        assert availability.admits(now=probe)
        assert not availability.admits(now=probe)
    assert availability.pause_seconds(now=NOW) == 0


def test_a_probe_that_fails(availability: Availability) -> None:
    """Each further refusal closes the door anew."""
    availability.note_refusal(refused("used_up"), now=NOW)
    assert availability.admits(now=NOW + PROBE_AFTER)
    later = NOW + PROBE_AFTER + timedelta(seconds=5)
    availability.note_refusal(refused("used_up"), now=later)
    assert not availability.admits(now=later + PROBE_AFTER - INSTANT)
    assert availability.admits(now=later + PROBE_AFTER)


def test_success_opens_the_door(availability: Availability) -> None:
    """Once a submission is taken, everybody is let in."""
    availability.note_refusal(refused("disabled"), now=NOW)
    availability.note_success()
    assert all(availability.admits(now=NOW) for _ in range(10))


@pytest.mark.parametrize("code", ["bad_request", "forbidden", "api_error", "timeout", "odd", ""])
def test_a_users_matter_closes_nothing(availability: Availability, caplog: pytest.LogCaptureFixture, code: str) -> None:
    """A refused prompt or request says nothing about the next, and is no error of ours."""
    with caplog.at_level(logging.INFO, "flux_bot"):
        availability.note_refusal(refused(code), now=NOW)
    assert availability.admits(now=NOW)
    assert [record.levelno for record in caplog.records] == [logging.INFO]
    assert "trace-1" in caplog.text


def test_the_operator_reads_why(availability: Availability, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the code, the API's message and its trace_id, at ERROR; a pause is a warning."""
    availability.note_refusal(refused("used_up"), now=NOW)
    availability.pause(busy(3), now=NOW)
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert caplog.messages[0] == "The image API refuses us: used_up (why), trace_id trace-1"
    assert caplog.messages[1] == "The image API is busy (too_many_requests: Slow down.); submissions resume in 3.0 s"
