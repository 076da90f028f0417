"""The doctor: each failed check names its fault and says what to do; a healthy set-up passes all checks."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from flux_bot.doctor import checks, discord_application
from flux_bot.doctor.checks import run_checks
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, BadAnswer
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.web import reachability
from tests.end_to_end.bot_process import DISCORD_TOKEN, Wire, wire
from tests.end_to_end.test_settings import Ended, run_bot
from tests.flux.caller import TOKEN, eventually
from tests.wire.discord_server import WireDiscord

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
UNREACHABLE = f"http://{LOOPBACK}:1"
SUBJECTS = ["Settings", "Database", "Discord", "Installation", "Invitation", "Image API", "Web server"]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def _restore_discord_address() -> Iterator[None]:
    """Restore the address of Discord, which is global to the process."""
    was = discord.http.Route.BASE
    yield
    discord.http.Route.BASE = was


@dataclass(frozen=True, slots=True)
class Environment:
    """What the doctor checks, by default without faults."""

    folder: Path
    discord: WireDiscord
    flux: FakeFlux
    port: int

    def settings(self, **changes: Any) -> Settings:
        """Return valid settings with some changed."""
        usual: dict[str, Any] = {
            "discord_token": DISCORD_TOKEN,
            "discord_api_url": self.discord.api_url,
            "flux_api_token": TOKEN,
            "flux_api_url": self.flux.url,
            "public_url": f"http://{LOOPBACK}:{self.port}",
            "webhook_host": LOOPBACK,
            "webhook_port": self.port,
            "database_url": f"sqlite:///{self.folder / 'jobs.db'}",
        }
        return Settings.load(env_file=None, **usual | changes)

    async def run_checks(self, **changes: Any) -> dict[str, tuple[bool, str]]:
        """Run all checks, and return for each name whether it passed, and its message."""
        return {result.name: (result.ok, result.message) async for result in run_checks(self.settings(**changes))}

    async def failure_of(self, subject: str, **changes: Any) -> str:
        """Return the message of this check, which must be the only one that fails."""
        found = await self.run_checks(**changes)
        assert [name for name, (ok, _) in found.items() if not ok] == [subject]
        return found[subject][1]


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[Environment]:
    """A Discord, an image API and a free port."""
    async with WireDiscord(token=DISCORD_TOKEN) as wire_discord, FakeFlux(token=TOKEN) as flux:
        yield Environment(tmp_path, wire_discord, flux, unused_port())
        assert wire_discord.violations == []


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve any path with a handler, and yield the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


# --- no faults ------------------------------------------------------------------------------------------


async def test_all_checks_pass(environment: Environment) -> None:
    """Without faults every check passes, and nothing that costs money was submitted."""
    found = await environment.run_checks()
    assert list(found) == SUBJECTS
    assert all(ok for ok, _ in found.values())
    assert found["Discord"][1] == "logged in as wire-bot, in about 1 servers"
    assert found["Installation"][1] == "set up correctly."
    assert found["Web server"][1].endswith(f" reach the doctor on port {environment.port}")
    (lookup,) = environment.flux.lookups
    assert lookup.body == {"action": "retrieve_batch", "ids": []}
    assert environment.flux.submissions == []
    assert {request.method for request in environment.discord.requests} == {"GET"}
    assert environment.discord.commands == {}


async def test_the_invitation_link(environment: Environment) -> None:
    """The invite link is that of the README, with the application's id."""
    found = await environment.run_checks()
    (in_readme,) = re.findall(r"`(https://discord\.com/oauth2/authorize\S+)`", (ROOT / "README.md").read_text())
    assert found["Invitation"][1] == in_readme.replace("APPLICATION_ID", str(environment.discord.application_id))


async def test_without_callbacks(environment: Environment) -> None:
    """Without PUBLIC_URL only the port is checked."""
    found = await environment.run_checks(public_url="")
    assert found["Web server"] == (
        True,
        f"the doctor listens on port {environment.port}; PUBLIC_URL is empty, so results are looked up",
    )


async def test_private_hosts_are_mentioned(environment: Environment) -> None:
    """ALLOW_PRIVATE_IMAGE_HOSTS is mentioned, but passes."""
    found = await environment.run_checks(allow_private_image_hosts=True)
    assert found["Settings"] == (True, "valid, but ALLOW_PRIVATE_IMAGE_HOSTS is on, which is for tests only")


@pytest.mark.parametrize("host", ["0.0.0.0", LOOPBACK])  # noqa: S104  operators use it
async def test_the_running_bot(tmp_path: Path, host: str) -> None:
    """While the bot runs, PUBLIC_URL must lead to it, and does."""
    async with wire(tmp_path, settings={"WEBHOOK_HOST": host}) as world:
        ended = await run_doctor(world)
        assert ended.code == 0
        assert f"callbacks to {world.bot.url} reach the running bot on port" in ended.out


async def test_through_a_reverse_proxy(environment: Environment) -> None:
    """A proxy that forwards only POST /callbacks/, below its own path, passes."""

    async def proxy(request: web.Request) -> web.Response:
        if request.method != "POST" or not request.path.startswith("/flux/callbacks/"):
            return web.Response(status=404)
        inner = f"http://{LOOPBACK}:{environment.port}{request.path.removeprefix('/flux')}"
        async with ClientSession() as session, session.post(inner) as answer:
            return web.Response(status=answer.status, body=await answer.read())

    async with serving(proxy) as url:
        assert (await environment.failure_of("Web server", public_url=url)).count("HTTP 404") == 1
        found = await environment.run_checks(public_url=f"{url}/flux")
        assert found["Web server"][0], found


async def test_the_proof(environment: Environment) -> None:
    """The proof differs for each nonce and each token, and is given only for a short nonce."""

    async def prove(nonce: str) -> tuple[int, str]:
        async with http.post(f"http://{LOOPBACK}:{environment.port}/callbacks/reached/{nonce}") as answer:
            return answer.status, await answer.text()

    proofs = []
    async with ClientSession() as http:
        for token in (DISCORD_TOKEN, "another"):
            async with reachability.serve_proof(environment.settings(discord_token=token)):
                proofs += [await prove("a"), await prove("b")]
                assert (await prove("a" * 65))[0] == 404
    assert {status for status, _ in proofs} == {200}
    assert len({proof for _, proof in proofs}) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", proof) for _, proof in proofs)


# --- failed checks --------------------------------------------------------------------------------------


async def test_no_catalogue(environment: Environment) -> None:
    """A missing catalogue is named."""
    assert (await environment.failure_of("Settings", flux_catalogue="missing.toml")).startswith(
        "FLUX_CATALOGUE: can't read"
    )


async def test_no_database(environment: Environment) -> None:
    """A database that can't be opened gives the same message as at start-up."""
    text = await environment.failure_of("Database", database_url=f"sqlite:///{environment.folder}")
    assert text.startswith("DATABASE_URL: can't open the database")


async def test_a_read_only_database(environment: Environment) -> None:
    """A database that refuses writes fails."""
    async with JobStore(f"sqlite:///{environment.folder / 'jobs.db'}"):
        pass
    trigger = "CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    change(environment, trigger)
    assert (await environment.failure_of("Database")) == "DATABASE_URL: writing to the database failed: disk full"


async def test_a_database_that_loses_data(environment: Environment) -> None:
    """A database that does not return what was written fails."""
    async with JobStore(f"sqlite:///{environment.folder / 'jobs.db'}"):
        pass
    change(environment, "CREATE TRIGGER other AFTER INSERT ON notes BEGIN UPDATE notes SET value = 'other'; END")
    assert "returned a different value" in await environment.failure_of("Database")


def change(environment: Environment, statement: str) -> None:
    """Change the database before the checks run."""
    with closing(sqlite3.connect(environment.folder / "jobs.db")) as connection:
        connection.execute(statement)


async def test_refused_token(environment: Environment) -> None:
    """A token that Discord refuses gives the same message as at start-up, and the other checks still run."""
    found = await environment.run_checks(discord_token="wrong")
    assert found["Discord"][0] is False
    assert found["Discord"][1].startswith("DISCORD_TOKEN: Discord refuses the token. Copy it again:")
    assert list(found) == [name for name in SUBJECTS if name not in {"Installation", "Invitation"}]


async def test_no_discord(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message about an unreachable or silent Discord names its address."""
    text = await environment.failure_of("Discord", discord_api_url=UNREACHABLE)
    assert text.startswith(f"DISCORD_API_URL: Discord can't be reached at {UNREACHABLE}: ")
    monkeypatch.setattr(discord_application, "TIMEOUT_SECONDS", 0.2)
    environment.discord.inject("GET", "/users/@me", status=0, delay=20)
    text = await environment.failure_of("Discord")
    assert text == f"DISCORD_API_URL: Discord can't be reached at {environment.discord.api_url}: TimeoutError"


NEEDED = discord_application.PERMISSIONS.value


def install(scopes: list[str], permissions: int) -> dict[str, Any]:
    """Return the application's installation settings, as in the Developer Portal."""
    params = {"scopes": scopes, "permissions": str(permissions)}
    return {"integration_types_config": {"0": {"oauth2_install_params": params}, "1": {}}}


BOTH = ["bot", "applications.commands"]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {"interactions_endpoint_url": "https://x.example/"},
            ["Discord sends commands to https://x.example/", 'clear "Interactions Endpoint URL"'],
        ),
        ({"bot_require_code_grant": True}, ['turn off "Requires OAuth2 Code Grant"']),
        ({"integration_types_config": {"1": {}}}, ['turn on "Guild Install"']),
        (install(["bot"], NEEDED), ["add the scope applications.commands."]),
        (install(BOTH, NEEDED & ~(1 << 15)), ["add the permission Attach Files."]),
        (
            install(BOTH, 1 << 10 | 1 << 16),
            ["the permission Send Messages, ", "the permission Attach Files, ", "Send Messages In Threads."],
        ),
        (
            {"bot_require_code_grant": True, "interactions_endpoint_url": "https://x.example/"},
            ['clear "Interactions Endpoint URL"', "turn off"],
        ),
    ],
)
async def test_the_application(environment: Environment, changes: dict[str, Any], parts: list[str]) -> None:
    """The message says where in the Developer Portal to fix the application."""
    environment.discord.application_settings = changes
    text = await environment.failure_of("Installation")
    assert all(part in text for part in parts), text


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        (
            {"integration_types_config": {}},
            " User Install is off, so the bot works only in servers that it has joined.",
        ),
        (
            {"integration_types_config": {"0": {}}},
            " User Install is off, so the bot works only in servers that it has joined.",
        ),
        ({"flags": 1 << 19}, " Privileged intents are on, but the bot does not need them."),
        (install(BOTH, NEEDED), ""),
        (install(BOTH, 1 << 3), ""),
    ],
)
async def test_acceptable_settings(environment: Environment, changes: dict[str, Any], remark: str) -> None:
    """Settings that the bot can work with pass, perhaps with a remark."""
    environment.discord.application_settings = changes
    assert (await environment.run_checks())["Installation"] == (True, f"set up correctly.{remark}")


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        ("invalid_token", "FLUX_API_TOKEN: the image API rejects this token. Copy it again"),
        ("disabled", "FLUX_API_TOKEN: the image API rejects this token. Copy it again"),
        ("used_up", "FLUX_API_TOKEN: the balance is used up. Buy more"),
        ("no_api", "FLUX_API_URL: there is no Flux Images API at this address."),
    ],
)
async def test_the_image_api_refuses(environment: Environment, answer: str, start: str) -> None:
    """The message about a refusal says what to fix, and quotes the API."""
    environment.flux.faults.lookup = ANSWERS[answer]
    text = await environment.failure_of("Image API")
    assert text.startswith(start)
    assert text.endswith(f" The API answered: {ANSWERS[answer].code}: {ANSWERS[answer].message}")


async def test_wrong_api_token(environment: Environment) -> None:
    """The API token is really sent."""
    assert "invalid_token" in await environment.failure_of("Image API", flux_api_token="wrong")


@pytest.mark.parametrize("answer", [ANSWERS["down"], ANSWERS["hang"]], ids=["down", "hang"])
async def test_no_image_api(environment: Environment, monkeypatch: pytest.MonkeyPatch, answer: BadAnswer) -> None:
    """The message about an API that does not answer properly names its address."""
    monkeypatch.setattr(checks, "API_TIMEOUT_SECONDS", 0.2 if answer.hangs else 30.0)
    environment.flux.faults.lookup = answer
    text = await environment.failure_of("Image API")
    reason = "no response within 0.2 s" if answer.hangs else "api_error: HTTP 503"
    assert text == f"FLUX_API_URL: a look-up at {environment.flux.url}/flux/tasks failed ({reason})"


async def test_another_program_has_the_port(environment: Environment) -> None:
    """The message says if another program uses the port."""

    async def other(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with serving(other) as url:
        port = int(url.rpartition(":")[2])
        text = await environment.failure_of("Web server", webhook_port=port, public_url="")
        assert text.startswith(f"WEBHOOK_PORT: another program uses port {port} (another server responds (HTTP 200);")


async def test_another_bot_has_the_port(environment: Environment) -> None:
    """A flux-bot with another token counts as another program."""
    other = environment.settings(discord_token="another")
    async with reachability.serve_proof(other):
        text = await environment.failure_of("Web server")
        assert text.startswith(f"WEBHOOK_PORT: another program uses port {environment.port} ")


async def test_not_this_machines_address(environment: Environment) -> None:
    """The message says if the address to listen on is not this machine's."""
    text = await environment.failure_of("Web server", webhook_host="192.0.2.1")
    assert text.startswith(f"WEBHOOK_HOST, WEBHOOK_PORT: can't listen on 192.0.2.1:{environment.port} (")


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (404, "", "another server responds (HTTP 404); the reverse proxy must forward /callbacks/ to WEBHOOK_PORT"),
        (200, "x" * 1000, "another server responds (HTTP 200)"),
        (301, "", "it redirects to https://elsewhere.example/, but callbacks do not follow redirects"),
        (502, "", "the reverse proxy can't reach the bot (HTTP 502)"),
    ],
)
async def test_something_else_at_public_url(environment: Environment, status: int, body: str, part: str) -> None:
    """The message about a wrong answer at PUBLIC_URL says what to check."""

    async def other(_: web.Request) -> web.Response:
        headers = {"Location": "https://elsewhere.example/"} if status == 301 else {}
        return web.Response(status=status, text=body, headers=headers)

    async with serving(other) as url:
        text = await environment.failure_of("Web server", public_url=url)
        assert text.startswith(f"PUBLIC_URL: callbacks to {url} do not reach port {environment.port}: ")
        assert part in text


async def test_nothing_at_public_url(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to check if nothing answers at PUBLIC_URL in time."""
    assert "connection failed (ClientConnectorError)" in await environment.failure_of(
        "Web server", public_url=UNREACHABLE
    )
    text = await environment.failure_of("Web server", public_url="http://bot.example.invalid")
    assert "the host name does not resolve; check its spelling" in text
    monkeypatch.setattr(reachability, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server((LOOPBACK, 0)) as silent:
        url = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        assert "no response within 0.2 s" in await environment.failure_of("Web server", public_url=url)


async def test_no_certificate_at_public_url(environment: Environment) -> None:
    """The message says if the certificate at PUBLIC_URL is invalid."""
    text = await environment.failure_of("Web server", public_url=f"https://{LOOPBACK}:{environment.port}")
    assert "the certificate is not valid" in text


# --- as a process ---------------------------------------------------------------------------------------


async def run_doctor(world: Wire, **changes: str) -> Ended:
    """Run the doctor with the settings of a bot process."""
    return await run_bot(world.bot.folder, "doctor", settings=world.bot.settings | changes)


async def test_missing_settings(tmp_path: Path) -> None:
    """A missing setting gives the same message as at start-up."""
    assert await run_bot(tmp_path, "doctor") == await run_bot(tmp_path)


async def test_a_process_where_all_checks_pass(tmp_path: Path) -> None:
    """Prints one line with a tick for each check, no secrets, and logs nothing."""
    async with wire(tmp_path, start=False) as world:
        ended = await run_doctor(world)
        *found, blank, last = ended.out.splitlines()
        assert [line.partition(":")[0] for line in found] == [f"✓ {subject}" for subject in SUBJECTS]
        assert (blank, last.partition(": ")[2]) == ("", "all checks passed")
        assert (ended.code, ended.err) == (0, "")
        assert not re.search(f"{TOKEN}|{re.escape(DISCORD_TOKEN)}", ended.out)


async def test_a_process_where_all_checks_fail(tmp_path: Path) -> None:
    """Prints one line with a cross for each failed check, no traceback, no secret, and exits with 1."""
    wrong = {
        "DISCORD_TOKEN": "kept-to-ourselves",
        "FLUX_API_TOKEN": "kept-to-ourselves",
        "DATABASE_URL": "postgresql://user:kept-to-ourselves@127.0.0.1:1/bot",
        "FLUX_CATALOGUE": "missing.toml",
        "PUBLIC_URL": UNREACHABLE,
    }
    async with wire(tmp_path, start=False) as world:
        ended = await run_doctor(world, **wrong)
        *found, blank, last = ended.out.splitlines()
        crosses = ["Settings", "Database", "Discord", "Image API", "Web server"]
        assert [line.partition(":")[0] for line in found] == [f"✗ {subject}" for subject in crosses]
        assert (blank, last.partition(": ")[2]) == ("", "fix the failed checks")
        assert (ended.code, ended.err) == (1, "")
        assert "kept-to-ourselves" not in ended.out


async def test_a_terminal_without_ticks(tmp_path: Path) -> None:
    """If the terminal can't print a tick, its name is printed."""
    async with wire(tmp_path, start=False) as world:
        ended = await run_doctor(world, PYTHONIOENCODING="ascii")
        assert ended.code == 0
        assert ended.out.startswith("\\N{CHECK MARK} Settings: ")


async def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends it immediately, with an exit code other than 0."""
    async with wire(tmp_path, start=False) as world:
        held = world.discord.inject("GET", "/users/@me", status=0, delay=60)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "bot.py"),
            "doctor",
            cwd=tmp_path,
            env={**os.environ, **world.bot.settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        await eventually(lambda: held.hits)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            _, err = await process.communicate()
        assert (process.returncode, err) == (1, b"")
