"""Migrating a database of any age to the latest version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import AsyncConnection

from flux_bot.core.errors import StartupFailed
from flux_bot.store.migrations import upgrade
from flux_bot.store.schema import metadata
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
    """Open a transaction past the store."""
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
    """Its tables are upgraded and its jobs are processed."""
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


async def test_a_new_database(empty_url: str) -> None:
    """It has the tables of the schema and the number of the last migration; an older bot refuses to open it."""
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
