"""The doctor: every cross has its fault, and says what to do; all is well where all is well."""

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
NOBODY = f"http://{LOOPBACK}:1"
SUBJECTS = ["Settings", "Database", "Discord", "Installation", "Invitation", "Image API", "Web server"]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def _discord_as_it_was() -> Iterator[None]:
    """Put the address of Discord back, which is one for the process."""
    was = discord.http.Route.BASE
    yield
    discord.http.Route.BASE = was


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the doctor looks at, all well."""

    folder: Path
    discord: WireDiscord
    flux: FakeFlux
    port: int

    def settings(self, **changes: Any) -> Settings:
        """Return settings with nothing wrong in them, but for some changed."""
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

    async def examined(self, **changes: Any) -> dict[str, tuple[bool, str]]:
        """Run all checks, and return by name whether each passed and its message."""
        return {result.name: (result.ok, result.message) async for result in run_checks(self.settings(**changes))}

    async def fault(self, subject: str, **changes: Any) -> str:
        """Return what the doctor says of the one thing that is not well."""
        found = await self.examined(**changes)
        assert [name for name, (ok, _) in found.items() if not ok] == [subject]
        return found[subject][1]


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[Surroundings]:
    """A Discord, an image API and a free port."""
    async with WireDiscord(token=DISCORD_TOKEN) as wire_discord, FakeFlux(token=TOKEN) as flux:
        yield Surroundings(tmp_path, wire_discord, flux, unused_port())
        assert wire_discord.violations == []


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """Serve any path with a handler, and return the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


# --- all is well ----------------------------------------------------------------------------------------


async def test_all_is_well(around: Surroundings) -> None:
    """Where nothing is wrong each check has its tick, and nothing was asked for that costs."""
    found = await around.examined()
    assert list(found) == SUBJECTS
    assert all(ok for ok, _ in found.values())
    assert found["Discord"][1] == "logged in as wire-bot, in about 1 servers"
    assert found["Installation"][1] == "set up correctly."
    assert found["Web server"][1].endswith(f" reach the doctor on port {around.port}")
    (lookup,) = around.flux.lookups
    assert lookup.body == {"action": "retrieve_batch", "ids": []}
    assert around.flux.submissions == []
    assert {request.method for request in around.discord.requests} == {"GET"}
    assert around.discord.commands == {}


async def test_the_invitation_asks_for_what_the_readme_says(around: Surroundings) -> None:
    """The link is that of the README, with the application's id in it."""
    found = await around.examined()
    (in_readme,) = re.findall(r"`(https://discord\.com/oauth2/authorize\S+)`", (ROOT / "README.md").read_text())
    assert found["Invitation"][1] == in_readme.replace("APPLICATION_ID", str(around.discord.application_id))


async def test_without_callbacks(around: Surroundings) -> None:
    """Without PUBLIC_URL only the port is looked at."""
    found = await around.examined(public_url="")
    assert found["Web server"] == (
        True,
        f"the doctor listens on port {around.port}; PUBLIC_URL is empty, so results are looked up",
    )


async def test_private_hosts_are_mentioned(around: Surroundings) -> None:
    """A setting for tests is no fault, but is named."""
    found = await around.examined(allow_private_image_hosts=True)
    assert found["Settings"] == (True, "valid, but ALLOW_PRIVATE_IMAGE_HOSTS is on, which is for tests only")


@pytest.mark.parametrize("host", ["0.0.0.0", LOOPBACK])  # noqa: S104  it is what operators use
async def test_the_running_bot(tmp_path: Path, host: str) -> None:
    """With the bot running, it is the bot that PUBLIC_URL must lead to, and does."""
    async with wire(tmp_path, settings={"WEBHOOK_HOST": host}) as world:
        ended = await run_doctor(world)
        assert ended.code == 0
        assert f"callbacks to {world.bot.url} reach the running bot on port" in ended.out


async def test_through_a_reverse_proxy(around: Surroundings) -> None:
    """A proxy that passes on nothing but POST /callbacks/, below a path of its own, is good enough."""

    async def proxy(request: web.Request) -> web.Response:
        if request.method != "POST" or not request.path.startswith("/flux/callbacks/"):
            return web.Response(status=404)
        inner = f"http://{LOOPBACK}:{around.port}{request.path.removeprefix('/flux')}"
        async with ClientSession() as session, session.post(inner) as answer:
            return web.Response(status=answer.status, body=await answer.read())

    async with serving(proxy) as url:
        assert (await around.fault("Web server", public_url=url)).count("HTTP 404") == 1
        found = await around.examined(public_url=f"{url}/flux")
        assert found["Web server"][0], found


async def test_the_proof(around: Surroundings) -> None:
    """The proof is another for each number and each token, and is given for a short number alone."""

    async def prove(nonce: str) -> tuple[int, str]:
        async with http.post(f"http://{LOOPBACK}:{around.port}/callbacks/reached/{nonce}") as answer:
            return answer.status, await answer.text()

    proofs = []
    async with ClientSession() as http:
        for token in (DISCORD_TOKEN, "another"):
            async with reachability.serve_proof(around.settings(discord_token=token)):
                proofs += [await prove("a"), await prove("b")]
                assert (await prove("a" * 65))[0] == 404
    assert {status for status, _ in proofs} == {200}
    assert len({proof for _, proof in proofs}) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", proof) for _, proof in proofs)


# --- each cross -----------------------------------------------------------------------------------------


async def test_no_catalogue(around: Surroundings) -> None:
    """A catalogue that is not there is named."""
    assert (await around.fault("Settings", flux_catalogue="missing.toml")).startswith("FLUX_CATALOGUE: can't read")


async def test_no_database(around: Surroundings) -> None:
    """A database that can't be opened is told as at the start."""
    said = await around.fault("Database", database_url=f"sqlite:///{around.folder}")
    assert said.startswith("DATABASE_URL: can't open the database")


async def test_a_read_only_database(around: Surroundings) -> None:
    """A database that refuses what is written is told too."""
    async with JobStore(f"sqlite:///{around.folder / 'jobs.db'}"):
        pass
    trigger = "CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    change(around, trigger)
    assert (await around.fault("Database")) == "DATABASE_URL: writing to the database failed: disk full"


async def test_a_forgetful_database(around: Surroundings) -> None:
    """What was written must be what is read."""
    async with JobStore(f"sqlite:///{around.folder / 'jobs.db'}"):
        pass
    change(around, "CREATE TRIGGER other AFTER INSERT ON notes BEGIN UPDATE notes SET value = 'other'; END")
    assert "returned a different value" in await around.fault("Database")


def change(around: Surroundings, statement: str) -> None:
    """Change the database before the doctor comes."""
    with closing(sqlite3.connect(around.folder / "jobs.db")) as connection:
        connection.execute(statement)


async def test_refused_token(around: Surroundings) -> None:
    """A token that Discord refuses is told as at the start, and the rest is examined all the same."""
    found = await around.examined(discord_token="wrong")
    assert found["Discord"][0] is False
    assert found["Discord"][1].startswith("DISCORD_TOKEN: Discord refuses the token. Copy it again:")
    assert list(found) == [name for name in SUBJECTS if name not in {"Installation", "Invitation"}]


async def test_no_discord(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Discord out of reach, or one that does not answer, is told with its address."""
    said = await around.fault("Discord", discord_api_url=NOBODY)
    assert said.startswith(f"DISCORD_API_URL: Discord can't be reached at {NOBODY}: ")
    monkeypatch.setattr(discord_application, "TIMEOUT_SECONDS", 0.2)
    around.discord.inject("GET", "/users/@me", status=0, delay=20)
    said = await around.fault("Discord")
    assert said == f"DISCORD_API_URL: Discord can't be reached at {around.discord.api_url}: TimeoutError"


NEEDED = discord_application.PERMISSIONS.value


def install(scopes: list[str], permissions: int) -> dict[str, Any]:
    """Return what the Developer Portal's page on installation is set to."""
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
async def test_the_application(around: Surroundings, changes: dict[str, Any], parts: list[str]) -> None:
    """What is wrong with the application is told with the place in the Developer Portal."""
    around.discord.application_settings = changes
    said = await around.fault("Installation")
    assert all(part in said for part in parts), said


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
async def test_what_is_no_fault(around: Surroundings, changes: dict[str, Any], remark: str) -> None:
    """What the bot can live with is mentioned at most."""
    around.discord.application_settings = changes
    assert (await around.examined())["Installation"] == (True, f"set up correctly.{remark}")


@pytest.mark.parametrize(
    ("answer", "start"),
    [
        ("invalid_token", "FLUX_API_TOKEN: the image API rejects this token. Copy it again"),
        ("disabled", "FLUX_API_TOKEN: the image API rejects this token. Copy it again"),
        ("used_up", "FLUX_API_TOKEN: the balance is used up. Buy more"),
        ("no_api", "FLUX_API_URL: there is no Flux Images API at this address."),
    ],
)
async def test_the_image_api_refuses(around: Surroundings, answer: str, start: str) -> None:
    """A refusal is told by what to mend, with the API's own words."""
    around.flux.faults.lookup = ANSWERS[answer]
    said = await around.fault("Image API")
    assert said.startswith(start)
    assert said.endswith(f" The API answered: {ANSWERS[answer].code}: {ANSWERS[answer].message}")


async def test_wrong_api_token(around: Surroundings) -> None:
    """The token is really sent."""
    assert "invalid_token" in await around.fault("Image API", flux_api_token="wrong")


@pytest.mark.parametrize("answer", [ANSWERS["down"], ANSWERS["hang"]], ids=["down", "hang"])
async def test_no_image_api(around: Surroundings, monkeypatch: pytest.MonkeyPatch, answer: BadAnswer) -> None:
    """An API that does not answer as it should is told with its address."""
    monkeypatch.setattr(checks, "API_TIMEOUT_SECONDS", 0.2 if answer.hangs else 30.0)
    around.flux.faults.lookup = answer
    said = await around.fault("Image API")
    reason = "no response within 0.2 s" if answer.hangs else "api_error: HTTP 503"
    assert said == f"FLUX_API_URL: a look-up at {around.flux.url}/flux/tasks failed ({reason})"


async def test_another_program_has_the_port(around: Surroundings) -> None:
    """A port that is taken, but not by this bot, is told as that."""

    async def other(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with serving(other) as url:
        port = int(url.rpartition(":")[2])
        said = await around.fault("Web server", webhook_port=port, public_url="")
        assert said.startswith(f"WEBHOOK_PORT: another program uses port {port} (another server responds (HTTP 200);")


async def test_a_bot_of_another_token_has_the_port(around: Surroundings) -> None:
    """Another flux-bot on the port is another program."""
    other = around.settings(discord_token="another")
    async with reachability.serve_proof(other):
        said = await around.fault("Web server")
        assert said.startswith(f"WEBHOOK_PORT: another program uses port {around.port} ")


async def test_not_this_machines_address(around: Surroundings) -> None:
    """An address to listen on that this machine has not is told."""
    said = await around.fault("Web server", webhook_host="192.0.2.1")
    assert said.startswith(f"WEBHOOK_HOST, WEBHOOK_PORT: can't listen on 192.0.2.1:{around.port} (")


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (404, "", "another server responds (HTTP 404); the reverse proxy must forward /callbacks/ to WEBHOOK_PORT"),
        (200, "x" * 1000, "another server responds (HTTP 200)"),
        (301, "", "it redirects to https://elsewhere.example/, but callbacks do not follow redirects"),
        (502, "", "the reverse proxy can't reach the bot (HTTP 502)"),
    ],
)
async def test_something_else_at_public_url(around: Surroundings, status: int, body: str, part: str) -> None:
    """What answers in place of the bot tells what to look at."""

    async def other(_: web.Request) -> web.Response:
        headers = {"Location": "https://elsewhere.example/"} if status == 301 else {}
        return web.Response(status=status, text=body, headers=headers)

    async with serving(other) as url:
        said = await around.fault("Web server", public_url=url)
        assert said.startswith(f"PUBLIC_URL: callbacks to {url} do not reach port {around.port}: ")
        assert part in said


async def test_nothing_at_public_url(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers, or not in time, tells what to look at."""
    assert "connection failed (ClientConnectorError)" in await around.fault("Web server", public_url=NOBODY)
    said = await around.fault("Web server", public_url="http://bot.example.invalid")
    assert "the host name does not resolve; check its spelling" in said
    monkeypatch.setattr(reachability, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server((LOOPBACK, 0)) as silent:
        url = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        assert "no response within 0.2 s" in await around.fault("Web server", public_url=url)


async def test_no_certificate_at_public_url(around: Surroundings) -> None:
    """A certificate that is not accepted, here as there is none, is told as that."""
    said = await around.fault("Web server", public_url=f"https://{LOOPBACK}:{around.port}")
    assert "the certificate is not valid" in said


# --- as a process ---------------------------------------------------------------------------------------


async def run_doctor(world: Wire, **changes: str) -> Ended:
    """Run the doctor with the settings of a bot's process."""
    return await run_bot(world.bot.folder, "doctor", settings=world.bot.settings | changes)


async def test_missing_settings(tmp_path: Path) -> None:
    """A setting that is missing is told as at the start."""
    assert await run_bot(tmp_path, "doctor") == await run_bot(tmp_path)


async def test_a_process_where_all_is_well(tmp_path: Path) -> None:
    """One line with a tick for each check; nothing of it is secret, and nothing is logged besides."""
    async with wire(tmp_path, start=False) as world:
        ended = await run_doctor(world)
        *found, blank, last = ended.out.splitlines()
        assert [line.partition(":")[0] for line in found] == [f"✓ {subject}" for subject in SUBJECTS]
        assert (blank, last.partition(": ")[2]) == ("", "all checks passed")
        assert (ended.code, ended.err) == (0, "")
        assert not re.search(f"{TOKEN}|{re.escape(DISCORD_TOKEN)}", ended.out)


async def test_a_process_where_all_is_wrong(tmp_path: Path) -> None:
    """One cross for each check that fails, no traceback, no secret, and exit code 1."""
    wrong = {
        "DISCORD_TOKEN": "kept-to-ourselves",
        "FLUX_API_TOKEN": "kept-to-ourselves",
        "DATABASE_URL": "postgresql://user:kept-to-ourselves@127.0.0.1:1/bot",
        "FLUX_CATALOGUE": "missing.toml",
        "PUBLIC_URL": NOBODY,
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
    """Where the terminal can't write a tick, its name is written."""
    async with wire(tmp_path, start=False) as world:
        ended = await run_doctor(world, PYTHONIOENCODING="ascii")
        assert ended.code == 0
        assert ended.out.startswith("\\N{CHECK MARK} Settings: ")


async def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C ends it at once, and not as if all were well."""
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
