"""How the tables come to be, one step after the other, and how a database is brought to the last of them.

A change of ``schema.py`` needs a step here: a file in ``versions/`` with the next number. What was published is not
changed any more. There are no steps back: for that there are backups.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from flux_bot.core.errors import StartupFailed

_BEFORE_MIGRATIONS = "0001"
"""The tables of a database that was made before there were migrations."""


def migrate(connection: sa.Connection) -> None:
    """Bring the database to the last version, inside the transaction of ``connection``.

    Only one process at a time may do so. Raises StartupFailed if a newer version has been there.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    tables = sa.inspect(connection).get_table_names()
    if "jobs" in tables and "alembic_version" not in tables:
        command.stamp(config, _BEFORE_MIGRATIONS)
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StartupFailed(f"DATABASE_URL: the database is of a newer flux-bot: {error}. Update the bot.") from error
