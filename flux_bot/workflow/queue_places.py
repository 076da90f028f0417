"""The loop that updates the place in the queue on the status cards of queued jobs."""

import asyncio

from flux_bot.workflow.loops import Parts, guard, wait
from flux_bot.workflow.status_cards import StatusCards

PAUSE_SECONDS = 5.0
EDITED_AT_ONCE = 10
"""How many cards are updated in one round."""


class QueuePlaces:
    """Updates the cards of jobs whose places have improved noticeably, see ``store/places.py``."""

    def __init__(self, parts: Parts, cards: StatusCards) -> None:
        self._places = parts.store.places
        self._signals = parts.signals
        self._now = parts.now
        self._cards = cards

    async def run(self) -> None:
        """Update cards until stopped."""
        while not self._signals.stopping.is_set():
            improved = await guard(self._places.improved(EDITED_AT_ONCE, now=self._now())) or ()
            await asyncio.gather(*(guard(self._cards.show_place(job_id, place)) for job_id, place in improved))
            await wait(self._signals.stopping, PAUSE_SECONDS)
