"""The data needed to accept requests (preferences, servers' settings and blocks), read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import Preferences
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import UtcTime, blocks, preferences, servers

EVERYWHERE = 0
"""The guild_id of a block that the application's owner has made for all servers."""
_NONE = -1
"""An id that no server has; it avoids an empty list, which would become a subquery."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its user can't make pictures."""

    guild_id: int
    """Id of the server, or ``EVERYWHERE``."""
    ends_at: datetime | None
    """Time when the block ends; None means never."""
    reason: str
    """Reason as the moderator typed it; it may be empty."""
    blocked_by: int
    """User id of the moderator, 0 if they have erased their data. Blocked users do not see it."""
    blocked_at: datetime


@dataclass(slots=True)
class Known:
    """The preferences, settings and blocks of some users and servers."""

    preferences: dict[int, Preferences] = field(default_factory=dict)
    """Preferences by user id, for users who have any."""
    servers: dict[int, ServerSettings] = field(default_factory=dict)
    """Settings by server id, for servers that have any."""
    blocks: dict[tuple[int | None, int], Block] = field(default_factory=dict)
    """Blocks by server id (or ``EVERYWHERE``) and user id."""
    user_keys: dict[int, str] = field(default_factory=dict)
    """Hashes by user id, see ``user_keys.py``."""

    def preferences_of(self, user_id: int) -> Preferences:
        """Return a user's preferences."""
        return self.preferences.get(user_id, Preferences())

    def settings_of(self, guild_id: int | None) -> ServerSettings:
        """Return a server's settings; None means outside of servers."""
        return NO_SETTINGS if guild_id is None else self.servers.get(guild_id, NO_SETTINGS)

    def block_of(self, requester: Requester) -> Block | None:
        """Return the block that keeps a user from making pictures in a place, or None."""
        return next(iter(self.blocks_of(requester)), None)

    def blocks_of(self, requester: Requester) -> list[Block]:
        """Return all blocks that keep a user from making pictures in a place, starting with the one for all servers."""
        places = (EVERYWHERE, requester.guild_id)
        return [block for place in places if (block := self.blocks.get((place, requester.user_id)))]


_PREFERENCE_NAMES = tuple(Preferences.__dataclass_fields__)


def _row(kind: str, **given: Any) -> list[sa.ColumnElement[Any]]:
    """Return the columns of one kind of row; all kinds have the same columns."""
    columns: dict[str, Any] = {"guild_id": sa.BigInteger, "user_id": sa.BigInteger, "user_key": sa.String}
    columns |= {"document": sa.Text, "ends_at": sa.Double, "blocked_by": sa.BigInteger, "blocked_at": sa.Double}
    columns |= {name: preferences.c[name].type for name in _PREFERENCE_NAMES}
    empty: dict[str, Any] = {name: sa.cast(sa.null(), type_) for name, type_ in columns.items()}
    return [sa.literal(kind).label("kind"), *((empty | given)[name].label(name) for name in columns)]


_OF_USERS = sa.select(
    *_row("user", user_id=preferences.c.user_id, **{name: preferences.c[name] for name in _PREFERENCE_NAMES})
).where(preferences.c.user_id.in_(sa.bindparam("users")))
_OF_SERVERS = sa.select(*_row("server", guild_id=servers.c.guild_id, document=servers.c.settings)).where(
    servers.c.guild_id.in_(sa.bindparam("guilds"))
)
_OF_BLOCKS = sa.select(
    *_row(
        "block",
        guild_id=blocks.c.guild_id,
        user_id=blocks.c.user_id,
        user_key=blocks.c.user_key,
        document=blocks.c.reason,
        ends_at=sa.type_coerce(blocks.c.ends_at, sa.Double),
        blocked_by=blocks.c.blocked_by,
        blocked_at=sa.type_coerce(blocks.c.blocked_at, sa.Double),
    )
).where(
    sa.or_(blocks.c.user_id.in_(sa.bindparam("users")), blocks.c.user_key.in_(sa.bindparam("keys"))),
    sa.or_(blocks.c.ends_at.is_(None), blocks.c.ends_at > sa.bindparam("now", type_=UtcTime)),
)
_KNOWN = sa.union_all(_OF_USERS, _OF_SERVERS, _OF_BLOCKS)


def read_known(connection: sa.Connection, requesters: Sequence[Requester], keys: UserKeys, now: datetime) -> Known:
    """Read the preferences, settings and blocks of the users and servers of some requests."""
    users, guilds = {one.user_id for one in requesters}, {one.guild_id for one in requesters} - {None}
    user_keys = {user_id: keys.of(user_id) for user_id in users}
    by_key = {key: user_id for user_id, key in user_keys.items()}
    values = {"users": [*users], "guilds": [*guilds] or [_NONE], "keys": [*by_key], "now": now}
    known = Known(user_keys=user_keys)
    for row in connection.execute(_KNOWN, values).mappings():
        if row["kind"] == "user":
            known.preferences[row["user_id"]] = Preferences(**{name: row[name] for name in _PREFERENCE_NAMES})
        elif row["kind"] == "server":
            known.servers[row["guild_id"]] = ServerSettings.model_validate_json(row["document"])
        else:
            user_id = row["user_id"] or by_key[row["user_key"]]
            ends_at = UtcTime().process_result_value(row["ends_at"], connection.dialect)
            blocked_at = datetime.fromtimestamp(row["blocked_at"], UTC)
            block = Block(row["guild_id"], ends_at, row["document"], row["blocked_by"], blocked_at)
            known.blocks[block.guild_id, user_id] = block
    return known
