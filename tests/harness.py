"""The whole bot under test: the real app between SimCord's Discord and the fake image API, in real time.

    async with BotHarness(tmp_path) as harness:
        interaction = await harness.imagine("a cat")
        result = await harness.wait_for_message("ready", "a cat")

On exit, the harness checks that every call of the bot was valid by Discord's own OpenAPI document, if that is
available, and that nothing was logged as an error, unless the test expects errors. Everything that changes SimCord's
behaviour, its clock or the interactions it sends is in this module.
"""

import asyncio
import logging
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import discord
import simcord
from PIL import Image
from simcord.interactions import base_payload
from simcord.types import HttpLogEntry

from flux_bot.app import App, open_app
from flux_bot.core.jobs import INTERACTION_TOKEN_LIFE, ImageRequest, Job, Origin
from flux_bot.images.decoding import Decoder, Picture
from flux_bot.sandbox.api_forms import Api
from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from flux_bot.sandbox.local_images import LocalImages
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.ui.cards import Verb
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.delivery.messenger import DiscordMessenger
from tests.discord_server.faults import CALLS, CUT, PASS, Fault, Faults
from tests.discord_server.payloads import Payload, openapi_checker
from tests.flux.caller import TOKEN, eventually, free_port

LOOPBACK = "127.0.0.1"
SETTLE_SECONDS = 10.0
"""A timeout in seconds; an action ends as soon as the bot has nothing more to do for it."""

SCALE = 1 / 16
"""The scale of all pictures: drawing 64 x 64 pixels instead of 1024 x 1024 takes hardly any time."""
SMALL = {"model": "flux-2-flex", "size": "64x64"}
"""The options of the picture that is the fastest to generate and send."""

Place = simcord.ChannelHandle | None
Viewer = simcord.MemberActor | simcord.UserHandle | None


class BotHarness:
    """The bot, its environment and its users."""

    env: simcord.Env
    app: App
    store: JobStore
    """A second store, on the same database file."""

    def __init__(
        self,
        folder: Path,
        *,
        seconds: float | None = 0,
        api: Api = "2026-10",
        expects_errors: bool = False,
        **settings: Any,
    ) -> None:
        """Take the database's folder, the seconds per picture (None: until ``fake.finish``), and other settings."""
        self.fake = FakeFlux(token=TOKEN, seconds=seconds, api=api)
        self.fake.scale = SCALE
        self.change_interaction: Callable[[Payload], object] = lambda _: None
        """Function that changes each interaction before the bot receives it."""
        self.errors: list[str] = []
        self._database = folder / "flux_bot.db"
        self._port = free_port()
        self._expects_errors = expects_errors
        self._changes = settings
        self._bot_stack = AsyncExitStack()
        self._faults = Faults(lambda channel_id: channel_id in self.env.backend.dm_channels.values())

    async def __aenter__(self) -> Self:
        """Start everything, and wait until the bot is ready and its loops are running."""
        async with AsyncExitStack() as stack:
            stack.enter_context(_record_errors(self.errors))
            await stack.enter_async_context(self.fake)
            stack.push_async_callback(self._bot_stack.aclose)
            await self._open_app()
            environment = simcord.run(self.app.bot, shard_count=1, check_errors=False, settle_timeout=SETTLE_SECONDS)
            self.env = await stack.enter_async_context(environment)
            self.env.backend.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign]
            self.env.backend.subscribers.insert(0, self._change_interaction)
            self.fake.local_files = self.env.backend.cdn.get
            self.guild = self.env.create_guild("gallery")
            self.channel = self.guild.create_text_channel("pictures")
            self.alice, self.bob = (self.guild.add_member(self.env.create_user(name)) for name in ("alice", "bob"))
            self.store = await stack.enter_async_context(JobStore(f"sqlite:///{self._database}"))
            await self._run_loops()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, then check the logged errors and the requests."""
        if error is not None:
            print("\n".join(self.env.transcript().splitlines()[-50:]))
        async with self._stack:
            if isinstance(error, asyncio.CancelledError):  # if a loop has failed, its error is raised instead
                await self._bot_stack.__aexit__(kind, error, trace)
            await self._bot_stack.aclose()
        if error is None:
            assert self._expects_errors or not self.errors, self.errors
            assert not invalid_requests(self.env.http_requests)

    async def restart(self, **settings: Any) -> None:
        """Stop the bot and start another one on the same database, with some settings changed."""
        await self._bot_stack.aclose()
        self._changes |= settings
        await self._open_app()
        await self.env.restart_bot(self.app.bot)
        await self._run_loops()

    async def _open_app(self) -> None:
        defaults: dict[str, Any] = {
            "discord_token": TOKEN,
            "flux_api_token": TOKEN,
            "flux_api_url": self.fake.url,
            "public_url": f"http://{LOOPBACK}:{self._port}",
            "webhook_host": LOOPBACK,
            "webhook_port": self._port,
            "health_port": 0,
            "pictures_per_user_per_day": 0,
            "database_url": f"sqlite:///{self._database}",
            "allow_private_image_hosts": True,
        }
        settings = Settings.load(env_file=None, **defaults | self._changes)
        images = LocalImages()
        images.local_files = lambda url: self.env.backend.cdn.get(url)  # noqa: PLW0108  opened later
        self.app = await self._bot_stack.enter_async_context(open_app(settings, images))

    async def _run_loops(self) -> None:
        loops = await self._bot_stack.enter_async_context(asyncio.TaskGroup())
        loops.create_task(self.app.run_loops())
        self._bot_stack.callback(self.app.workflow.stop)

    def _change_interaction(self, event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            # the end-to-end tests check the deadline; here a busy machine must not fail a test
            self.env.backend.interactions[int(payload["id"])].initial_response_deadline = None
            self.change_interaction(payload)

    async def imagine(
        self, prompt: str = "a cat", *, who: simcord.MemberActor | None = None, where: Place = None, **options: Any
    ) -> simcord.InteractionResult:
        """Let a member, by default alice, request a small picture."""
        return await (who or self.alice).slash(where or self.channel, "imagine", prompt=prompt, **SMALL | options)

    def imagine_without_waiting(self, who: simcord.MemberActor, where: simcord.ChannelHandle, prompt: str) -> None:
        """Let a member send /imagine without waiting for the answer, so that many requests can be sent at once."""
        backend = self.env.backend
        command = backend.find_command("imagine", None)
        assert command is not None
        options = [{"name": name, "type": 3, "value": value} for name, value in {"prompt": prompt, **SMALL}.items()]
        data = {"id": command["id"], "name": "imagine", "type": 1, "options": options}
        ids = {"channel_id": where.id, "guild_id": self.guild.id, "user_id": who.id}
        _, payload = base_payload(backend, type=2, data=data, **ids)
        backend.emit("INTERACTION_CREATE", payload)

    async def accept(self, request: ImageRequest) -> Job:
        """Save one of alice's requests as a job, without an interaction or a wait for a reply."""
        expires_at = datetime.now(UTC) + INTERACTION_TOKEN_LIFE
        origin = Origin(
            self.alice.id, self.channel.id, self.guild.id, "en-US", None, expires_at, upload_limit=10**7, can_post=True
        )
        accepted = await self.app.workflow.accept(lambda _: [request], origin)
        await self.app.workflow.replied(accepted, 1)
        return accepted.job

    def host_picture(self, name: str = "source") -> str:
        """Return the address of a small picture."""
        self.fake.files[f"{name}.png"] = paint(name, "flux-dev", "64x64")
        return f"{self.fake.url}/files/{name}.png"

    async def start_job(self, prompt: str = "a cat", **options: Any) -> tuple[Job, FakeTask]:
        """Request a picture, and return the running job with its task, which runs until ``fake.finish``."""
        card = (await self.imagine(prompt, **options)).response
        assert card is not None
        job_id = job_id_of(card.message)
        await eventually(lambda: job_id in self.tasks and self.row(job_id)["status"] == "running")
        return await self.job(job_id), self.tasks[job_id]

    @property
    def tasks(self) -> dict[str, FakeTask]:
        """Return the tasks that the image API has accepted, by job id."""
        return {str(task.request["callback_url"]).split("/")[-2]: task for task in self.fake.tasks.values()}

    def messages(self, where: Place = None, viewer: Viewer = None) -> list[discord.Message]:
        """Return a channel's messages, oldest first; ephemeral messages are included only for their viewer."""
        return (where or self.channel).history(viewer=viewer)

    async def wait_for_message(self, *parts: str, where: Place = None, viewer: Viewer = None) -> discord.Message:
        """Wait until a channel has a message that contains all these parts, and return the latest one."""

        def found() -> list[discord.Message]:
            messages = self.messages(where, viewer)
            return [message for message in messages if all(part in text_of(message) for part in parts)]

        await eventually(found)
        return found()[-1]

    @property
    def calls(self) -> list[str]:
        """Return the names of the calls since the login, including refused calls but not look-ups of the commands."""
        names = [self._faults.call_name(entry.method, entry.path) for entry in self.env.http_requests]
        since_login = names[len(names) - names[::-1].index("log in") :]
        return [name for name in since_login if name != "get commands"]

    def requests(self, call: str) -> list[HttpLogEntry]:
        """Return the calls of one kind, including refused ones."""
        entries = self.env.http_requests
        return [entry for entry in entries if self._faults.call_name(entry.method, entry.path) == call]

    def refuse(self, call: str, status: int, code: int = 0, times: int | None = None, **more: Any) -> None:
        """Respond to a kind of call with an error, always or a number of times; see ``Fault``.

        Posts are calls to the channel, "DM" means posts to alice.
        """
        fault = self._faults.refuse(call, status, code, times=times, **more)
        assert status not in (CUT, PASS), "SimCord can't cut a connection"
        assert fault == Fault(call, status, code, times), "SimCord neither delays an answer nor acts before a fault"
        method, path = CALLS.get(call, ("*", "*"))
        if call in ("post", "DM"):
            method, path = CALLS["post"]
            path = path.replace("*", str(self.alice.user.dm_channel.id if call == "DM" else self.channel.id))
        self.env.inject_error(method, path, status=status, code=code, times=times)

    def stop_refusing(self) -> None:
        """Make Discord accept all calls again."""
        self._faults.clear()
        self.env.backend.faults.clear()

    def pinged(self, message: discord.Message) -> list[int]:
        """Return the ids of the users and roles a message has pinged, 0 for everyone."""
        stored = self.env.backend.get_message(message.channel.id, message.id)
        return [*stored.ping_user_ids, *stored.ping_role_ids, *([0] if stored.mention_everyone else [])]

    @property
    def messenger(self) -> DiscordMessenger:
        """Return a messenger of the running bot that delivers without the loops."""
        return DiscordMessenger(self.app.bot)

    async def job(self, job_id: str) -> Job:
        """Return a job in its current state."""
        job = await self.store.history.job(job_id)
        assert job is not None
        return job

    def row(self, job_id: str) -> sqlite3.Row:
        """Return a job's current row."""
        (row,) = self.sql("SELECT * FROM jobs WHERE id = ?", job_id)
        return row

    def sql(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Run a statement on the database and return the rows."""
        with closing(sqlite3.connect(self._database, timeout=10, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement, values).fetchall()

    async def change(self, statement: str, *values: object) -> None:
        """Change the database without the bot, in a thread because the bot may hold the lock and need its loop."""
        await asyncio.to_thread(self.sql, statement, *values)

    @asynccontextmanager
    async def refused_writes(self, column: str) -> AsyncIterator[None]:
        """Make the database refuse every value of a column of the jobs, as it would with a full disk."""
        fails = f"BEFORE UPDATE OF {column} ON jobs WHEN NEW.{column} IS NOT NULL"
        await self.change(f"CREATE TRIGGER full {fails} BEGIN SELECT RAISE(FAIL, 'disk full'); END")
        yield
        await self.change("DROP TRIGGER full")

    async def wait_until_closed(self, job_id: str) -> None:
        """Wait until a job is finished and its delivery is complete."""
        closed = "SELECT id FROM jobs WHERE id = ? AND next_delivery_at IS NULL AND finished_at IS NOT NULL"
        await eventually(lambda: self.sql(closed, job_id))


def walk(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    """Yield every component of a message, outer ones first."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))
        if isinstance(component, discord.SectionComponent):
            yield component.accessory


def text_of(message: discord.Message) -> str:
    """Return all text of a message."""
    return "\n".join(part.content for part in walk(message.components) if isinstance(part, discord.TextDisplay))


def gallery(message: discord.Message) -> list[discord.MediaGalleryItem]:
    """Return the pictures of a message, which must be in one gallery if there are any."""
    found = [part for part in walk(message.components) if isinstance(part, discord.MediaGalleryComponent)]
    assert len(found) <= 1
    return found[0].items if found else []


def alt_texts(message: discord.Message) -> list[str | None]:
    """Return the alt texts of a message's pictures."""
    return [item.description for item in gallery(message)]


def picture_bytes(harness: BotHarness, message: discord.Message) -> list[bytes | None]:
    """Return the bytes of a message's pictures."""
    return [harness.env.backend.cdn.get(item.media.url) for item in gallery(message)]


def source_of(message: discord.Message) -> str:
    """Return the address of the source picture on the card of an edit."""
    (thumbnail,) = [part for part in walk(message.components) if isinstance(part, discord.ThumbnailComponent)]
    return thumbnail.media.url


def job_id_of(message: discord.Message) -> str:
    """Return the id of the job whose card this message is."""
    (job_id,) = {about for action, about in custom_ids(list(walk(message.components))) if action in set(Verb)}
    return job_id


_decoder = cache(Decoder)


def picture(width: int = 64, height: int = 48, *, noisy: bool = False) -> Picture:
    """Return a fetched picture of one colour, or of noise, which compresses badly."""
    pixels = random.Random(8).randbytes(width * height * 3) if noisy else bytes(width * height * 3)
    path = _decoder().new_path()
    Image.frombytes("RGB", (width, height), pixels).save(path, "PNG")
    return Picture(path, "PNG", width, height, path.stat().st_size, _decoder())


def invalid_requests(entries: Iterable[HttpLogEntry]) -> list[str]:
    """Return the calls that violate Discord's OpenAPI document, if it is available; similar calls are checked once."""
    check = openapi_checker()
    if check is None:
        return []
    distinct = {_IDS.sub("#", f"{entry.method} {entry.path} {entry.json}"): entry for entry in entries}
    for call, entry in distinct.items():
        if call not in _findings:
            files = len(entry.json.get("attachments") or ()) if isinstance(entry.json, dict) else 0
            findings = check(entry.method, entry.path, entry.json, query=entry.params, files=files)
            _findings[call] = [f"{entry.method} {entry.path}: {finding} in {entry.json}" for finding in findings]
    return [finding for call in distinct for finding in _findings[call]]


_IDS = re.compile(r"(?<![\w-])[\w-]{16}(?![\w-])|\d{15,20}")
"""A pattern of job ids and Discord's ids."""
_findings: dict[str, list[str]] = {}
"""The violations of each call."""


@contextmanager
def _record_errors(errors: list[str]) -> Iterator[None]:
    """A handler that records what the bot logs as an error."""
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(handler.format(record))  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
