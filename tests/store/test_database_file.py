"""The SQLite file holds prompts and secrets, so other users of the machine must not be able to read it."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.store.store import JobStore
from tests.database import queued


@pytest.fixture(params=[0o000, 0o022, 0o077])
def _umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the umask of a shell or a service manager."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return the permissions of a folder, named ".", and of the files in it."""
    found = {path.name: S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    return {".": S_IMODE(folder.stat().st_mode), **found}


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """An existing database file in a folder, both readable by a group."""
    tmp_path.chmod(0o750)
    path = tmp_path / "jobs.db"
    path.touch()
    path.chmod(0o640)
    return path


@pytest.mark.usefixtures("_umask")
async def test_a_new_database_is_private(tmp_path: Path) -> None:
    """New files and folders are accessible to their owner only, whatever the umask."""
    path = tmp_path / "above" / "data" / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        await queued(store)
        found = modes(path.parent)
    assert found == {".": 0o700, "jobs.db": 0o600, "jobs.db-wal": 0o600, "jobs.db-shm": 0o600}


async def test_existing_permissions_are_preserved(shared: Path) -> None:
    """An existing folder and file keep their permissions: a group may be meant to read them."""
    async with JobStore(f"sqlite:///{shared}") as store:
        await queued(store)
        found = modes(shared.parent)
    assert found == {".": 0o750, "jobs.db": 0o640, "jobs.db-wal": 0o640, "jobs.db-shm": 0o640}


@pytest.mark.parametrize("name", ["folder", "file/jobs.db"])
async def test_an_unusable_path_is_reported(tmp_path: Path, name: str) -> None:
    """If the database can't be created, the bot does not start and names the setting."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(StartupFailed, match="DATABASE_URL: can't open the database"):
        async with JobStore(f"sqlite:///{tmp_path / name}"):
            pass
