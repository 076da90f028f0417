"""How a request becomes a row: counted, placed, saved with those that come at the same time, and never saved twice."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
import stamina

from flux_bot import statements
from flux_bot.backlog import count_queue, usual_seconds
from flux_bot.database import Database, serialise
from flux_bot.errors import SaveUncertain, StoreUnavailable
from flux_bot.fairness import Limits
from flux_bot.jobs import CardState, ImageRequest, Job, JobStatus, Origin, new_callback_secret, new_job_id
from flux_bot.news import Loop
from flux_bot.schema import columns_of, jobs
from flux_bot.together import Together, was_refused

ANSWER_SECONDS = 2.5
"""How long saving a request may take: Discord takes an answer within 3 s. Whoever gets none asks again, so a request
that can't be answered any more must not be painted."""

FATE_SECONDS = 2.0
"""How long a command waits to learn whether its job was saved by a transaction that broke."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A job that was just accepted."""

    job: Job
    place: int
    """0 starts at once, 1 is the next in the queue."""
    usual_seconds: float | None
    """What the model usually takes (the median of its last jobs); None while there are none, or if it must wait."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way into the database."""

    request: ImageRequest
    origin: Origin
    limits: Limits
    now: datetime
    paused: bool
    since: float = field(default_factory=time.monotonic)


class Admission:
    """Saves requests as jobs."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database
        self._together = Together(self._save)

    async def save(self, asked: Asked) -> Placed | None:
        """Save a request; None when its user already has too many waiting.

        Raises SaveUncertain if nobody can tell whether it was saved, StoreUnavailable if it was not.
        """
        return await self._together.do(asked)

    async def _save(self, batch: Sequence[Asked]) -> list[Placed | None]:
        """Save requests in one transaction."""
        placed: list[Placed | None] = []

        def save(connection: sa.Connection) -> None:
            serialise(connection)
            placed[:] = _place_all(connection, batch)
            _check_age(batch)
            if rows := [columns_of(one.job) for one in placed if one]:
                connection.execute(sa.insert(jobs), rows)
            if any(one and not one.place for one in placed):
                self._database.news.tell(connection, Loop.DISPATCH)

        try:
            await self._database.run(save)
        except StoreUnavailable as error:
            if was_refused(error) or not await self._were_saved(placed, error):
                raise
        return placed

    async def _were_saved(self, placed: Sequence[Placed | None], error: StoreUnavailable) -> bool:
        """Find out whether jobs were saved whose transaction broke.

        Whoever reads "try again" about a job that was saved all the same gets its picture twice, and pays twice.
        """
        one = next((one for one in placed if one), None)
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


def _check_age(batch: Sequence[Asked]) -> None:
    """Raise StoreUnavailable if one of them has waited so long that Discord takes no answer any more."""
    if time.monotonic() > ANSWER_SECONDS + min(asked.since for asked in batch):
        raise StoreUnavailable("too late to answer the command")


def _place_all(connection: sa.Connection, batch: Sequence[Asked]) -> list[Placed | None]:
    """Make a job of each request as if they came one after the other, None where its user has too many waiting."""
    users = {asked.origin.user_id for asked in batch}
    queue = count_queue(connection, users, batch[-1].limits, batch[-1].now)
    usual: dict[str, float | None] = {}
    placed: list[Placed | None] = []
    for asked in batch:
        position = queue.join(asked.origin.user_id, asked.limits)
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
            turn=position.turn,
            card=CardState.QUEUED if place else CardState.BUSY if asked.paused else CardState.PAINTING,
        )
        model = job.request.model
        if not place and model not in usual:
            usual[model] = usual_seconds(connection, model)
        placed.append(Placed(job, place, None if place else usual[model]))
    return placed
