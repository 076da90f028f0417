"""An overview of how much is stored about a user, and since when."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flux_bot.store.database.database import Database
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import UtcTime, blocks, jobs, ledger, preferences
from flux_bot.store.users.message_erasure import Progress, read_progress


@dataclass(frozen=True, slots=True)
class DataOverview:
    """The numbers of rows that are stored about a user."""

    jobs: int
    starred: int
    undelivered: int
    oldest_at: datetime | None
    """Time when the oldest of the jobs was accepted."""
    has_preferences: bool
    costs: int
    """Number of rows in the ledger."""
    blocks: int
    """Number of servers in which the user is blocked; a block everywhere counts as one."""
    messages: Progress | None
    """Progress of deleting messages after the user has erased their data; None if there is no deletion."""


class DataOverviews:
    """Access to the counts."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    _JOBS = sa.select(
        sa.func.count().label("jobs"),
        sa.func.count(sa.case((jobs.c.is_starred, 1))).label("starred"),
        sa.func.count(jobs.c.undelivered_at).label("undelivered"),
        sa.func.min(jobs.c.accepted_at, type_=UtcTime).label("oldest_at"),
    ).where(jobs.c.user_id == sa.bindparam("user"), jobs.c.erased_at.is_(None), jobs.c.prompt != "")

    async def of(self, user_id: int, *, now: datetime) -> DataOverview:
        """Count what is stored about a user. Raises StoreUnavailable."""
        key = self._keys.of(user_id)
        is_valid = sa.or_(blocks.c.ends_at.is_(None), blocks.c.ends_at > now)
        counted = {
            "preferences": sa.select(sa.func.count()).where(preferences.c.user_id == user_id),
            "costs": sa.select(sa.func.count()).where(ledger.c.user_id == user_id),
            "blocks": sa.select(sa.func.count()).where(
                sa.or_(blocks.c.user_id == user_id, blocks.c.user_key == key), is_valid
            ),
        }

        def work(connection: sa.Connection) -> DataOverview:
            found = connection.execute(self._JOBS, {"user": user_id}).mappings().one()
            counts = {name: connection.execute(query).scalar_one() for name, query in counted.items()}
            return DataOverview(
                **found,
                has_preferences=counts["preferences"] > 0,
                costs=counts["costs"],
                blocks=counts["blocks"],
                messages=read_progress(connection, user_id),
            )

        return await self._database.read(work)
