"""Availability of the image API: pauses while it is busy, and refusals while only the operator can help."""

import logging

import pytest

from flux_bot.core.errors import ApiBusy, ApiRefused, ModelRejected, SizeRejected
from flux_bot.core.jobs import Failure
from flux_bot.flux.availability import (
    LONGEST_BACKOFF_SECONDS,
    LONGEST_PAUSE_SECONDS,
    PROBE_SECONDS,
    UNEXPECTED_USERS,
    Availability,
)
from flux_bot.flux.protocol import OPERATOR_CODES

NOW = 0.0
INSTANT = 0.001


def busy(retry_after: float | None = None) -> ApiBusy:
    """Return the error of a busy API."""
    return ApiBusy(Failure("too_many_requests", "Slow down."), retry_after=retry_after)


def refused(code: str) -> ApiRefused:
    """Return a refusal."""
    return ApiRefused(Failure(code, "why"), trace_id="trace-1")


def test_retry_after_sets_the_pause() -> None:
    """The pause is as long as the API says, but at least a second and at most five minutes."""
    for retry_after, seconds in ((0, 1), (0.9, 1), (7.5, 7.5), (300, 300), (301, LONGEST_PAUSE_SECONDS)):
        availability = Availability()
        assert availability.pause_seconds(now=NOW) == 0, retry_after
        availability.pause(busy(retry_after), now=NOW)
        assert availability.pause_seconds(now=NOW) == seconds, retry_after
        assert availability.is_paused(now=NOW + seconds - INSTANT), retry_after
        assert not availability.is_paused(now=NOW + seconds), retry_after
        assert availability.pause_seconds(now=NOW + 86_400) == 0, retry_after
        assert availability.admits(now=NOW), "requests are queued during a pause"


def test_pauses_grow() -> None:
    """Without Retry-After, each pause is about twice the previous one, up to a minute; a success resets it."""
    availability, now = Availability(), NOW
    for expected in (1, 2, 4, 8, 16, 32, *[LONGEST_BACKOFF_SECONDS] * 20):
        availability.pause(busy(), now=now)
        seconds = availability.pause_seconds(now=now)
        assert expected <= seconds <= expected + 1
        now += seconds
    availability.pause(busy(), now=now)
    availability.note_success()
    assert availability.pause_seconds(now=now) > 2, "others were refused meanwhile"
    now += 120
    availability.pause(busy(), now=now)
    assert 0 < availability.pause_seconds(now=now) <= 2


def test_one_pause_for_parallel_submissions() -> None:
    """Submissions that find the API busy at the same time cause one pause, and not a longer one."""
    availability = Availability()
    availability.pause(busy(3), now=NOW)
    for seconds in range(3):
        availability.pause(busy(60), now=NOW + seconds)
    assert availability.pause_seconds(now=NOW) == 3
    availability.pause(busy(), now=NOW + 3)
    assert availability.pause_seconds(now=NOW + 3) <= 3


def test_operator_problems_block_requests() -> None:
    """After a refusal that only the operator can fix, one request a minute is let through, until one succeeds."""
    for code in OPERATOR_CODES:
        availability = Availability()
        assert availability.admits(now=NOW), code
        availability.note_refusal(refused(code), 1, now=NOW)
        for probe in (NOW + PROBE_SECONDS, NOW + 2 * PROBE_SECONDS, NOW + 3 * PROBE_SECONDS):
            assert [availability.admits(now=at) for at in (probe - INSTANT, probe, probe)] == [False, True, True], code
            availability.note_accepted(now=probe)
            assert not availability.admits(now=probe), code
        assert not availability.is_paused(now=NOW), code
        later = NOW + 3 * PROBE_SECONDS + 5
        availability.note_refusal(refused(code), 1, now=later)
        assert not availability.admits(now=later + PROBE_SECONDS - INSTANT), "the next refusal restarts the minute"
        availability.note_success()
        assert all(availability.admits(now=later) for _ in range(2))


def test_why_requests_are_blocked() -> None:
    """The refusal is known while requests are blocked; a success or a reset unblocks them, and a reset ends a pause."""
    availability = Availability()

    def reason() -> ApiRefused | None:
        return availability.refusal

    availability.note_refusal(refused("forbidden"), 1, now=NOW)
    assert reason() is None
    used_up = refused("used_up")
    for end in (availability.note_success, availability.reset):
        availability.note_refusal(used_up, 1, now=NOW)
        assert reason() is used_up, end
        end()
        assert reason() is None, end
        assert availability.admits(now=NOW), end
    availability.pause(busy(60), now=NOW)
    availability.note_success()
    assert availability.pause_seconds(now=NOW) > 0
    availability.reset()
    assert availability.pause_seconds(now=NOW) == 0


def test_user_errors_block_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A refused prompt or request does not affect others; only the operator's problems are logged as errors."""
    availability = Availability()
    with caplog.at_level(logging.INFO, "flux_bot"):
        for code in ("bad_request", "odd"):
            availability.note_refusal(refused(code), 1, now=NOW)
            assert availability.admits(now=NOW), code
        availability.note_refusal(refused("used_up"), 1, now=NOW)
        availability.pause(busy(3), now=NOW)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "ERROR", "WARNING"]
    assert all("trace-1" in message for message in caplog.messages[:2])
    assert caplog.messages[2:] == [
        "The image API refuses us: used_up, trace_id trace-1",
        "The image API is busy (too_many_requests); submissions resume in 3.0 s",
    ]


def test_unexpected_answers_in_a_row() -> None:
    """Answers that are not the API's own block requests only after several users in a row have got one."""

    def note(user_id: int) -> bool:
        unexpected = ApiRefused(Failure("bad_request"), "HTTP 403", is_from_api=False)
        availability.note_refusal(unexpected, user_id, now=NOW)
        return availability.admits(now=NOW)

    availability = Availability()
    assert all(note(user_id) for user_id in [*range(UNEXPECTED_USERS - 1)] * 5)
    availability.note_success()
    assert all(note(user_id) for user_id in range(UNEXPECTED_USERS - 1))
    availability.note_refusal(refused("forbidden"), 1, now=NOW)
    assert [note(user_id) for user_id in range(UNEXPECTED_USERS)] == [True] * (UNEXPECTED_USERS - 1) + [False]
    assert availability.admits(now=NOW + PROBE_SECONDS)
    failure = Failure("bad_request", "why")
    for answer in (refused("forbidden"), SizeRejected(failure), ModelRejected(failure)):
        for user_id in range(UNEXPECTED_USERS):
            note(user_id)
        assert not note(1), "one more keeps it closed"
        availability.note_refusal(answer, 1, now=NOW)
        assert availability.admits(now=NOW), "the API itself answers again"
