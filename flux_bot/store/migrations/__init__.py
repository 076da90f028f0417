"""Create and migrate the tables, with Alembic.

A change of ``schema.py`` needs a migration: a file in ``versions/`` with the next number. Published migrations do not
change. There are no downgrades: restore a backup instead.
"""

from pathlib import Path

import sqlalchemy as sa

from flux_bot.core.errors import StartupFailed
from flux_bot.store.schema import jobs, metadata

_FOLDER = Path(__file__).parent
LATEST = max(path.name[:4] for path in _FOLDER.glob("versions/[0-9]*.py"))
"""The schema version that this code uses."""
_BEFORE_MIGRATIONS = "0001"
"""The version of a database that is older than the first migration."""

_version = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))


def migrate(connection: sa.Connection) -> None:
    """Create the tables or migrate them to the latest version, in the transaction of ``connection``.

    Only one process at a time may do this. Raises StartupFailed if the database is newer than the code.
    """
    tables = sa.inspect(connection).get_table_names()
    if not {jobs.name, _version.name} & set(tables):
        metadata.create_all(connection)
        _version.create(connection)
        connection.execute(sa.insert(_version).values(version_num=LATEST))
        return
    is_versioned = _version.name in tables
    if not (is_versioned and connection.execute(sa.select(_version)).scalar() == LATEST):
        upgrade(connection, since=None if is_versioned else _BEFORE_MIGRATIONS)


def version_of(connection: sa.Connection) -> str | None:
    """Return a database's schema version, or None if it has no tables of the bot. Later versions are greater."""
    tables = sa.inspect(connection).get_table_names()
    if jobs.name not in tables:
        return None
    if _version.name not in tables:
        return _BEFORE_MIGRATIONS
    return connection.execute(sa.select(_version.c.version_num)).scalar()


def upgrade(connection: sa.Connection, *, since: str | None = None) -> None:
    """Run the missing migrations; ``since`` is the current version if the database does not store it."""
    from alembic import command  # noqa: PLC0415  slow and large: only needed once per release
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    if since is not None:
        command.stamp(config, since)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StartupFailed(
            f"DATABASE_URL: a newer flux-bot has used this database: {error}. Update the bot, or "
            "restore a backup that was made before the update."
        ) from error
