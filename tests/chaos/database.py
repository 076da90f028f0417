"""Another client of the bot's database: it locks the database, cuts connections, and reads the jobs."""

import asyncio
import math
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import JobStatus
from flux_bot.store.schema import jobs, ledger, preferences
from tests.database import CLIENT_NAME, Rows

OPEN_STATUSES = (JobStatus.QUEUED, JobStatus.SUBMITTING, JobStatus.RUNNING)
_CONNECTIONS_OF_BOTS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> :own_name AND backend_type = 'client backend' ORDER BY pid
"""


class Database(Rows):
    """Another client of the bot's database."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._has_connections = self._engine.dialect.name == "postgresql"

    async def lock(self, seconds: float) -> None:
        """Lock the whole database."""
        async with self._engine.begin() as connection:
            statement = "LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE" if self._has_connections else "BEGIN IMMEDIATE"
            await connection.execute(sa.text(statement))
            await asyncio.sleep(seconds)

    async def cut_connections(self, share: float) -> None:
        """Cut a fraction of the bot's connections; SQLite has none."""
        if not self._has_connections:
            return
        async with self._engine.begin() as connection:
            found = await connection.execute(sa.text(_CONNECTIONS_OF_BOTS), {"own_name": CLIENT_NAME})
            pids = list(found.scalars())
            for pid in pids[: math.ceil(share * len(pids))]:
                await connection.execute(sa.select(sa.func.pg_terminate_backend(pid)))

    async def prefer_private(self, user_id: int) -> None:
        """Let a user prefer private pictures."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.insert(preferences).values(user_id=user_id, count=1, private=True, ping=True))

    async def task_of(self, job_id: str) -> str | None:
        """Return a job's task id, or None if it is unknown."""
        async with self._engine.begin() as connection:
            found = await connection.execute(sa.select(jobs.c.task_id).where(jobs.c.id == job_id))
            return found.scalar_one_or_none()

    async def count_unsettled(self) -> int:
        """Return how many jobs are open or have a delivery due."""
        is_unsettled = sa.or_(jobs.c.status.in_(OPEN_STATUSES), jobs.c.next_delivery_at.is_not(None))
        async with self._engine.begin() as connection:
            counted = await connection.execute(sa.select(sa.func.count()).select_from(jobs).where(is_unsettled))
            return int(counted.scalar_one())

    async def searched_jobs(self) -> set[str]:
        """Return the ids of abandoned jobs whose tasks the bot still looks up or searches for."""
        is_searched = sa.and_(jobs.c.status == JobStatus.ABANDONED, jobs.c.next_lookup_at.is_not(None))
        async with self._engine.begin() as connection:
            return set((await connection.execute(sa.select(jobs.c.id).where(is_searched))).scalars())

    async def ledger(self) -> dict[str, Decimal]:
        """Return the amount in the ledger for each job, by the job's id."""
        async with self._engine.begin() as connection:
            found = await connection.execute(sa.select(ledger.c.job_id, ledger.c.amount))
            return {row.job_id: row.amount for row in found}

    async def rows(self) -> list[dict[str, Any]]:
        """Return all columns of all jobs."""
        async with self._engine.begin() as connection:
            return [{**row} for row in (await connection.execute(sa.select(jobs))).mappings()]
