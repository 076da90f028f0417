"""Whether the image API takes submissions now, as far as its last answers tell. No I/O, no clock of its own."""

import logging
import secrets
from datetime import datetime, timedelta

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.flux.protocol import OPERATOR_CODES

log = logging.getLogger(__name__)

PROBE_AFTER = timedelta(seconds=60)
"""While only the operator can help, one request in this time is let through to see whether they have."""

SHORTEST_PAUSE_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 300.0
"""However long a Retry-After asks for."""

_random = secrets.SystemRandom()


class Availability:
    """Remembers in this process alone: after a restart one request finds out anew."""

    def __init__(self) -> None:
        """Start by trusting the API."""
        self._paused_until: datetime | None = None
        self._busy_in_a_row = 0
        self._closed_until: datetime | None = None

    def admits(self, *, now: datetime) -> bool:
        """Tell whether a new request is worth accepting; one a minute is, to see whether the API is back."""
        if self._closed_until is None:
            return True
        if now < self._closed_until:
            return False
        self._closed_until = now + PROBE_AFTER
        return True

    def pause_seconds(self, *, now: datetime) -> float:
        """Return how long to submit nothing, 0 for not at all."""
        return max(0.0, (self._paused_until - now).total_seconds()) if self._paused_until else 0.0

    def is_paused(self, *, now: datetime) -> bool:
        """Tell whether nothing is submitted at the moment."""
        return self.pause_seconds(now=now) > 0

    def pause(self, busy: ApiBusy, *, now: datetime) -> None:
        """Submit nothing for a while; one pause for all submissions that meet a busy API at the same time."""
        if self.is_paused(now=now):
            return
        self._busy_in_a_row += 1
        backoff = backoff_seconds(self._busy_in_a_row, at_most=LONGEST_BACKOFF_SECONDS) + _random.uniform(0, 1)
        asked = backoff if busy.retry_after is None else busy.retry_after
        seconds = min(LONGEST_PAUSE_SECONDS, max(SHORTEST_PAUSE_SECONDS, asked))
        self._paused_until = now + timedelta(seconds=seconds)
        log.warning("The image API is busy (%s); next submission in %.1f s", busy, seconds)

    def note_refusal(self, refused: ApiRefused, *, now: datetime) -> None:
        """Stop admitting requests if only the operator can mend what was refused; they read why in the log."""
        code, message = refused.failure.code, refused.failure.message
        if code not in OPERATOR_CODES:
            log.info("Refused by the image API: %s, trace_id %s", code, refused.trace_id)
            return
        log.error("The image API refuses us: %s (%s), trace_id %s", code, message, refused.trace_id)
        self._closed_until = now + PROBE_AFTER

    def note_success(self) -> None:
        """Trust the API again: it took a submission. A pause goes on: others were refused at the same time."""
        self._busy_in_a_row = 0
        self._closed_until = None
