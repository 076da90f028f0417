"""Databases and new files that the operator's commands open."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.store.operator.opening import new_file
from flux_bot.store.store import JobStore

ROOT = Path(__file__).parents[3]
SCRIPT = """
import asyncio, sys
from pathlib import Path
from flux_bot.core.errors import StartupFailed
from flux_bot.store.operator.backups import restore
from flux_bot.store.operator.copying import copy_database
from flux_bot.store.operator.opening import check_source_exists, new_file
folder = Path(sys.argv[1])
inside, outside = (f"sqlite:///{where}/jobs.db" for where in (folder, folder.parent))
for work in (
    lambda: new_file(folder / "new", "data").__enter__(),
    lambda: check_source_exists(inside),
    lambda: asyncio.run(copy_database(inside, outside)),
    lambda: asyncio.run(copy_database(outside, inside)),
    lambda: asyncio.run(restore(folder / "backup", outside)),
):
    try:
        work()
    except StartupFailed as failed:
        print(failed)
"""


def test_a_new_file(tmp_path: Path) -> None:
    """A new file appears only when it is complete, and only its owner can read it; a failure leaves no file."""
    file = tmp_path / "new"
    with new_file(file, "data") as unfinished:
        unfinished.write_text("complete")
        assert not file.exists()
    assert (file.read_text(), S_IMODE(file.stat().st_mode)) == ("complete", 0o600)
    other = tmp_path / "other"
    with pytest.raises(ValueError, match="broken"), new_file(other, "data"):
        raise ValueError("broken")
    with pytest.raises(StartupFailed, match="other: File exists"), new_file(other, "data") as unfinished:
        _ = unfinished.write_text("complete"), other.write_text("somebody else's")
    assert other.read_text() == "somebody else's"
    assert {*tmp_path.iterdir()} == {file, other}


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names the file and says what to do; nothing is left behind."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    (tmp_path / "dangling").symlink_to("nowhere")
    before = {*tmp_path.iterdir()}
    for file, why in (
        (Path("-"), r"standard output \(-\)\. Choose a new file"),
        (tmp_path, "is a folder. Choose a new file in it"),
        (Path("/dev/null"), "already exists. Choose a new file"),
        (tmp_path / "pipe", "already exists"),
        (tmp_path / "link", "already exists"),
        (tmp_path / "dangling", "File exists"),
        (tmp_path / "none" / "file", f"there is no folder {tmp_path}/none. Create it"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(StartupFailed, match=f"^FILE: .*{why}"), new_file(file, "data") as unfinished:
            unfinished.touch()
    assert {*tmp_path.iterdir()} == before


async def create_database(url: str) -> None:
    """Create the tables of an empty database."""
    async with JobStore(url):
        pass


def test_a_folder_that_may_not_be_used(tmp_path: Path) -> None:
    """The errors name the argument or setting, and the user who needs access."""
    folder = tmp_path / "closed"
    folder.mkdir()
    asyncio.run(create_database(f"sqlite:///{tmp_path}/jobs.db"))
    folder.chmod(0)
    if os.geteuid() == 0:
        os.chown(folder, 12345, 12345)
    # Root can write everywhere, unless it gives up its capabilities.
    unprivileged = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
    command = [*unprivileged, sys.executable, "-c", SCRIPT, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    folder.chmod(0o700)
    user, owner = os.geteuid(), folder.stat().st_uid
    new, *databases, backup = done.stdout.splitlines()
    why = f"Permission denied. Choose a new file in a folder where user {user} can write."
    assert new == f"FILE: can't write {folder}/new: {why}"
    assert backup == f"FILE: can't read {folder}/backup: Permission denied. Choose a backup that user {user} can read."
    assert [line.partition(": ")[0] for line in databases] == ["DATABASE_URL", "FROM", "DATABASE_URL"]
    for line in databases:
        assert f"{folder} belongs to user {owner}, and the bot runs as user {user}. " in line
