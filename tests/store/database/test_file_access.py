"""The advice about inaccessible files names their owner, the bot's user, and a command that fixes the problem."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flux_bot.store.database.file_access import access_advice

ROOT = Path(__file__).parents[3]
OTHER_USER = 10001
SCRIPT = """
import sys
from pathlib import Path
from flux_bot import settings
from flux_bot.core.errors import StartupFailed
from flux_bot.store.database.engines import only_gateway_on
from flux_bot.store.database.file_access import access_advice
for database in sys.argv[1:]:
    for marks in ((), ("/",)):
        settings.CONTAINER_MARKS = marks
        print(access_advice(Path(database)))
try:
    only_gateway_on(f"sqlite:///{sys.argv[1]}").__enter__()
except StartupFailed as error:
    print(error)
"""


def test_what_to_do(tmp_path: Path) -> None:
    """The advice names the folder, the nearest existing folder or the file, on the host or on this machine."""
    is_root = os.geteuid() == 0
    user, group = os.geteuid(), os.getegid()
    closed, opened = tmp_path / "closed", tmp_path / "open"
    closed.mkdir()
    opened.mkdir()
    file = opened / "jobs.db"
    file.touch()
    (opened / "notes.txt").touch()
    for place in (closed, file):
        place.chmod(0o500)
        if is_root:
            os.chown(place, OTHER_USER, OTHER_USER)
    owner = OTHER_USER if is_root else user
    # Root can write everywhere, unless it gives up its capabilities.
    unprivileged = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if is_root else ()
    databases = (closed / "jobs.db", closed / "below" / "data" / "jobs.db", file)
    environment = {name: value for name, value in os.environ.items() if name != "KUBERNETES_SERVICE_HOST"}
    done = subprocess.run(
        [*unprivileged, sys.executable, "-c", SCRIPT, *map(str, databases)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    command, change = ("chown", f"{user}:{group}") if is_root else ("chmod", "u+rwX")
    expected = []
    for place, target, database in zip(
        (closed, closed, file), (f"{closed}", f"{closed}", f"{file}*"), databases, strict=True
    ):
        facts = f" {place} belongs to user {owner}, and the bot runs as user {user}. "
        mounted = f"the folder that is mounted at {database.parent}"
        expected += [
            f"{facts}Choose another folder, or run `{command} {change} {target}`.",
            f"{facts}On the host, run `{command} -R {change} FOLDER` for {mounted}.",
        ]
    *advice, error = done.stdout.splitlines()
    assert advice == expected
    refused = f"can't write to the folder of {databases[0]}: Permission denied."
    assert error == f"DATABASE_URL: {refused}{expected[1]}"  # the bot's own error ends with the advice


def test_other_reasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The advice names a folder in place of the file, or a read-only file system; without a problem it is empty."""
    assert access_advice(tmp_path / "jobs.db") == access_advice(tmp_path / "new" / "folder" / "jobs.db") == ""
    assert access_advice(tmp_path / ("x" * 300)) == ""
    assert access_advice(tmp_path) == f" {tmp_path} is a folder: name a file in it."
    read_only = os.statvfs_result((0, 0, 0, 0, 0, 0, 0, 0, os.ST_RDONLY, 0))
    monkeypatch.setattr(os, "statvfs", lambda _: read_only)
    assert access_advice(tmp_path / "jobs.db").startswith(f" {tmp_path} is on a read-only file system")
