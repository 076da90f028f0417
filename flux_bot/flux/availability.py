"""Track from the image API's last answers whether it accepts submissions. No I/O and no clock.

``now`` is in seconds of a clock that is never set, such as ``time.perf_counter``.
"""

import logging
import secrets

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.flux.protocol import OPERATOR_CODES

log = logging.getLogger(__name__)

PROBE_SECONDS = 60.0
"""How often a test request is allowed while only the operator can fix the API's refusals."""
SHORTEST_PAUSE_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 300.0
"""The limit for a Retry-After header."""
UNEXPECTED_USERS = 3
"""How many users in a row must get answers that are not the API's own until nobody's requests are accepted: a firewall
may refuse some prompts, but a wrong address refuses them all."""

_random = secrets.SystemRandom()


class Availability:
    """The state of the image API as this process knows it; it is not saved across restarts."""

    def __init__(self) -> None:
        self._paused_until: float | None = None
        self._busy_in_a_row = 0
        self._closed_until: float | None = None
        self._refusal: ApiRefused | None = None
        self._unexpected_users: set[int] = set()

    def admits(self, *, now: float) -> bool:
        """Return whether to accept a new request. While closed, one per ``PROBE_SECONDS`` is accepted as a test."""
        return self._closed_until is None or now >= self._closed_until

    @property
    def refusal(self) -> ApiRefused | None:
        """Return why no requests are accepted; None if they are accepted."""
        return self._refusal if self._closed_until is not None else None

    def note_accepted(self, *, now: float) -> None:
        """Block other requests if this request is a test."""
        if self._closed_until is not None:
            self._closed_until = now + PROBE_SECONDS

    def pause_seconds(self, *, now: float) -> float:
        """Return the remaining pause in seconds; 0 if there is none."""
        return max(0.0, self._paused_until - now) if self._paused_until is not None else 0.0

    def is_paused(self, *, now: float) -> bool:
        """Return whether submissions are paused."""
        return self.pause_seconds(now=now) > 0

    def pause(self, busy: ApiBusy, *, now: float) -> None:
        """Pause submissions. Submissions that fail at the same time start only one pause."""
        if self.is_paused(now=now):
            return
        self._busy_in_a_row += 1
        backoff = backoff_seconds(self._busy_in_a_row, at_most=LONGEST_BACKOFF_SECONDS) + _random.uniform(0, 1)
        wanted = backoff if busy.retry_after is None else busy.retry_after
        seconds = min(LONGEST_PAUSE_SECONDS, max(SHORTEST_PAUSE_SECONDS, wanted))
        self._paused_until = now + seconds
        log.warning("The image API is busy (%s); submissions resume in %.1f s", busy, seconds)

    def note_refusal(self, refused: ApiRefused, user_id: int, *, now: float) -> None:
        """Stop accepting requests if only the operator can fix the cause, and log the cause.

        An answer that is not the API's own counts as a refusal of that request, until several users get one in a row.
        """
        if not refused.is_from_api:
            self._note_unexpected_answer(refused, user_id, now=now)
            return
        if len(self._unexpected_users) >= UNEXPECTED_USERS:  # now the API itself answers
            self._closed_until = None
        self._unexpected_users.clear()
        if refused.failure.code in OPERATOR_CODES:
            log.error("The image API refuses us: %s, trace_id %s", refused, refused.trace_id)
            self._close(refused, now=now)
        else:
            log.info("The image API refused a request: %s, trace_id %s", refused, refused.trace_id)

    def _note_unexpected_answer(self, refused: ApiRefused, user_id: int, *, now: float) -> None:
        if len(self._unexpected_users) < UNEXPECTED_USERS:
            self._unexpected_users.add(user_id)
        if len(self._unexpected_users) >= UNEXPECTED_USERS:
            log.error("The image API refuses us: %s, without the API's JSON; check FLUX_API_URL", refused)
            self._close(refused, now=now)
        else:
            log.warning("A request was refused without the API's JSON (%s), perhaps by a firewall", refused)

    def _close(self, refused: ApiRefused, *, now: float) -> None:
        self._refusal, self._closed_until = refused, now + PROBE_SECONDS

    def reset(self) -> None:
        """Forget all refusals and end the pause, because their cause is known to have ended."""
        self.note_success()
        self._paused_until = None

    def note_success(self) -> None:
        """Accept requests again. A pause continues because other submissions were refused meanwhile."""
        self._busy_in_a_row = 0
        self._closed_until = None
        self._unexpected_users.clear()
