"""The bot as a process that can't start: it prints one readable line and no traceback, and its exit code is right."""

import asyncio
import json
import re
import socket
from contextlib import ExitStack
from pathlib import Path

from flux_bot import __version__
from flux_bot.store.database.engines import only_gateway_on
from tests.end_to_end.bot_process import ROOT, SECRET, Ended, run_bot
from tests.flux.caller import free_port

VALID_SETTINGS = {
    "DISCORD_TOKEN": f"discord-{SECRET}",
    "FLUX_API_TOKEN": f"flux-{SECRET}",
    "DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10",
    "FLUX_API_URL": f"http://127.0.0.1:{free_port()}",
    "WEBHOOK_HOST": "127.0.0.1",
    "WEBHOOK_PORT": "0",
    "HEALTH_PORT": "0",
    "LOG_LEVEL": "ERROR",
}
"""Settings with addresses at which nothing listens."""


async def test_without_settings(tmp_path: Path) -> None:
    """Help and version need no settings; the bot names missing settings, even with an unchanged .env.example."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    notice, version, unknown, missing, copied = await asyncio.gather(
        run_bot(tmp_path, "--help"),
        run_bot(tmp_path, "--version"),
        run_bot(tmp_path, "dance"),
        run_bot(tmp_path, "run"),
        run_bot(tmp_path / "copy"),
    )
    assert (notice.code, notice.err) == (0, "")
    assert {"run", "sandbox", "doctor", "copy-database"} <= set(notice.out.split())
    assert (version.code, version.out, version.err) == (0, f"{__version__}\n", "")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err.startswith("usage: bot.py")
    assert missing.complaint.startswith("DISCORD_TOKEN is missing")
    assert "; FLUX_API_TOKEN is missing" in missing.complaint
    assert missing == copied == Ended(2, "", f"flux-bot: {missing.complaint}\n")


async def test_invalid_settings(tmp_path: Path) -> None:
    """One line names the variable, or the file, and does not show the value."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / ".env").write_bytes("# é\n".encode("latin-1"))
    changes = {
        "WEBHOOK_PORT": SECRET,
        "DATABASE_URL": f"postgresql://user:{SECRET}@127.0.0.1:port/bot",
        "FLUX_CATALOGUE": "missing.toml",
    }
    runs = {name: run_bot(tmp_path, settings={**VALID_SETTINGS, name: value}) for name, value in changes.items()}
    runs[".env"] = run_bot(tmp_path / "broken", settings=VALID_SETTINGS)
    for name, ended in zip(runs, await asyncio.gather(*runs.values()), strict=True):
        assert ended == Ended(2, "", f"flux-bot: {ended.complaint}\n"), name
        assert name in ended.complaint.split(maxsplit=1)[0] or name == ".env" in ended.complaint, ended


async def test_external_errors(tmp_path: Path) -> None:
    """One line says what can't be reached or used, and at which address, without passwords."""
    (tmp_path / "a-file").write_text("This is no database, and long enough to be seen as none. " * 99)
    with socket.create_server(("127.0.0.1", 0)) as taken, ExitStack() as in_use:
        port = taken.getsockname()[1]
        cases = [
            ({}, f"DISCORD_API_URL: Discord can't be reached at {VALID_SETTINGS['DISCORD_API_URL']}"),
            (
                {"WEBHOOK_PORT": str(port), "DATABASE_URL": "sqlite:///other.db"},
                f"WEBHOOK_PORT: can't listen on 127.0.0.1:{port}",
            ),
            ({"DATABASE_URL": "sqlite:///link.db"}, "DATABASE_URL: another flux-bot is running with"),
            ({"DATABASE_URL": "sqlite:///a-file"}, "DATABASE_URL: can't open the database"),
            (
                {"DATABASE_URL": f"postgresql://user:{SECRET}@127.0.0.1:{free_port()}/bot"},
                "DATABASE_URL: can't open the database",
            ),
        ]
        runs = [run_bot(tmp_path, settings={**VALID_SETTINGS, **changes}) for changes, _ in cases]
        (tmp_path / "link.db").symlink_to(tmp_path / "in-use.db")
        in_use.enter_context(only_gateway_on(f"sqlite:///{tmp_path / 'in-use.db'}"))
        for (changes, start), ended in zip(cases, await asyncio.gather(*runs), strict=True):
            assert ended == Ended(1, "", f"flux-bot: {ended.complaint}\n"), changes
            assert ended.complaint.startswith(start), changes


async def test_the_log_contains_no_secret(tmp_path: Path) -> None:
    """Even the DEBUG log of a failed start contains no token and no traceback; the error of a JSON log is JSON."""
    formats = ("text", "json")
    runs = [
        run_bot(
            tmp_path,
            settings={
                **VALID_SETTINGS,
                "LOG_LEVEL": "DEBUG",
                "LOG_FORMAT": name,
                "DATABASE_URL": f"sqlite:///{name}.db",
            },
        )
        for name in formats
    ]
    text, objects = await asyncio.gather(*runs)
    assert text.complaint.startswith("DISCORD_API_URL: ")
    last = [json.loads(line) for line in objects.err.splitlines()][-1]
    assert (last["level"], last["message"]) == ("CRITICAL", text.complaint)
    for ended in (text, objects):
        assert ended.code == 1
        assert not re.search(f"Traceback|{SECRET}", ended.err)
        assert "results by look-ups alone (PUBLIC_URL is empty)" in ended.err
