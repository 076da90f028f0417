"""The loop that slowly deletes the messages of users who have erased their data, and reports to them at the end."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import DeliveryFailed, RateLimited
from flux_bot.store.users.message_erasure import ClaimedErasure, MessageToErase, Outcome, Report
from flux_bot.workflow.loops import Parts, guard, seconds_until, wait, wait_for_work

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
"""Pause between two messages, in seconds. Discord may demand longer pauses, for example for old messages."""
YIELDS_SECONDS = 10.0
"""Maximum time that a message waits for deliveries in progress, which come first, in seconds."""
YIELD_PAUSE_SECONDS = 0.25
LEASE = timedelta(minutes=1)
"""Time that one message may take before another process also tries it."""
ATTEMPTS = 20
"""Maximum number of attempts, in about three hours; after that, a message counts as refused or a report is dropped."""
LONGEST_BACKOFF_SECONDS = 900.0


class MessageEraser(Protocol):
    """Deletes messages and sends reports; see ``ui/delivery/message_eraser.py``."""

    async def delete(self, channel_id: int, message_id: int) -> Outcome:
        """Delete a message of the bot. Raises DeliveryFailed if it should be tried again."""

    async def report(self, report: Report) -> bool:
        """Report to a user how many messages were deleted; return False if it can't. Raises DeliveryFailed."""


class MessageErasures:
    """Deletes the messages one at a time."""

    def __init__(self, parts: Parts, is_delivering: Callable[[], bool]) -> None:
        """Take the parts, and a function that returns whether deliveries are in progress."""
        self._messages = parts.store.users.messages
        self._signals = parts.signals
        self._now = parts.now
        self._is_delivering = is_delivering

    async def run(self, eraser: MessageEraser) -> None:
        """Delete messages until stopped."""
        while not self._signals.stopping.is_set():
            claimed = await guard(self._messages.claim(now=self._now(), lease=LEASE)) or ClaimedErasure(None, None)
            if claimed.work is None:
                await wait_for_work(self._signals.erase, seconds_until(claimed.next_at, now=self._now()))
                continue
            await self._yield_to_deliveries()
            await guard(self._do(claimed.work, eraser))
            await wait(self._signals.stopping, PAUSE_SECONDS)

    async def _yield_to_deliveries(self) -> None:
        waited = 0.0
        while self._is_delivering() and waited < YIELDS_SECONDS and not self._signals.stopping.is_set():
            await wait(self._signals.stopping, YIELD_PAUSE_SECONDS)
            waited += YIELD_PAUSE_SECONDS

    async def _do(self, work: MessageToErase | Report, eraser: MessageEraser) -> None:
        try:
            if isinstance(work, MessageToErase):
                outcome = await eraser.delete(work.channel_id, work.message_id)
                await self._messages.note(work, outcome, now=self._now())
            else:
                await self._report(work, eraser)
        except RateLimited as limited:
            await self._messages.postpone(work.user_id, self._in_seconds(limited.retry_after))
        except DeliveryFailed as error:
            log.info("Can't delete a message of, or send a report to, a user who has erased their data: %s", error)
            if work.attempts + 1 < ATTEMPTS:
                seconds = backoff_seconds(work.attempts + 1, at_most=LONGEST_BACKOFF_SECONDS)
                await self._messages.postpone(work.user_id, self._in_seconds(seconds), failed=work)
            elif isinstance(work, MessageToErase):
                await self._messages.note(work, Outcome.REFUSED, now=self._now())
            else:
                await self._messages.end(work.user_id)

    async def _report(self, report: Report, eraser: MessageEraser) -> None:
        is_notified = report.locale is not None and await eraser.report(report)
        await self._messages.end(report.user_id)
        done = report.progress
        log.info(
            "Deleted %d messages for a user who has erased their data; %d were gone, %d refused; the user was %s",
            done.deleted,
            done.gone,
            done.refused,
            "notified" if is_notified else "not notified",
        )

    def _in_seconds(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)
