"""The doctor: each failed check names the problem and says what to do; a healthy setup passes all checks."""

import asyncio
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from flux_bot import settings
from flux_bot.doctor import checks
from flux_bot.doctor.checks import run_checks
from flux_bot.flux import advice
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, BadAnswer
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.web.reachability import serve_proof
from tests.discord_server.server import DiscordServer
from tests.end_to_end.bot_process import DISCORD_TOKEN, settings_between
from tests.flux.caller import TOKEN, UNREACHABLE, eventually, free_port

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
SUBJECTS = [
    *("Settings", "Database", "Discord", "Installation", "Access", "Invitation"),
    *("Image API", "Models", "Web server", "Health checks"),
]


@pytest.fixture(autouse=True)
def _restore_discord_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the address of Discord, which is global to the process."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)


@dataclass(frozen=True, slots=True)
class Environment:
    """The services and settings that the doctor checks, by default without faults."""

    folder: Path
    discord: DiscordServer
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
            "health_port": 0,
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

    async def run_process(self, **changes: str) -> tuple[int | None, str, str]:
        """Run ``bot.py doctor`` with some settings changed; return its exit code and what it printed."""
        process = await self.start_process(**changes)
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    async def start_process(self, **changes: str) -> asyncio.subprocess.Process:
        """Start ``bot.py doctor`` with some settings changed."""
        usual = settings_between(self.discord, self.flux, self.port, f"http://{LOOPBACK}:{self.port}")
        return await asyncio.create_subprocess_exec(
            *(sys.executable, ROOT / "bot.py", "doctor"),
            cwd=self.folder,
            env=os.environ | usual | changes,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[Environment]:
    """A Discord, an image API and a free port."""
    async with DiscordServer(token=DISCORD_TOKEN) as server, FakeFlux(token=TOKEN) as flux:
        yield Environment(tmp_path, server, flux, free_port())
        assert server.violations == []


async def test_all_checks_pass(environment: Environment) -> None:
    """Without faults every check passes, and nothing that costs money was submitted."""
    found = await environment.run_checks()
    assert list(found) == SUBJECTS
    assert all(ok for ok, _ in found.values())
    assert found["Settings"][1] == "valid"
    assert found["Discord"][1] == "logged in as wire-bot, servers: about 1"
    assert found["Installation"][1] == "set up correctly."
    assert found["Access"][1].startswith("the bot may be used in every server that has added it, and people can")
    assert "does not prove that it may submit" in found["Image API"][1]
    assert "must allow both /flux/images and /flux/tasks" in found["Image API"][1]
    assert found["Models"][1] == "the image API has rejected no model in the last 24 hours"
    url = f"http://{LOOPBACK}:{environment.port}"
    reach = f"callbacks to {url} arrive on port {environment.port}"
    assert (
        found["Web server"][1]
        == f"{reach}, but anyone on the network path can read and forge them: use https:// in PUBLIC_URL"
    )
    (lookup,) = environment.flux.lookups
    assert lookup.body == {"action": "retrieve_batch", "ids": []}
    assert environment.flux.submissions == []
    assert {request.method for request in environment.discord.requests} == {"GET"}
    assert environment.discord.commands == {}


async def test_settings(environment: Environment) -> None:
    """A missing catalogue is named; ALLOW_PRIVATE_IMAGE_HOSTS is mentioned, but passes."""
    text = await environment.failure_of("Settings", flux_catalogue="missing.toml")
    assert text.startswith("FLUX_CATALOGUE: can't read")
    found = await environment.run_checks(allow_private_image_hosts=True)
    assert found["Settings"] == (True, "valid, but ALLOW_PRIVATE_IMAGE_HOSTS is on, which is for tests only")


async def test_database(environment: Environment) -> None:
    """A database that can't be opened, refuses writes, or returns something else fails."""

    def change(statement: str) -> None:
        with closing(sqlite3.connect(environment.folder / "jobs.db")) as connection:
            connection.execute(statement)

    text = await environment.failure_of("Database", database_url=f"sqlite:///{environment.folder}")
    assert text.startswith("DATABASE_URL: can't open the database")
    async with JobStore(f"sqlite:///{environment.folder / 'jobs.db'}"):
        pass
    change(
        "CREATE TRIGGER other AFTER INSERT ON notes BEGIN UPDATE notes SET value = 'other' WHERE name = NEW.name; END"
    )
    assert "returned a different value" in await environment.failure_of("Database")
    change("CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    assert await environment.failure_of("Database") == "DATABASE_URL: writing to the database failed: disk full"


async def test_discord(environment: Environment) -> None:
    """Without a login, the application is not checked; problems of the application fail, and notes pass."""
    found = await environment.run_checks(discord_token="wrong")
    assert [name for name, (ok, _) in found.items() if not ok] == ["Discord"]
    assert list(found) == [name for name in SUBJECTS if name not in {"Installation", "Access", "Invitation"}]

    endpoint = {"interactions_endpoint_url": "https://x.example/"}
    environment.discord.application_settings = endpoint | {"bot_require_code_grant": True, "flags": 1 << 19}
    text = await environment.failure_of("Installation")
    assert re.fullmatch(r'.* clear "Interactions .* page\. Nobody .* Bot page\.', text)
    environment.discord.application_settings = {"flags": 1 << 19}
    found = await environment.run_checks()
    note = "Privileged intents are on, but the bot does not need them."
    assert found["Installation"] == (True, f"set up correctly. {note}")


async def test_image_api(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal, the message says what to fix and quotes the API; an API with invalid responses is named."""
    no_api = "FLUX_API_URL: there is no Flux Images API at this address."
    rejected = "FLUX_API_TOKEN: the image API rejects this token. Copy it again and check that it may use Flux."
    expected = {
        "invalid_token": rejected,
        "disabled": rejected,
        "used_up": "FLUX_API_TOKEN: the balance is used up. Buy more in the Ace Data Cloud console.",
        "no_api": no_api,
        "api_not_implemented": no_api,
    }
    answers = ANSWERS | {"api_not_implemented": replace(ANSWERS["no_api"], code="api_not_implemented")}
    for name, what_to_do in expected.items():
        answer = environment.flux.faults.lookup = answers[name]
        text = await environment.failure_of("Image API")
        assert text == f"{what_to_do} The API answered: {answer.code}, HTTP {answer.status}: {answer.message}"
    environment.flux.faults.lookup = BadAnswer(404)
    assert await environment.failure_of("Image API") == f"{no_api} The API answered: unexpected, HTTP 404"
    environment.flux.faults.lookup = None
    assert "invalid_token" in await environment.failure_of("Image API", flux_api_token="wrong")

    failed = f"FLUX_API_URL: a look-up at {environment.flux.url}/flux/tasks failed"
    environment.flux.faults.lookup = ANSWERS["down"]
    assert await environment.failure_of("Image API") == f"{failed} (api_error, HTTP 503)"
    monkeypatch.setattr(advice, "CHECK_SECONDS", 0.2)
    environment.flux.faults.lookup = ANSWERS["hang"]
    assert await environment.failure_of("Image API") == f"{failed} (no response within 0.2 s)"


async def test_rejected_models(environment: Environment) -> None:
    """The models that the image API has rejected in the last day are listed by action, which is not a failure."""
    now = datetime.now(UTC)
    async with JobStore(f"sqlite:///{environment.folder / 'jobs.db'}"):
        pass
    with closing(sqlite3.connect(environment.folder / "jobs.db", isolation_level=None)) as connection:
        for model, action, hours in (("flux-dev", "generate", 2), ("flux-2-pro", "edit", 25), ("flux-pro", "edit", 1)):
            connection.execute(
                "INSERT INTO capabilities (model, action, is_accepted, rejected_at) VALUES (?, ?, 0, ?)",
                (model, action, (now - timedelta(hours=hours)).timestamp()),
            )
    ok, text = (await environment.run_checks())["Models"]
    times = [f"{now - timedelta(hours=hours):%Y-%m-%d %H:%M} UTC" for hours in (1, 2)]
    rejected = f"flux-pro (edit, {times[0]}), flux-dev (generate, {times[1]})"
    assert (ok, text) == (True, f"the image API has rejected {rejected}. A rejected model is not offered for 24 hours")


async def test_balance_and_prices(environment: Environment) -> None:
    """Both are shown if there is a platform token; an unreadable page is not a failure, but an invalid token is."""
    answers: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/v1/applications/" and request.headers.get("Authorization") != "Bearer platform":
            return web.Response(status=401)
        return web.json_response(answers[request.path], status=200 if request.path in answers else 404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        settings = {"acedatacloud_platform_token": "platform", "flux_platform_url": url}
        answers["/api/v1/applications/"] = {"items": [{"remaining_amount": 100.5}, {"remaining_amount": 9.5}]}
        prices = [("flux-dev", 0.216), ("gpt", 1), ("flux-kontext-pro", 0.423)]
        items = [{"id": name, "pricing": price, "unit": "image"} for name, price in prices]
        answers["/api/v1/models/catalog/"] = {"items": items}
        found = await environment.run_checks(**settings)
        assert list(found) == [*SUBJECTS[:8], "Balance", "Prices", *SUBJECTS[8:]]
        assert found["Balance"] == (True, "110 credits remain")
        shown = "in credits: flux-kontext-pro 0.423 per image; flux-dev 0.216 per image. Not listed: flux-2-klein, "
        assert found["Prices"][0]
        assert found["Prices"][1].startswith(shown)

        rejected = await environment.failure_of("Balance", **settings | {"acedatacloud_platform_token": "wrong"})
        assert rejected.startswith(f"ACEDATACLOUD_PLATFORM_TOKEN: {url} rejects this token (invalid_token, HTTP 401).")

        answers["/api/v1/applications/"] = answers["/api/v1/models/catalog/"] = {"something": "else"}
        found = await environment.run_checks(**settings)
        for name in ("Balance", "Prices"):
            assert found[name] == (True, "unknown: the vendor's page could not be understood"), name
    found = await environment.run_checks(**settings | {"flux_platform_url": UNREACHABLE})
    for name, page in (("Balance", "applications/"), ("Prices", "models/catalog/")):
        unread = f"unknown, because {UNREACHABLE.rstrip('/')}/api/v1/{page} can't be read (unreachable, "
        assert found[name][0], name
        assert found[name][1].startswith(unread), name


async def test_the_port(environment: Environment) -> None:
    """The port is free, or the running bot's; another program, a bot with another token or host are named."""
    port = environment.port
    found = await environment.run_checks(public_url="")
    listens = f"the doctor listens on port {port}; PUBLIC_URL is empty, so results are looked up"
    assert found["Web server"] == (True, listens)

    for host in ("0.0.0.0", LOOPBACK):  # noqa: S104 - operators use it
        async with serve_proof(environment.settings(webhook_host=host)):
            found = await environment.run_checks(webhook_host=host)
            reach = f"callbacks to http://{LOOPBACK}:{port} arrive on port {port}"
            assert found["Web server"][0]
            assert found["Web server"][1].startswith(reach)

    taken = f"WEBHOOK_PORT: another program uses port {port} (another server responds (HTTP"
    async with serve_proof(environment.settings(discord_token="another")):
        assert (await environment.failure_of("Web server")).startswith(f"{taken} 200);")
    async with TestServer(web.Application(), port=port):
        text = await environment.failure_of("Web server", public_url="")
        assert text.startswith(f"{taken} 404);")
        assert text.endswith("Stop it or choose another port.")

    text = await environment.failure_of("Web server", webhook_host="192.0.2.1")
    assert text.startswith(f"WEBHOOK_HOST: can't listen on 192.0.2.1:{port} (")


async def test_health_checks(environment: Environment) -> None:
    """The port for health checks is free, or the running bot's; another program there is named."""
    port = free_port()

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    found = await environment.run_checks(health_port=port)
    assert found["Health checks"] == (True, f"port {port} is free")
    bot, other = web.Application(), web.Application()
    bot.router.add_get("/healthz", healthz)
    async with TestServer(bot, port=port):
        found = await environment.run_checks(health_port=port)
        assert found["Health checks"] == (True, f"the running bot answers on port {port}")
    async with TestServer(other, port=port):
        text = await environment.failure_of("Health checks", health_port=port)
        assert text.startswith(f"HEALTH_PORT: can't listen on {LOOPBACK}:{port} (")


async def test_public_url(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the address, the port and the reason; ``tests/web/test_reachability.py`` has the reasons."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(settings, "CONTAINER_MARKS", ())
    text = await environment.failure_of("Web server", public_url=UNREACHABLE)
    url = UNREACHABLE.rstrip("/")
    assert text.startswith(f"PUBLIC_URL: callbacks to {url} do not reach port {environment.port}: connection failed")
    assert "WEBHOOK_HOST" not in text
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    text = await environment.failure_of("Web server", public_url=UNREACHABLE)
    assert "WEBHOOK_HOST: only this container can reach 127.0.0.1" in text


async def test_a_worker_without_postgresql(environment: Environment) -> None:
    """A worker needs a database that other processes can share, even if its own database works."""
    text = await environment.failure_of("Settings", role="worker")
    assert text.startswith("DATABASE_URL: a worker (ROLE=worker) needs the PostgreSQL database")


# --- the command line -----------------------------------------------------------------------------------


def test_missing_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing setting gives one line and exit code 2."""
    monkeypatch.chdir(tmp_path)
    for name in (*(name.upper() for name in Settings.model_fields), "ACEDATACLOUD_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    interval = sys.getswitchinterval()
    assert checks.main() == 2
    sys.setswitchinterval(interval)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("flux-bot: DISCORD_TOKEN is missing")
    assert err.count("\n") == 1


async def test_as_a_process(environment: Environment) -> None:
    """The doctor prints one line per check, no secrets, and logs nothing; the exit code says whether all passed."""
    secret = "kept-to-ourselves"
    wrong = {
        "DISCORD_TOKEN": secret,
        "FLUX_API_TOKEN": secret,
        "DATABASE_URL": f"postgresql://user:{secret}@127.0.0.1:1/bot",
        "FLUX_CATALOGUE": "missing.toml",
        "PUBLIC_URL": UNREACHABLE,
        "PYTHONIOENCODING": "ascii",  # a terminal that can't display a cross shows its name
    }
    failed = ["Settings", "Database", "Discord", "Image API", "Web server"]
    cases: list[tuple[dict[str, str], int, str, list[str]]] = [
        ({}, 0, "all checks passed", [f"✓ {name}" for name in SUBJECTS if name != "Invitation"]),
        (
            wrong,
            1,
            "fix the failed checks",
            [*(f"\\N{{BALLOT X}} {name}" for name in failed), "\\N{CHECK MARK} Health checks"],
        ),
    ]
    for changes, code, verdict, lines in cases:
        ended = await environment.run_process(**changes)
        printed = ended[1].splitlines()
        if not code:
            assert printed.pop().startswith("Invite the bot to your server: https://discord.com/oauth2/authorize?"), (
                printed
            )
        *found, blank, last = printed
        assert [line.partition(":")[0] for line in found] == lines
        assert (blank, last.partition(": ")[2]) == ("", verdict)
        assert (ended[0], ended[2]) == (code, "")
        assert not re.search(f"{secret}|{TOKEN}|{re.escape(DISCORD_TOKEN)}", ended[1])


async def test_interrupted(environment: Environment) -> None:
    """Ctrl-C ends the doctor immediately, with an exit code other than 0."""
    held = environment.discord.hold("own user", 60)
    process = await environment.start_process()
    await eventually(lambda: held.hits)
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        _, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")
