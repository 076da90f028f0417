"""The bot as a process that can't start: one readable line, the right exit code, never a traceback."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from flux_bot import __version__
from flux_bot.settings import Settings

ROOT = Path(__file__).parents[2]
SETTINGS = {*(name.upper() for name in Settings.model_fields), "ACEDATACLOUD_API_TOKEN"}
MARK = "secret-marker"


@dataclass(frozen=True, slots=True)
class Ended:
    """The output of a process that has ended."""

    code: int | None
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines it printed besides its log."""
        assert "Traceback" not in self.err
        assert MARK not in self.err
        return [line.removeprefix("flux-bot: ") for line in self.err.splitlines() if line.startswith("flux-bot: ")]


async def run_bot(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> Ended:
    """Run bot.py in its own folder until it ends, with these settings only."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bot.py"),
        *arguments,
        cwd=folder,
        env={**{name: value for name, value in os.environ.items() if name not in SETTINGS}, **(settings or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
def valid_settings(unused_tcp_port: int) -> dict[str, str]:
    """Valid settings, but nothing listens at DISCORD_API_URL."""
    return {
        "DISCORD_TOKEN": f"discord-{MARK}",
        "FLUX_API_TOKEN": f"flux-{MARK}",
        "DISCORD_API_URL": f"http://127.0.0.1:{unused_tcp_port}/api/v10",
        "FLUX_API_URL": f"http://127.0.0.1:{unused_tcp_port}",
        "WEBHOOK_HOST": "127.0.0.1",
        "WEBHOOK_PORT": "0",
        "LOG_LEVEL": "ERROR",
    }


# --- exit code 0 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--help", "-h"])
async def test_help(tmp_path: Path, option: str) -> None:
    """The commands are listed without any settings."""
    ended = await run_bot(tmp_path, option)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("usage: bot.py")
    assert {"run", "sandbox"} <= set(ended.out.split())


async def test_version(tmp_path: Path) -> None:
    """The version is the package's."""
    ended = await run_bot(tmp_path, "--version")
    assert (ended.code, ended.out, ended.err) == (0, f"{__version__}\n", "")


# --- exit code 2: invalid settings --------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("run",)])
async def test_missing_tokens(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Without settings, one line names both tokens."""
    ended = await run_bot(tmp_path, *arguments)
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (2, "", f"flux-bot: {said}\n")
    assert said.startswith("DISCORD_TOKEN is missing")
    assert "; FLUX_API_TOKEN is missing" in said


async def test_a_copy_of_the_example(tmp_path: Path) -> None:
    """An unchanged copy of .env.example gives the same error as no file."""
    folder = tmp_path / "copy"
    folder.mkdir()
    (folder / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    assert await run_bot(folder) == await run_bot(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", f"two {MARK}"),
        ("WEBHOOK_PORT", MARK),
        ("PUBLIC_URL", f"https://example.org:{MARK}"),
        ("JOB_DEADLINE_SECONDS", "inf"),
        ("DATABASE_URL", f"postgresql://user:{MARK}@127.0.0.1:port/bot"),
        ("DATABASE_URL", f"postgresql://user:an@sign:{MARK}@127.0.0.1/bot"),
        ("DATABASE_URL", f"postgresql://user:{MARK}@127.0.0.1/bot?unheard=of"),
        ("DATABASE_URL", "sqlite:///"),
        ("FLUX_CATALOGUE", "missing.toml"),
        ("FLUX_CATALOGUE", "."),
    ],
)
async def test_an_invalid_setting(tmp_path: Path, valid_settings: dict[str, str], name: str, value: str) -> None:
    """One line names the variable and does not show its value."""
    ended = await run_bot(tmp_path, settings={**valid_settings, name: value})
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (2, "", f"flux-bot: {said}\n")
    assert re.match(rf"{name}\b", said)


async def test_an_invalid_file(tmp_path: Path, valid_settings: dict[str, str]) -> None:
    """An .env file that is not UTF-8 is named."""
    (tmp_path / ".env").write_bytes("# é\n".encode("latin-1"))
    ended = await run_bot(tmp_path, settings=valid_settings)
    (said,) = ended.complaints
    assert (ended.code, ended.err) == (2, f"flux-bot: {said}\n")
    assert ".env" in said


async def test_an_unknown_command(tmp_path: Path) -> None:
    """An unknown command prints the usage."""
    ended = await run_bot(tmp_path, "dance")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("usage: bot.py")


# --- exit code 1: external errors ---------------------------------------------------------------------------


async def test_discord_is_unreachable(tmp_path: Path, valid_settings: dict[str, str]) -> None:
    """One line says that Discord can't be reached, and at which address."""
    ended = await run_bot(tmp_path, settings=valid_settings)
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (1, "", f"flux-bot: {said}\n")
    assert said.startswith(f"DISCORD_API_URL: Discord can't be reached at {valid_settings['DISCORD_API_URL']}")


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_the_log_contains_no_secret(tmp_path: Path, valid_settings: dict[str, str], log_format: str) -> None:
    """Even the DEBUG log of a failed start contains neither token nor traceback."""
    ended = await run_bot(tmp_path, settings={**valid_settings, "LOG_LEVEL": "DEBUG", "LOG_FORMAT": log_format})
    assert ended.code == 1
    assert len(ended.complaints) == 1
    assert "results by look-ups alone (PUBLIC_URL is empty)" in ended.err


async def test_discord_refuses_the_token(tmp_path: Path, valid_settings: dict[str, str]) -> None:
    """One line says that the token is invalid."""

    async def refuse(_: web.Request) -> web.Response:
        body = '{"message": "401: Unauthorized", "code": 0}'
        return web.Response(status=401, body=body, headers={"Content-Type": "application/json"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    async with TestServer(app) as server:
        settings = {**valid_settings, "DISCORD_API_URL": str(server.make_url("/api/v10"))}
        ended = await run_bot(tmp_path, settings=settings)
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (1, "", f"flux-bot: {said}\n")
    assert said.startswith("DISCORD_TOKEN: Discord refuses the token")


async def test_the_port_is_taken(tmp_path: Path, valid_settings: dict[str, str]) -> None:
    """One line names the setting, host and port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = await run_bot(tmp_path, settings={**valid_settings, "WEBHOOK_PORT": port})
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (1, "", f"flux-bot: {said}\n")
    assert said.startswith(f"WEBHOOK_PORT: can't listen on 127.0.0.1:{port}")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a-file/bot.db",
        "sqlite:///a-file",
        "sqlite:///a-folder",
        f"postgresql://user:{MARK}@127.0.0.1:{{closed}}/bot",
    ],
)
async def test_the_database_can_not_be_opened(
    tmp_path: Path, valid_settings: dict[str, str], unused_tcp_port: int, url: str
) -> None:
    """One line says that the database can't be opened, without its password."""
    (tmp_path / "a-file").write_text("This is no database, and long enough to be seen as none. " * 99)
    (tmp_path / "a-folder").mkdir()
    ended = await run_bot(tmp_path, settings={**valid_settings, "DATABASE_URL": url.format(closed=unused_tcp_port)})
    (said,) = ended.complaints
    assert (ended.code, ended.out, ended.err) == (1, "", f"flux-bot: {said}\n")
    assert said.startswith("DATABASE_URL: can't open the database")
