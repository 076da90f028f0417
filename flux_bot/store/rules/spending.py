"""The credits that the whole bot spends, for metrics and alerts. Each method is one transaction."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.jobs import OPEN
from flux_bot.core.rules.periods import Period
from flux_bot.store.database.database import Database
from flux_bot.store.schema import Credits, jobs, ledger, status_in


@dataclass(frozen=True, slots=True)
class Spending:
    """The credits of a period."""

    spent: Decimal
    """Credits that were charged or may have been charged."""
    reserved: Decimal
    """Credits that are reserved for open jobs; ``spent`` does not include them."""


_TOTAL = sa.func.coalesce(sa.func.sum(ledger.c.amount, type_=Credits), 0)
_RESERVED = sa.func.sum(ledger.c.amount - sa.func.coalesce(jobs.c.cost, 0), type_=Credits)
_IN_PERIOD = (ledger.c.accepted_at >= sa.bindparam("start"), ledger.c.accepted_at < sa.bindparam("end"))
_ALL = sa.select(_TOTAL).where(*_IN_PERIOD)
_OPEN = (
    sa.select(sa.func.coalesce(_RESERVED, 0))
    .join_from(jobs, ledger, ledger.c.job_id == jobs.c.id)
    .where(status_in(*OPEN), *_IN_PERIOD)
)


class SpendingReader:
    """Access to what was spent. Its methods raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, period: Period) -> Spending:
        """Return the cost of the jobs that were accepted in a period."""
        values = {"start": period.start, "end": period.end}

        def work(connection: sa.Connection) -> Spending:
            total, reserved = (connection.execute(query, values).scalar_one() for query in (_ALL, _OPEN))
            return Spending(Decimal(total - reserved), Decimal(reserved))

        return await self._database.do(work)

    async def is_any_since(self, at: datetime) -> bool:
        """Return whether any picture was both submitted and finished after the given time."""
        query = sa.select(jobs.c.id).where(
            jobs.c.finished_at > at, jobs.c.submitted_at > at, jobs.c.images.is_not(None)
        )
        return await self._database.do(lambda connection: connection.execute(query.limit(1)).first() is not None)
