"""The commands in docs/deploy.md work in the given order; ``make guide-check`` runs them with Docker."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from stat import S_IMODE
from textwrap import dedent

import pytest
import sqlalchemy as sa

from flux_bot import __version__
from flux_bot.core.jobs import JobStatus
from flux_bot.settings import Settings
from flux_bot.store.database.engines import open_engine, parse_url
from flux_bot.store.schema import jobs
from flux_bot.store.store import JobStore
from tests.database import Rows, job_with_status, queued
from tests.project.guides import BLOCKS, CHECKOUT, GUIDE, Walk

ROOT = Path(__file__).parents[2]
GIT = f"""\
    #!/bin/sh
    case "$1" in
    clone)
        mkdir {CHECKOUT}
        cp -r {ROOT}/.env.example {ROOT}/compose.yaml {ROOT}/deploy {CHECKOUT}
        ;;
    fetch) ;;
    checkout) echo "$2" > version ;;
    *) exit 1 ;;
    esac
"""
DOCKER = f"""\
    #!/bin/sh
    PYTHONPATH={ROOT} exec {sys.executable} -m tests.project.docker_stand_in "$@"
"""


def stand_ins(folder: Path) -> str:
    """Write programs that replace git and docker, and return their folder."""
    folder.mkdir()
    for name, script in (("git", GIT), ("docker", DOCKER)):
        (folder / name).write_text(dedent(script))
        (folder / name).chmod(0o700)
    return str(folder)


async def ids(url: str) -> set[str]:
    """Return the ids of all jobs in a database."""
    engine = open_engine(parse_url(url))
    found = await engine.read(lambda connection: {*connection.scalars(sa.select(jobs.c.id))})
    await engine.dispose()
    return found


async def test_every_command_works(tmp_path: Path, postgres_url: str) -> None:
    """The guide's commands, from top to bottom, lose no data; a backup is private and can be restored."""
    container = tmp_path / "app"
    data = container / "data"
    data.mkdir(parents=True)
    url = f"sqlite:///{data / 'flux_bot.db'}"
    environment = {"PATH": f"{stand_ins(tmp_path / 'bin')}:{os.environ['PATH']}", "CONTAINER": str(container)}
    replacements = {
        "/opt/flux-bot": str(tmp_path / CHECKOUT),
        " ID": " 1",
        "SECRET": "secret",
        "postgresql://flux_bot:secret@postgres/flux_bot": postgres_url,
        "sqlite:////tmp/": f"sqlite:///{tmp_path}/",
    }
    guide = Walk(tmp_path, environment, replacements)
    await guide.follow("One machine", until="git clone")
    assert S_IMODE((guide.checkout / ".env").stat().st_mode) == 0o600
    with (guide.checkout / ".env").open("a") as file:
        file.write("\nDISCORD_TOKEN=x\nFLUX_API_TOKEN=y\n")
    await guide.follow("One machine")

    async with JobStore(url) as store, Rows(url) as rows:
        before = {(await job_with_status(store, rows, status)).id for status in reversed(JobStatus)}
        await guide.follow("Backup")
        (scheduled,) = (guide.checkout / "backups").iterdir()
        for backup in (guide.checkout / "flux_bot.backup.db", scheduled):
            assert S_IMODE(backup.stat().st_mode) == 0o600, backup
            with closing(sqlite3.connect(backup)) as connection:
                assert {job for (job,) in connection.execute("SELECT id FROM jobs")} == before, backup
        assert await ids(f"sqlite:///{tmp_path}/check.db") == before
        await guide.follow("Requests about a user's data")
        assert S_IMODE((guide.checkout / "user.zip").stat().st_mode) == 0o600
        await queued(store)
    await guide.follow("Restore")
    assert await ids(url) == before
    await guide.follow("Another machine", until="backup -")
    await guide.shell("docker compose down --volumes")
    await guide.follow("Another machine")
    assert await ids(url) == before

    await guide.follow("Upgrade")
    async with JobStore(url) as store:
        await queued(store)
    await guide.follow("Rollback")
    assert (guide.checkout / "version").read_text() == f"v{__version__}\n"
    assert await ids(url) == before

    await guide.follow("From SQLite to PostgreSQL")
    assert await ids(postgres_url) == before
    assert not [*data.glob("flux_bot.db*")]
    await guide.follow("Several processes")
    assert "bot-2" in (container / "running").read_text().split()
    (data / "words.txt").touch()
    await guide.follow("Uninstall")
    assert [*data.iterdir()] == []
    assert guide.sections_left == []


def test_the_nightly_backup(tmp_path: Path) -> None:
    """The backup script deletes old backups only after making a new one, and leaves no unfinished file."""
    (tmp_path / "deploy").mkdir()
    script = shutil.copy(ROOT / "deploy" / "backup.sh", tmp_path / "deploy")
    backups = tmp_path / "backups"
    backups.mkdir(mode=0o700)
    old, recent, foreign = (backups / f"{name}.db" for name in ("flux_bot-old", "flux_bot-recent", "other"))
    for file, days in ((old, 16), (recent, 13), (foreign, 16)):
        file.touch()
        os.utime(file, times=(time.time() - days * 86_400,) * 2)
    docker = tmp_path / "docker"
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for code, left in ((1, {old, recent, foreign}), (0, {recent, foreign})):
        docker.write_text(f"#!/bin/sh\necho content\nexit {code}\n")
        docker.chmod(0o700)
        assert subprocess.run([script], env=environment, check=False).returncode == code
        made = {*backups.iterdir()} - left
        assert {*backups.iterdir()} >= left, code
        assert [file.read_text() for file in made] == ["content\n"] * (1 - code), code
        assert all(S_IMODE(file.stat().st_mode) == 0o600 for file in made)


def test_env_is_private() -> None:
    """Every command in the documents that creates .env makes a file that only its owner can read."""
    for name in ("README.md", "docs/deploy.md", "compose.yaml"):
        assert "install -m 600 .env.example .env" in (ROOT / name).read_text(), name
        assert "cp .env.example" not in (ROOT / name).read_text(), name


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_secrets_are_not_committed() -> None:
    """Git ignores .env and its copies, backups and databases."""
    secret = [".env", ".env.bak", "flux_bot.backup.db", "flux_bot.dump", "data/x"]
    command = ["git", "check-ignore", *secret, ".env.example"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == secret


def test_what_the_guide_names_exists() -> None:
    """The guide's settings exist, its versions match, and every command is in a block that the tests run."""
    named = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)\b", GUIDE))
    in_compose = set(re.findall(r"^#   ([A-Z_]+)=", (ROOT / "compose.yaml").read_text(), re.MULTILINE))
    assert named <= {name.upper() for name in Settings.model_fields} | in_compose
    assert "ROLE=worker" in GUIDE
    current, following = dict.fromkeys(re.findall(r"\bv(\d+\.\d+\.\d+)", GUIDE))
    assert current == __version__
    assert f"here {following}," in GUIDE
    assert {block.language for block in BLOCKS} == {"sh", "crontab", "dotenv", "yaml"}
