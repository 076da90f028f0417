"""The servers' settings. Each method is one transaction, and raises StoreUnavailable if it fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.store.database.database import Database
from flux_bot.store.schema import servers

_SERVER = sa.select(servers).where(servers.c.guild_id == sa.bindparam("guild"))


@dataclass(frozen=True, slots=True)
class Server:
    """The saved data about a server."""

    settings: ServerSettings = NO_SETTINGS
    changed_by: int | None = None
    changed_at: datetime | None = None
    log_failed_at: datetime | None = None
    """Time at which writing to the log channel first failed; None if the bot can write to it."""


class Servers:
    """Access to the settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, guild_id: int) -> Server:
        """Return what is saved about a server."""
        return await self._database.do(lambda connection: read_server(connection, guild_id))

    async def change(
        self,
        guild_id: int,
        change: Callable[[ServerSettings], ServerSettings],
        *,
        user_id: int,
        now: datetime,
        retry_log: bool = False,
    ) -> Server:
        """Change a server's settings, and return what is now saved about it.

        ``change`` gets the latest settings, which another process may have changed a moment ago. ``retry_log`` clears
        ``log_failed_at``, as choosing another log channel does.
        """

        def work(connection: sa.Connection) -> Server:
            old = read_server(connection, guild_id)
            settings = change(old.settings)
            is_same_log = not retry_log and settings.log_channel == old.settings.log_channel
            log_failed_at = old.log_failed_at if is_same_log else None
            if settings == old.settings and log_failed_at == old.log_failed_at:
                return old
            new = Server(settings, user_id, now, log_failed_at)
            _write(connection, guild_id, new)
            return new

        return await self._database.do_in_turn(work)

    _FAILED = sa.update(servers).where(servers.c.guild_id == sa.bindparam("guild"), servers.c.log_failed_at.is_(None))
    _WORKS = sa.update(servers).where(servers.c.guild_id == sa.bindparam("guild")).values(log_failed_at=None)

    async def note_log_failed(self, guild_id: int, channel_id: int, *, now: datetime) -> None:
        """Save when writing to a server's log channel first failed, unless the log channel has changed since."""

        def work(connection: sa.Connection) -> None:
            if read_server(connection, guild_id).settings.log_channel == channel_id:
                connection.execute(self._FAILED.values(log_failed_at=now), {"guild": guild_id})

        await self._database.do_in_turn(work)

    async def note_log_works(self, guild_id: int) -> None:
        """Save that the bot can write to a server's log channel."""
        await self._database.update(self._WORKS, guild=guild_id)


def read_server(connection: sa.Connection, guild_id: int) -> Server:
    """Return what is saved about a server."""
    row = connection.execute(_SERVER, {"guild": guild_id}).mappings().one_or_none()
    if row is None:
        return Server()
    settings = ServerSettings.model_validate_json(row["settings"])
    return Server(settings, row["changed_by"], row["changed_at"], row["log_failed_at"])


def _write(connection: sa.Connection, guild_id: int, server: Server) -> None:
    row: dict[str, Any] = {
        "settings": server.settings.model_dump_json(exclude_defaults=True),
        "changed_by": server.changed_by,
        "changed_at": server.changed_at,
        "log_failed_at": server.log_failed_at,
    }
    connection.execute(sa.delete(servers).where(servers.c.guild_id == guild_id))
    connection.execute(sa.insert(servers).values(guild_id=guild_id, **row))
