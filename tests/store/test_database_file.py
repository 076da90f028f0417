"""The SQLite file: it holds prompts and secrets, so nobody else on the machine may read it."""

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
    """Set what a shell or a service manager leaves to others."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Return who may do what with a folder, named ".", and with the files in it."""
    found = {path.name: S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    return {".": S_IMODE(folder.stat().st_mode), **found}


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A file in a folder, both for a group to read."""
    tmp_path.chmod(0o750)
    path = tmp_path / "jobs.db"
    path.touch()
    path.chmod(0o640)
    return path


@pytest.mark.usefixtures("_umask")
async def test_the_database_is_its_users_alone(tmp_path: Path) -> None:
    """The file, what SQLite puts beside it and the folder made for it are closed to others, whatever the umask."""
    path = tmp_path / "above" / "data" / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        await queued(store)
        found = modes(path.parent)
    assert found == {".": 0o700, "jobs.db": 0o600, "jobs.db-wal": 0o600, "jobs.db-shm": 0o600}


async def test_what_the_operator_set_stays(shared: Path) -> None:
    """A folder and a file that were there keep their modes: a group may be meant to read them."""
    async with JobStore(f"sqlite:///{shared}") as store:
        await queued(store)
        found = modes(shared.parent)
    assert found == {".": 0o750, "jobs.db": 0o640, "jobs.db-wal": 0o640, "jobs.db-shm": 0o640}


@pytest.mark.parametrize("name", ["folder", "file/jobs.db"])
async def test_a_path_that_is_no_file_is_said(tmp_path: Path, name: str) -> None:
    """A database that can't be made ends the start with a sentence that names the setting."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(StartupFailed, match="DATABASE_URL: can't open the database"):
        async with JobStore(f"sqlite:///{tmp_path / name}"):
            pass
