"""How a request becomes a row: counted, placed, saved with those that come at the same time, and never saved twice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import stamina

from flux_bot.core.errors import SaveUncertain, StoreUnavailable
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, ImageRequest, Job, JobStatus, Origin, new_callback_secret, new_job_id
from flux_bot.store import statements
from flux_bot.store.database import Database, fetch_jobs, serialise
from flux_bot.store.notifications import Loop
from flux_bot.store.queue import count_queue, usual_seconds
from flux_bot.store.schema import columns_of, jobs
from flux_bot.store.together import Together, was_refused

DOUBLE_PRESS = timedelta(seconds=3)
"""The same asked again from the same card within this time is one press too many, and no wish for another picture."""

FATE_SECONDS = 2.0
"""How long a command waits to learn whether its job was saved by a transaction that broke."""


@dataclass(frozen=True, slots=True)
class AcceptedJob:
    """A job that was just accepted."""

    job: Job
    place: int
    """0 starts at once, 1 is the next in the queue."""
    usual_seconds: float | None
    """What the model usually takes (the median of its last jobs); None while there are none, or if it must wait."""
    is_repeated: bool = False
    """A button was pressed twice: the job is that of the first press."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A request on its way into the database."""

    request: ImageRequest
    origin: Origin
    limits: Limits
    now: datetime
    paused: bool = False
    parent_id: str | None = None
    is_wanted: Callable[[], bool] = lambda: True
    """Asked just before it is saved: whoever can't be answered any more asks again, and must not pay twice."""


class Admission:
    """Saves requests as jobs."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._together = Together(self._save)

    async def save(self, asked: NewJob) -> AcceptedJob | None:
        """Save a request; None when its user already has too many waiting, or it is not wanted any more.

        Raises SaveUncertain if nobody can tell whether it was saved, StoreUnavailable if it was not.
        """
        return await self._together.do(asked)

    async def _save(self, batch: Sequence[NewJob]) -> list[AcceptedJob | None]:
        """Save requests in one transaction."""
        placed: list[AcceptedJob | None] = []

        def save(connection: sa.Connection) -> None:
            serialise(connection)
            placed[:] = _place_all(connection, batch)
            new = [one for one in placed if one and not one.is_repeated]
            if new:
                connection.execute(sa.insert(jobs), [columns_of(one.job) for one in new])
            if any(not one.place for one in new):
                self._database.notifications.notify(connection, Loop.DISPATCH)

        try:
            await self._database.run(save)
        except StoreUnavailable as error:
            if was_refused(error) or not await self._were_saved(placed, error):
                raise
        return placed

    async def _were_saved(self, placed: Sequence[AcceptedJob | None], error: StoreUnavailable) -> bool:
        """Find out whether jobs were saved whose transaction broke.

        Whoever reads "try again" about a job that was saved all the same gets its picture twice, and pays twice.
        """
        one = next((one for one in placed if one and not one.is_repeated), None)
        if one is None:
            return False
        retries = stamina.retry_context(
            on=StoreUnavailable, attempts=None, timeout=None, wait_initial=0.05, wait_max=0.5
        )

        def look(connection: sa.Connection) -> bool:
            serialise(connection)  # the broken transaction has ended, then
            return connection.execute(statements.BY_ID, {"job": one.job.id}).first() is not None

        found = False
        try:
            async with asyncio.timeout(FATE_SECONDS):
                async for attempt in retries:
                    with attempt:
                        found = await self._database.run(look)
        except TimeoutError:
            raise SaveUncertain(str(error)) from error.__cause__  # the line's error, so that nothing is repeated
        return found


def _place_all(connection: sa.Connection, batch: Sequence[NewJob]) -> list[AcceptedJob | None]:
    """Make a job of each request as if they came one after the other, None where its user has too many waiting."""
    users = {asked.origin.user_id for asked in batch}
    queue = count_queue(connection, users, batch[-1].limits, batch[-1].now)
    usual: dict[str, float | None] = {}
    placed: list[AcceptedJob | None] = []
    pressed: dict[tuple[Any, ...], Job] = {}
    for asked in batch:
        press = (asked.origin.user_id, asked.parent_id, *_fingerprint(asked.request))
        if asked.parent_id and (duplicate := pressed.get(press) or _find_duplicate(connection, asked, asked.parent_id)):
            placed.append(AcceptedJob(duplicate, 0, None, is_repeated=True))
            continue
        position = queue.join(asked.origin.user_id, asked.limits) if asked.is_wanted() else None
        if position is None:
            placed.append(None)
            continue
        place = position.place
        job = Job(
            id=new_job_id(),
            callback_secret=new_callback_secret(),
            status=JobStatus.QUEUED,
            request=asked.request,
            origin=asked.origin,
            accepted_at=asked.now,
            parent_id=asked.parent_id,
            turn=position.turn,
            card=CardState.QUEUED if place else CardState.BUSY if asked.paused else CardState.PAINTING,
        )
        model = job.request.model
        if not place and model not in usual:
            usual[model] = usual_seconds(connection, model)
        placed.append(AcceptedJob(job, place, None if place else usual[model]))
        pressed[press] = job
    return placed


def _find_duplicate(connection: sa.Connection, asked: NewJob, parent_id: str) -> Job | None:
    """Return the job that the same person asked for a moment ago, in the same words and from the same card."""
    values = {"parent": parent_id, "user": asked.origin.user_id, "after": asked.now - DOUBLE_PRESS}
    duplicates = fetch_jobs(connection, statements.DUPLICATES, **values)
    return next((job for job in duplicates if _fingerprint(job.request) == _fingerprint(asked.request)), None)


def _fingerprint(request: ImageRequest) -> tuple[Any, ...]:
    """Return what was asked; Discord signs the same file's address differently each time, in its query."""
    return astuple(replace(request, image_url=(request.image_url or "").partition("?")[0]))
