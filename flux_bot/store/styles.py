"""Stores the servers' own styles. Each method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.styles import STYLES_PER_SERVER, Style, normalized
from flux_bot.store.database.database import Database
from flux_bot.store.schema import jobs, preferences, styles

_OF_SERVER = sa.select(styles).where(styles.c.guild_id == sa.bindparam("guild"))
_LAST = (
    sa.select(jobs.c.style)
    .where(jobs.c.user_id == sa.bindparam("user"), jobs.c.style.is_not(None))
    .order_by(jobs.c.accepted_at.desc())
    .limit(1)
)
_PREFERRED = sa.select(preferences.c.style).where(preferences.c.user_id == sa.bindparam("user"))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The styles to suggest to a user."""

    of_server: Sequence[Style]
    recent: Sequence[str]
    """The names of the last style that the user requested and of the style in their preferences, if any."""


class Styles:
    """Reads and writes styles. All methods raise StoreUnavailable if the transaction fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_server(self, guild_id: int) -> list[Style]:
        """Return a server's styles in the order of their names."""
        return await self._database.do(lambda connection: _of_server(connection, guild_id))

    async def suggestions(self, guild_id: int | None, user_id: int) -> Suggestions:
        """Return the styles to suggest to a user in a server, or outside of servers (None).

        This searches the user's jobs, so it may take longer.
        """

        def work(connection: sa.Connection) -> Suggestions:
            of_server = _of_server(connection, guild_id) if guild_id is not None else []
            last = connection.execute(_LAST, {"user": user_id}).scalar_one_or_none()
            preferred = connection.execute(_PREFERRED, {"user": user_id}).scalar_one_or_none()
            return Suggestions(of_server, [name for name in (last, preferred) if name])

        return await self._database.read(work)

    async def add(self, guild_id: int, style: Style) -> None:
        """Add a style. Raises RequestRejected if the server has a style with that name, or too many styles."""

        def work(connection: sa.Connection) -> None:
            existing = _of_server(connection, guild_id)
            if len(existing) >= STYLES_PER_SERVER:
                raise RequestRejected("too-many-styles", limit=str(STYLES_PER_SERVER))
            _insert(connection, guild_id, style, existing)

        await self._database.do_in_turn(work)

    async def replace(self, guild_id: int, name: str, style: Style) -> None:
        """Replace a style, perhaps with a new name. Raises RequestRejected if it is gone or the new name is taken."""

        def work(connection: sa.Connection) -> None:
            existing = _of_server(connection, guild_id)
            others = [one for one in existing if one.name != name]
            if len(others) == len(existing):
                raise RequestRejected("style-gone")
            _delete(connection, guild_id, name)
            _insert(connection, guild_id, style, others)

        await self._database.do_in_turn(work)

    async def remove(self, guild_id: int, name: str) -> bool:
        """Remove a style; False if there is none with this name. Jobs that were made with it keep its template."""
        return await self._database.do(lambda connection: _delete(connection, guild_id, name))


def _of_server(connection: sa.Connection, guild_id: int) -> list[Style]:
    rows = connection.execute(_OF_SERVER, {"guild": guild_id}).mappings()
    found = [Style(row["name"], row["template"], row["description"]) for row in rows]
    return sorted(found, key=lambda style: normalized(style.name))


def _insert(connection: sa.Connection, guild_id: int, style: Style, others: Sequence[Style]) -> None:
    if normalized(style.name) in {normalized(other.name) for other in others}:
        raise RequestRejected("style-name-taken")
    row = {"name": style.name, "description": style.description, "template": style.template}
    connection.execute(sa.insert(styles).values(guild_id=guild_id, **row))


def _delete(connection: sa.Connection, guild_id: int, name: str) -> bool:
    named = (styles.c.guild_id == guild_id, styles.c.name == name)
    return connection.execute(sa.delete(styles).where(*named)).rowcount == 1
