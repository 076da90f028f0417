"""The composition root: readiness, stopping, the effect of errors, and many jobs at once."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from flux_bot.app import open_app, run, run_process
from flux_bot.core.catalogue import SHIPPED
from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.settings import Settings
from flux_bot.store.rules.checks import PromptBlocked
from flux_bot.ui import bot
from tests.database import Rows
from tests.discord_server.server import DiscordServer, Request
from tests.end_to_end.bot_process import DISCORD_TOKEN, settings_between
from tests.flux.caller import TOKEN, eventually, free_port
from tests.harness import LOOPBACK, BotHarness, alt_texts, gallery, job_id_of, text_of

READY, NOT_READY = (200, "ready"), (503, "not ready")


class RunningApp:
    """``run`` in this process, and the services that it uses over sockets."""

    def __init__(
        self, folder: Path, discord: DiscordServer, flux: FakeFlux, http: ClientSession, **changes: Any
    ) -> None:
        """Take other settings as ``changes``."""
        self.discord, self.flux = discord, flux
        self.database_file = folder / "jobs.db"
        self.database_url = f"sqlite:///{self.database_file}"
        port, health_port = free_port(), free_port()
        self.health_url = f"http://{LOOPBACK}:{health_port}"
        usual = settings_between(discord, flux, port, f"http://{LOOPBACK}:{port}")
        usual |= {"HEALTH_PORT": str(health_port), "DATABASE_URL": self.database_url}
        usual = {name.lower(): value for name, value in usual.items()}
        self.settings = Settings.load(env_file=None, **usual | changes)
        self.stop = asyncio.Event()
        self._http = http

    async def launch(self, *, login_seconds: float = 1) -> None:
        """Start the bot and wait until it logs in to Discord, which takes some time."""
        login = self.discord.hold("own user", login_seconds)
        self.running = asyncio.create_task(run(self.settings, self.stop))
        await eventually(lambda: login.hits or self.running.done())

    async def get(self, path: str) -> tuple[int, str]:
        """Request one of the pages for the operator."""
        async with self._http.get(self.health_url + path) as answer:
            return answer.status, await answer.text()

    async def start(self) -> None:
        """Start the bot and wait until it is ready."""
        await self.launch(login_seconds=0)
        await self.wait_for_readiness(READY)

    async def wait_for_readiness(self, answer: tuple[int, str]) -> None:
        """Wait until /readyz returns this response."""
        async with asyncio.timeout(60):  # discord.py waits longer and longer between its attempts to connect
            while await self.get("/readyz") != answer:
                assert not self.running.done()

    async def finish_task(self) -> None:
        """Wait until the image API has a task, and finish it."""
        await eventually(lambda: self.flux.tasks)
        (task_id,) = self.flux.tasks
        await self.flux.finish(task_id)

    def calls(self, method: str, path: str) -> list[Request]:
        """Return the calls to Discord with a method and a part of the path."""
        return [request for request in self.discord.requests if request.method == method and path in request.path]


@asynccontextmanager
async def running_app(folder: Path, **changes: Any) -> AsyncIterator[RunningApp]:
    """Open Discord and the image API for a bot with some settings changed; stop it afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
        gateway = discord.gateway.DiscordWebSocket
        patch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
        async with (
            DiscordServer(token=DISCORD_TOKEN) as server,
            FakeFlux(token=TOKEN, seconds=None) as flux,
            ClientSession() as http,
        ):
            app = RunningApp(folder, server, flux, http, **changes)
            try:
                yield app
            finally:
                app.stop.set()
                if not app.running.done():
                    await app.running
            assert server.violations == []


# --- the start -----------------------------------------------------------------------------------------


async def test_a_wrong_token_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """At startup, the log says that the image API rejects the token; the bot still starts, and stops cleanly.

    An API that never responds delays neither the start nor the stop.
    """
    async with running_app(tmp_path, flux_api_token="wrong") as app:
        await app.launch()
        await app.wait_for_readiness(READY)
        await eventually(lambda: "FLUX_API_TOKEN: the image API rejects this token" in caplog.text)
    caplog.clear()
    async with running_app(tmp_path) as app:
        app.flux.faults.lookup = ANSWERS["hang"]
        await app.launch()
        await app.wait_for_readiness(READY)
    assert "FLUX_API" not in caplog.text


# --- readiness and the end ------------------------------------------------------------------------------


async def test_the_life_of_a_process(tmp_path: Path) -> None:
    """The bot is ready while the gateway is connected and the database responds; a stop lets the delivery finish."""
    async with running_app(tmp_path) as app, Rows(app.database_url) as rows:
        await app.launch()
        assert await app.get("/readyz") == NOT_READY
        assert await app.get("/healthz") == (200, "ok")
        await app.wait_for_readiness(READY)

        await app.discord.shut_gateway(shut=True)
        await app.wait_for_readiness(NOT_READY)
        await app.discord.shut_gateway(shut=False)
        await app.wait_for_readiness(READY)

        async with rows.held("none", card="painting"):
            assert await app.get("/readyz") == NOT_READY
        assert await app.get("/readyz") == READY
        moved = app.database_file.rename(tmp_path / "moved.db")
        assert await app.get("/readyz") == NOT_READY
        moved.rename(app.database_file)
        assert await app.get("/readyz") == READY

        post = app.discord.hold("post", 4)  # less than STOP_SECONDS
        await app.discord.slash("alice", "general", "imagine", prompt="a red fox").acknowledged()
        await app.finish_task()
        await eventually(lambda: post.hits)
        app.stop.set()
        await app.wait_for_readiness(NOT_READY)
        assert not any(message["attachments"] for message in app.discord.messages("general"))
        await app.running
        (message,) = app.discord.messages("general")
        assert [file["description"] for file in message["attachments"]] == ["a red fox"]


async def test_a_worker(tmp_path: Path, postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """A worker, which has no gateway, is ready once it is logged in. It refuses a database that can't be shared."""
    caplog.set_level(logging.INFO)
    async with running_app(tmp_path, role="worker", database_url=postgres_url) as app:
        await app.launch()
        assert await app.get("/readyz") == NOT_READY
        await app.wait_for_readiness(READY)
        app.stop.set()
        await app.running
        assert app.calls("GET", "/gateway") == []
        assert app.discord.commands == {}
    assert "Working without a gateway connection" in caplog.messages
    assert any(message.startswith("ALLOW_PRIVATE_IMAGE_HOSTS is on") for message in caplog.messages)
    assert f"Callbacks to {app.settings.public_url} arrive" in caplog.messages
    app.settings = app.settings.model_copy(update={"database_url": SecretStr(app.database_url)})
    with pytest.raises(ConfigurationError, match="needs the PostgreSQL database"):
        await run(app.settings, app.stop)


async def test_an_end_during_the_login(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A stop does not wait for Discord; a refused login raises the error. Both free the port."""
    caplog.set_level(logging.INFO)
    async with running_app(tmp_path) as app:
        await app.launch(login_seconds=60)
        app.stop.set()
        await app.running
        assert "Stopping" not in caplog.messages  # the loops had not started
        async with open_app(app.settings):
            pass
        app.stop.clear()
        app.settings = app.settings.model_copy(update={"discord_token": SecretStr("wrong")})
        await app.launch(login_seconds=0)
        with pytest.RaisesGroup(StartupFailed, flatten_subgroups=True):
            await app.running
        async with open_app(app.settings):
            pass


async def test_banned_by_cloudflare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While Cloudflare responds with a page, the bot waits as requested, then logs in; a stop ends the wait."""
    monkeypatch.setattr(bot, "SHORTEST_BAN_SECONDS", 0.01)
    async with running_app(tmp_path) as app:
        calls = ("own user", "log in", "publish", "find gateway")
        bans = [app.discord.refuse(call, 429, times=2, scope="cloudflare") for call in calls]
        await app.start()
        assert [ban.hits for ban in bans] == [2] * len(bans)
        warnings = [message for message in caplog.messages if "refuses requests from this address" in message]
        assert len(warnings) == 2 * len(bans)
        app.stop.set()
        await app.running

        app.stop.clear()
        app.discord.refuse("own user", 429, scope="cloudflare", retry_after=3600)
        app.running = asyncio.create_task(run(app.settings, app.stop))
        await eventually(lambda: "refuses requests from this address (HTTP 429); next attempt in 3600 s" in caplog.text)
        app.stop.set()
        await app.running


# --- the exit code --------------------------------------------------------------------------------------


def test_the_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is one line without a traceback, and the exit code says whether a setting is wrong."""
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)  # the value is global to the process
    wrong, failed = ConfigurationError("wrong"), StartupFailed("failed")
    both = ExceptionGroup("all", [failed, ExceptionGroup("inner", [wrong])])

    for error, code, printed in (
        (None, 0, ""),
        (failed, 1, "flux-bot: failed\n"),
        (wrong, 2, "flux-bot: wrong\n"),
        (both, 2, "flux-bot: failed\nflux-bot: wrong\n"),
        (StartupFailed("a\nb " + "x" * 2000), 1, f"flux-bot: a b {'x' * 995}…\n"),
    ):

        async def work(_: asyncio.Event, error: Exception | None = error) -> None:
            if error is not None:
                raise error

        assert run_process(work) == code
        assert capsys.readouterr() == ("", printed)


# --- everything together --------------------------------------------------------------------------------

JOBS, STEP = 60, 20
NO_LIMITS: dict[str, Any] = {"flux_max_in_flight": JOBS, "max_running_per_user": JOBS, "max_queued_per_user": JOBS}


async def test_labels_of_another_catalogue(tmp_path: Path) -> None:
    """Cards show the same name of a model as the lists: the label that the operator chose, without the description."""
    path = tmp_path / "catalogue.toml"
    path.write_text(SHIPPED.read_text().replace("FLUX.2 flex: good with text in pictures", "House style: for us"))
    async with BotHarness(tmp_path, flux_catalogue=str(path)) as harness:
        await harness.imagine(model="house style")
        await harness.wait_for_message("-# House style · 64x64 · ")
    other = tmp_path / "other"
    other.mkdir()
    async with BotHarness(other) as harness:
        await harness.imagine()
        await harness.wait_for_message("-# FLUX.2 flex · 64x64 · ")


async def test_the_operators_blocked_words(tmp_path: Path) -> None:
    """No prompt may contain the words in the file, which is read at startup; a missing file is an error."""
    path = tmp_path / "words.txt"
    with pytest.raises(ConfigurationError, match="BLOCKED_WORDS_FILE"):
        await BotHarness(tmp_path, blocked_words_file=str(path)).__aenter__()
    path.write_text("# animals\nfox*\n")
    async with BotHarness(tmp_path, blocked_words_file=str(path)) as harness:
        for prompt, style in (("two F\u200b\u043exes", None), ("two", "{prompt} foxes")):
            with pytest.raises(PromptBlocked) as blocked:
                await harness.accept(ImageRequest(Action.GENERATE, prompt, "flux-dev", "1024x1024", template=style))
            assert (blocked.value.word, blocked.value.of) == ("fox*", "operator")
        await harness.accept(ImageRequest(Action.GENERATE, "a firefox", "flux-dev", "1024x1024"))
        await eventually(lambda: harness.fake.tasks)
        assert [task.request["prompt"] for task in harness.fake.tasks.values()] == ["a firefox"]


async def test_many_jobs_at_once(tmp_path: Path) -> None:
    """With callbacks in any order, each picture is posted once, in its channel, with its prompt and for its user."""

    def more_replies_than(count: int) -> Callable[[], bool]:
        return lambda: len(harness.requests("reply")) > count

    async with BotHarness(tmp_path, seconds=None, **NO_LIMITS) as harness:
        unprivileged = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        assert harness.app.bot.intents == unprivileged  # the bot sees only the content of messages to it
        channels = [harness.channel, *(harness.guild.create_text_channel(f"pictures-{number}") for number in range(3))]
        others = (harness.guild.add_member(harness.env.create_user(name)) for name in "cde")
        members = [harness.alice, harness.bob, *others]
        requested = {f"picture {number}": (channels[number % 4], members[number % 5]) for number in range(JOBS)}
        for number, (prompt, (channel, member)) in enumerate(requested.items()):
            harness.imagine_without_waiting(member, channel, prompt)
            await eventually(more_replies_than(number - STEP))
        await eventually(lambda: len(harness.fake.tasks) == JOBS)

        tasks = list(harness.fake.tasks.values())
        Random(8).shuffle(tasks)
        await asyncio.gather(*(harness.fake.finish(task.id) for task in tasks))
        assert [post.status for task in tasks for post in task.posts] == [200] * JOBS
        await eventually(lambda: len(harness.requests("remove card")) == JOBS)
        assert len(harness.requests("post")) + len(harness.requests("follow up")) == JOBS
        assert len(harness.requests("reply")) == JOBS

        by_job = harness.tasks
        for channel in channels:
            expected = {prompt: member for prompt, (where, member) in requested.items() if where is channel}
            for message in harness.messages(channel):
                task = by_job[job_id_of(message)]
                prompt = task.request["prompt"]
                assert f"> {prompt}\n" in text_of(message)
                assert alt_texts(message) == [prompt]
                assert harness.pinged(message) == [expected.pop(prompt).id]
                generated = harness.fake.files[f"{task.id}.jpg"].data
                assert harness.env.backend.cdn.get(gallery(message)[0].media.url) == generated
            assert not expected
