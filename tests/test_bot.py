"""The command line: each command calls the right function. Further tests are in ``tests/end_to_end/test_start.py``."""

import asyncio
import json
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import discord
import pytest
import sqlalchemy as sa

import bot
from flux_bot.store.store import JobStore
from tests.database import queued
from tests.flux.caller import UNREACHABLE

SETTINGS = {
    "DISCORD_TOKEN": "x",
    "DISCORD_API_URL": UNREACHABLE,
    "FLUX_API_TOKEN": "y",
    "FLUX_API_URL": UNREACHABLE,
    "PUBLIC_URL": "",
    "WEBHOOK_HOST": "127.0.0.1",
    "WEBHOOK_PORT": "0",
    "HEALTH_PORT": "0",
    "DATABASE_URL": "sqlite:///jobs.db",
    "LOG_LEVEL": "ERROR",
}


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_logging: None) -> None:  # noqa: ARG001
    """Valid settings with addresses where nothing listens; what a command changes in this process is restored."""
    monkeypatch.chdir(tmp_path)
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command, the bot runs."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        unreachable = f"flux-bot: DISCORD_API_URL: Discord can't be reached at {UNREACHABLE.rstrip('/')}"
        for arguments, output, error in (
            ([], "", unreachable),
            (["run"], "", unreachable),
            (["doctor"], "✓ Settings: valid\n✓ Database: ", ""),
            (["sandbox", "--port", port, "--data", str(tmp_path)], "", f"flux-bot: --port: can't use port {port} "),
        ):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)  # the commands change this value
                assert bot.main(arguments) == 1, arguments
            out, err = capsys.readouterr()
            assert out.startswith(output), out
            assert err.startswith(error), err


def test_missing_packages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """If a command's packages are missing, one line says how to install them."""
    for package, arguments, advice in (
        ("simcord", ["sandbox"], "this Python does not have the sandbox's packages. Run `make sandbox` in a checkout"),
        ("discord", [], "this Python does not have the bot's packages. Start the bot with `make run`"),
        ("discord", ["doctor"], "this Python does not have the bot's packages. Start the bot with `make run`"),
    ):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            with pytest.raises(SystemExit, match=r"^1$"):
                bot.main(arguments)
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1), package
        assert err.startswith(f"flux-bot: {advice}"), err


def test_json_errors(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With LOG_FORMAT=json, errors that prevent the bot or a command from starting are JSON."""
    monkeypatch.setenv("LOG_FORMAT", "json")
    for name, value, arguments, code, start in (
        ("DATABASE_URL", "sqlite:///none.db", ["backup", "backup.db"], 1, "DATABASE_URL: there is no database at"),
        ("DISCORD_TOKEN", "", [], 2, "DISCORD_TOKEN is missing"),
        ("WEBHOOK_PORT", "x", [], 2, "WEBHOOK_PORT: must be"),
        ("ROLE", "worker", [], 2, "DATABASE_URL: a worker (ROLE=worker) needs the PostgreSQL database"),
        ("DATABASE_URL", "sqlite:///.", [], 1, "DATABASE_URL: can't open the database"),
        ("DATABASE_URL", "sqlite:///new.db", ["copy-database", "nonsense"], 2, "FROM: must start with"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert bot.main(arguments) == code, (name, arguments)
        out, err = capsys.readouterr()
        line = json.loads(err)
        assert (out, line["level"]) == ("", "CRITICAL"), name
        assert line["message"].startswith(start), name


def test_commands_about_a_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The commands export everything that is stored about a user, and erase it."""

    async def prepare() -> None:
        async with JobStore("sqlite:///jobs.db") as store:
            await queued(store, 7)

    asyncio.run(prepare())
    assert bot.main(["export-user", "7", "user.zip"]) == 0
    assert capsys.readouterr() == ("Wrote user.zip. Only you can read it.\n", "")
    assert (tmp_path / "user.zip").exists()
    assert bot.main(["erase-user", "7", "--messages"]) == 0
    assert capsys.readouterr().out.startswith("Erased user 7: 1 requests.\n1 of them were open and are cancelled;")
    assert bot.main(["export-user", "7", "again.zip"]) == 1
    assert capsys.readouterr() == ("", "flux-bot: ID: nothing is stored about user 7\n")
    for impossible in ("0", "-7", "alice", f"{2**63}"):
        with pytest.raises(SystemExit):
            bot.main(["erase-user", "--", impossible])
        assert f"invalid user_id value: '{impossible}'" in capsys.readouterr().err


def test_copy_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All jobs are copied into DATABASE_URL, which must be empty."""

    async def prepare() -> None:
        async with JobStore("sqlite:///source.db") as store:
            await queued(store, 1)
            await queued(store, 2)

    asyncio.run(prepare())
    assert bot.main(["copy-database", "sqlite:///source.db"]) == 0
    assert capsys.readouterr() == ("Copied 2 requests.\n", "")
    assert (tmp_path / "jobs.db").exists()
    assert bot.main(["copy-database", "sqlite:///source.db"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("flux-bot: ")


def test_backup_and_restore(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backup is written and restored, and the output tells the operator about open jobs."""

    async def prepare() -> None:
        async with JobStore("sqlite:///jobs.db") as store:
            await queued(store, 1)
            await queued(store, 2)

    asyncio.run(prepare())
    assert bot.main(["backup", "backup.db"]) == 0
    assert capsys.readouterr() == ("Wrote 2 requests to backup.db. Only you can read it.\n", "")
    assert bot.main(["backup", "backup.db"]) == 1
    assert capsys.readouterr() == ("", "flux-bot: FILE: backup.db already exists. Choose a new file.\n")
    assert bot.main(["restore", "backup.db"]) == 1
    assert capsys.readouterr().err.startswith("flux-bot: DATABASE_URL: this database is not empty. --replace ")
    (tmp_path / "jobs.db").unlink()
    assert bot.main(["restore", "backup.db"]) == 0
    restored, advice = capsys.readouterr().out.splitlines()
    assert restored == "Restored 2 requests."
    assert advice.startswith("2 of them were open when the backup was made.")
    assert bot.main(["restore", "backup.db", "--replace", "--discard-open-jobs"]) == 0
    assert capsys.readouterr() == ("Restored 0 requests.\nDiscarded 2 open requests.\n", "")


def test_a_stopped_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """SIGTERM and Ctrl-C end a long-running command, which leaves no files behind."""

    async def prepare() -> None:
        async with JobStore("sqlite:///jobs.db") as store:
            await queued(store, 1)

    asyncio.run(prepare())
    before = {*tmp_path.iterdir()}
    for number in (signal.SIGTERM, signal.SIGINT):

        def stop(connection: sqlite3.Connection, _: object, number: signal.Signals = number) -> None:
            if ".flux-bot-" in str(connection.execute("PRAGMA database_list").fetchall()):
                signal.raise_signal(number)

        sa.event.listen(sa.Pool, "connect", stop)
        try:
            assert bot.main(["backup", "backup.db"]) == 1, number
        finally:
            sa.event.remove(sa.Pool, "connect", stop)
        assert capsys.readouterr() == ("", "flux-bot: The command was stopped before it finished.\n"), number
        assert {*tmp_path.iterdir()} == before, number
