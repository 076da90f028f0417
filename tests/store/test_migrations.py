"""Migrating a database of any age to the latest version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import AsyncConnection

from flux_bot.core.errors import StartupFailed
from flux_bot.store.migrations import upgrade
from flux_bot.store.rules.ledger import settle
from flux_bot.store.schema import jobs, ledger, metadata
from flux_bot.store.store import JobStore
from tests import database as db

SAMPLES = Path(__file__).parents[1] / "samples"
VERSIONS = Path(__file__).parents[2] / "flux_bot/store/migrations/versions"

INSERT_JOB = """
INSERT INTO jobs (id, callback_secret, status, action, prompt, model, size, count, private, user_id, channel_id, locale,
                  token_expires_at, upload_limit, can_post, accepted_at, turn, card)
VALUES ('old', 'secret', 'queued', 'generate', 'a red fox', 'flux-dev', '64x64', 1, :no, 1, 2, 'de', 1, 1, :no, 1, 0,
        'queued')
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Open a transaction without the store."""
    engine = db.client_engine(url)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def version(connection: AsyncConnection) -> Any:
    """Return the version of a database."""
    return (await connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()


def differences(connection: sa.Connection) -> Any:
    """Return how the tables differ from those of ``schema.py``."""
    return compare_metadata(MigrationContext.configure(connection), metadata)


async def test_the_migrations_create_the_tables_of_the_schema(empty_url: str) -> None:
    """Running all migrations on an empty database gives the same tables as a new database has."""
    async with connected(empty_url) as connection:
        await connection.run_sync(upgrade)
        assert await connection.run_sync(differences) == []
    async with JobStore(empty_url) as store:
        await db.queued(store)


async def test_a_database_from_before_migrations(empty_url: str) -> None:
    """An old database's tables are upgraded, and its jobs are processed."""
    async with connected(empty_url) as connection:
        for statement in (SAMPLES / f"before_migrations.{connection.dialect.name}.sql").read_text().split(";"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
        await connection.execute(sa.text(INSERT_JOB), {"no": False})
        assert await connection.run_sync(differences) != []
    async with JobStore(empty_url) as store:
        job = await db.claim_next(store)
        assert job
        assert (job.id, job.request.prompt) == ("old", "a red fox")
        assert (await store.cleaning.needed() is not None) is empty_url.startswith("sqlite"), (
            "of what was deleted before"
        )
    async with connected(empty_url) as connection:
        assert await connection.run_sync(differences) == []


def upgrade_to(version: str, connection: sa.Connection) -> None:
    """Upgrade a database from before migrations to a version."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    config.attributes["connection"] = connection
    command.stamp(config, "0001")
    command.upgrade(config, version)


OLD_JOBS: dict[tuple[str, int | None, int | None, int | None, str | None], tuple[int, str]] = {
    ("queued", None, None, None, None): (4, "0.4"),
    ("queued", 2, 2, None, "api_error"): (4, "0.4"),
    ("queued", 2, 2, 13, None): (4, "0.33"),
    ("submitting", None, None, None, None): (4, "0.4"),
    ("running", 2, 2, None, None): (4, "0.4"),
    ("running", 2, 2, 13, None): (4, "0.33"),
    ("finished", None, 3, None, None): (4, "0.3"),
    ("finished", None, None, None, "forbidden"): (0, "0"),
    ("delivered", None, 4, 38, None): (4, "0.38"),
    ("delivered", None, None, 0, "api_error"): (0, "0"),
    ("abandoned", None, None, None, "overdue"): (4, "0.4"),
    ("abandoned", None, None, None, "api_error"): (0, "0"),
    ("cancelled", None, None, None, "cancelled"): (0, "0"),
    ("cancelled", 2, None, None, "cancelled_paid"): (4, "0.2"),
    ("cancelled", None, None, 38, "cancelled_paid"): (4, "0.38"),
}
"""Pictures and credits in the ledger for old jobs of four pictures, each with an expected cost of 0.1 credits.

The keys are status, missing pictures, pictures, cost in hundredths of a credit, and failure.
"""


async def test_the_ledger_of_old_jobs(empty_url: str) -> None:
    """The ledger gets jobs of every status, with the amounts that ``settle`` computes."""
    async with connected(empty_url) as connection:
        for statement in (SAMPLES / f"before_migrations.{connection.dialect.name}.sql").read_text().split(";"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
        await connection.run_sync(partial(upgrade_to, "0009"))
        for number, (status, missing, pictures, cost, code) in enumerate(OLD_JOBS):
            await connection.execute(sa.text(INSERT_JOB.replace("'old'", f"'{number}'")), {"no": False})
            values: dict[str, Any] = {"status": status, "missing": missing, "failure_code": code, "count": 4}
            values |= {"images": [{"url": "https://a.example"}] * pictures if pictures else None}
            values |= {"cost": Decimal(cost) / 100 if cost is not None else None, "expected_cost": Decimal("0.4")}
            await connection.execute(sa.update(jobs).where(jobs.c.id == str(number)).values(**values))
    async with JobStore(empty_url):
        pass
    query = sa.select(ledger.c.job_id, ledger.c.pictures, ledger.c.amount)
    async with connected(empty_url) as connection:
        for _ in range(2):
            found = {row.job_id: (row.pictures, row.amount) for row in await connection.execute(query)}
            for number, (old, (pictures, amount)) in enumerate(OLD_JOBS.items()):
                assert found[str(number)] == (pictures, Decimal(amount)), old
            await connection.run_sync(partial(settle, job_ids=[*found]))


async def test_a_new_database(empty_url: str) -> None:
    """A new database has the schema's tables and the number of the last migration; an older bot refuses to open it."""
    async with JobStore(empty_url) as store:
        assert await store.cleaning.needed() is None
    async with connected(empty_url) as connection:
        assert await connection.run_sync(differences) == []
        assert await version(connection) == max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartupFailed, match="Update the bot"):
        async with JobStore(empty_url):
            pass
    async with connected(empty_url) as connection:
        assert await version(connection) == "9999"
