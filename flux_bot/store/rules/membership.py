"""Servers that the bot has left. Their saved data is deleted after a while, except for the ledger."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flux_bot.core.rules.server_settings import NO_SETTINGS
from flux_bot.store.database.database import Database
from flux_bot.store.rules.known import EVERYWHERE
from flux_bot.store.schema import blocks, servers, styles

_LEFT_AT = sa.select(servers.c.guild_id, servers.c.left_at)
_OTHERS = sa.union(sa.select(styles.c.guild_id), sa.select(blocks.c.guild_id).where(blocks.c.guild_id != EVERYWHERE))
_SET_LEFT_AT = (
    sa.update(servers)
    .where(servers.c.guild_id == sa.bindparam("guild"))
    .values(left_at=sa.bindparam("at", type_=servers.c.left_at.type))
)


@dataclass(frozen=True, slots=True)
class Changes:
    """The numbers of servers that the bot has left and returned to."""

    left: int
    returned: int


class Membership:
    """Records of when the bot left servers. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def compare(self, guild_ids: Collection[int], is_visible: Callable[[int], bool], *, now: datetime) -> Changes:
        """Save which servers the bot has left and to which it has returned, given the servers that it is in now.

        ``is_visible`` returns whether a server would be in ``guild_ids`` if the bot were in it; otherwise another
        process may serve it. Servers without saved data are ignored.
        """

        def work(connection: sa.Connection) -> Changes:
            left_at = {row.guild_id: row.left_at for row in connection.execute(_LEFT_AT)}
            known = left_at.keys() | {row.guild_id for row in connection.execute(_OTHERS)}
            left = [one for one in known if one not in guild_ids and is_visible(one) and left_at.get(one) is None]
            returned = [one for one in guild_ids if left_at.get(one) is not None]
            nothing = NO_SETTINGS.model_dump_json(exclude_defaults=True)
            new = [{"guild_id": guild_id, "settings": nothing} for guild_id in left if guild_id not in left_at]
            if new:
                connection.execute(sa.insert(servers), new)
            changes = [{"guild": one, "at": now} for one in left] + [{"guild": one, "at": None} for one in returned]
            if changes:
                connection.execute(_SET_LEFT_AT, changes)
            return Changes(len(left), len(returned))

        return await self._database.do_in_turn(work)

    async def prune(self, limit: int, *, before: datetime) -> int:
        """Delete the settings, styles and blocks of servers that were left before a time; return the number of them."""
        query = sa.select(servers.c.guild_id).where(servers.c.left_at < before).limit(limit)

        def work(connection: sa.Connection) -> int:
            guild_ids = connection.execute(query).scalars().all()
            if guild_ids:
                for table in (styles, blocks, servers):
                    connection.execute(sa.delete(table).where(table.c.guild_id.in_(guild_ids)))
            return len(guild_ids)

        return await self._database.do_in_turn(work)
