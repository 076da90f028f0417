"""What the operator names as a file."""

import os
import subprocess
import sys
from pathlib import Path
from stat import S_IMODE

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.store.operator.opening import new_file

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys
from pathlib import Path
from flux_bot.core.errors import StartupFailed
from flux_bot.store.operator.opening import new_file
try:
    with new_file(Path(sys.argv[1]), "data"):
        print("can write")
except StartupFailed as failed:
    print(failed)
"""


def test_a_new_file(tmp_path: Path) -> None:
    """It appears only when it is complete, and only its owner can read it; a failure leaves nothing."""
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
        (Path("-"), r"standard output \(-\)\. Name a new file"),
        (tmp_path, "is a folder. Name a new file in it"),
        (Path("/dev/null"), "exists already. Name a new file"),
        (tmp_path / "pipe", "exists already"),
        (tmp_path / "link", "exists already"),
        (tmp_path / "dangling", "File exists"),
        (tmp_path / "none" / "file", f"there is no folder {tmp_path}/none. Create it"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(StartupFailed, match=f"^FILE: .*{why}"), new_file(file, "data") as unfinished:
            unfinished.touch()
    assert {*tmp_path.iterdir()} == before


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """The error says which user needs access."""
    tmp_path.chmod(0o500)
    # Root itself may write everywhere, unless it gives up its capabilities.
    unprivileged = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
    command = [*unprivileged, sys.executable, "-c", SCRIPT, str(tmp_path / "new")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    why = f"Permission denied. Name a new file in a folder where user {os.geteuid()} may write."
    assert done.stdout == f"FILE: can't write {tmp_path}/new: {why}\n"
