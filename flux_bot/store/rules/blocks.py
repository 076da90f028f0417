"""Users who may not make pictures, in one server or everywhere. Each method is one transaction.

A block survives the erasure of its user's data: its row then has the user's hash instead of their id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flux_bot.store.database.database import Database
from flux_bot.store.rules.known import Block
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import UtcTime, blocks

_NOW = sa.bindparam("now", type_=UtcTime)
_OF_SERVER = blocks.c.guild_id == sa.bindparam("guild")
_HAS_NOT_ENDED = sa.or_(blocks.c.ends_at.is_(None), blocks.c.ends_at > _NOW)
_OF_USER = sa.and_(
    _OF_SERVER, sa.or_(blocks.c.user_id == sa.bindparam("user"), blocks.c.user_key == sa.bindparam("key"))
)
_REMOVE = sa.delete(blocks).where(_OF_USER).returning(blocks.c.ends_at)
_REMOVE_ONE = sa.delete(blocks).where(_OF_SERVER, blocks.c.id == sa.bindparam("block")).returning(blocks)
_COUNT = sa.select(sa.func.count()).select_from(blocks).where(_OF_SERVER, _HAS_NOT_ENDED)
_PAGE = (
    sa.select(blocks)
    .where(_OF_SERVER, _HAS_NOT_ENDED)
    .order_by(blocks.c.blocked_at.desc(), blocks.c.id.desc())
    .limit(sa.bindparam("size", type_=sa.Integer))
    .offset(sa.bindparam("first", type_=sa.Integer))
)
_PRUNE = sa.delete(blocks).where(blocks.c.ends_at <= _NOW)


@dataclass(frozen=True, slots=True)
class BlockedUser:
    """A block and the blocked user."""

    block_id: int
    user_id: int | None
    """Id of the blocked user; None if they have erased their data."""
    block: Block


@dataclass(frozen=True, slots=True)
class BlocksPage:
    """A page of a server's blocks, the newest first."""

    users: Sequence[BlockedUser]
    number: int
    """Number of the page, starting at 1."""
    pages: int


class Blocks:
    """Access to the blocks. A ``guild_id`` may be ``EVERYWHERE``. All methods raise StoreUnavailable."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    async def block(self, user_id: int, block: Block) -> None:
        """Block a user, replacing an earlier block in the same server."""
        row = {
            "guild_id": block.guild_id,
            "user_id": user_id,
            "ends_at": block.ends_at,
            "reason": block.reason,
            "blocked_by": block.blocked_by,
            "blocked_at": block.blocked_at,
        }

        def work(connection: sa.Connection) -> None:
            self._remove(connection, block.guild_id, user_id)
            connection.execute(sa.insert(blocks), row)

        await self._database.do_in_turn(work)

    async def unblock(self, guild_id: int, user_id: int, *, now: datetime) -> bool:
        """Remove a user's block; return False if there was none, or it had ended."""

        def work(connection: sa.Connection) -> bool:
            ends = self._remove(connection, guild_id, user_id)
            return any(ends_at is None or ends_at > now for ends_at in ends)

        return await self._database.do(work)

    async def remove(self, guild_id: int, block_id: int) -> BlockedUser | None:
        """Remove a block of a server and return it; None if there is no such block."""

        def work(connection: sa.Connection) -> BlockedUser | None:
            row = connection.execute(_REMOVE_ONE, {"guild": guild_id, "block": block_id}).one_or_none()
            return _user_of(row) if row else None

        return await self._database.do(work)

    def _remove(self, connection: sa.Connection, guild_id: int, user_id: int) -> Sequence[datetime | None]:
        values = {"guild": guild_id, "user": user_id, "key": self._keys.of(user_id)}
        return connection.execute(_REMOVE, values).scalars().all()

    async def page(self, guild_id: int, number: int, size: int, *, now: datetime) -> BlocksPage:
        """Return a page of the blocks that have not ended, or the nearest existing page."""

        def work(connection: sa.Connection) -> BlocksPage:
            values = {"guild": guild_id, "now": now}
            total: int = connection.execute(_COUNT, values).scalar_one()
            pages = max(1, -(-total // size))
            page = min(max(1, number), pages)
            rows = connection.execute(_PAGE, values | {"size": size, "first": (page - 1) * size})
            return BlocksPage([_user_of(row) for row in rows], page, pages)

        return await self._database.do(work)

    async def prune(self, *, now: datetime) -> int:
        """Delete the blocks that have ended; return how many."""
        return await self._database.do(lambda connection: connection.execute(_PRUNE, {"now": now}).rowcount)


def _user_of(row: sa.Row[Any]) -> BlockedUser:
    block = Block(row.guild_id, row.ends_at, row.reason, row.blocked_by, row.blocked_at)
    return BlockedUser(row.id, row.user_id, block)
