"""A Discord of this machine's own: SimCord with its chat page, kept at the real time.

SimCord is made for tests: its clock stands still, its page shows what is new only when it is told to, and what a
command raises counts as a defect. What reaches behind its public interface to change that is here and nowhere
else; its exact version is pinned for it.
"""

import asyncio
import contextlib
import hashlib
import io
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import simcord
from aiohttp import web
from discord import app_commands
from PIL import Image, ImageDraw, ImageFont
from simcord.backend import Backend
from simcord.backend.cdn import CDN_BASE, CdnStore

from flux_bot.core.errors import StartupFailed
from flux_bot.ui.bot import FluxBot

ANSWER_SECONDS = 3.0
"""How long the page waits for the bot to finish with a command: as long as Discord would."""

CLOCK_SECONDS = 2.0
"""How often "5 seconds ago" is brought up to date while there is one on the page."""

QUIET_SECONDS = 0.1
"""Changes that come this close together are shown together."""

BOT_NAME = "flux-bot"
AVATAR = "sandbox"
TOPIC = "Type / to see what flux-bot can do"

STYLE = """
.gallery-item .media-lightbox-trigger { width: 100%; }
.component-gallery { margin-top: 8px; }
"""
"""Pictures keep their place while they load anew: else the page jumps, and a list that was just opened closes again.
And there is space above them, as at Discord."""


@dataclass(frozen=True, slots=True)
class VirtualDiscord:
    """A server with one channel and some members, and the page that shows it."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    members: Mapping[str, simcord.MemberActor]
    page: simcord.Preview

    async def page_closed(self) -> None:
        """Wait until somebody ends the session on the page."""
        await self.page.wait_closed()

    def file(self, url: str) -> bytes | None:
        """Return an uploaded file by its address, which exists on no real network."""
        return self.env.backend.cdn.get(url)

    def forbid_posting(self, *, forbidden: bool) -> None:
        """Refuse the bot's own messages in the channel, as where it lacks the permission, or allow them again.

        A command of the bot's may call this, which ``Env.inject_error`` does not allow.
        """
        refusal = {"status": 403, "code": 50013, "message": "Missing Permissions", "times": None}
        fault = {"method": "POST", "path": f"/channels/{self.channel.id}/messages", **refusal}
        self.env.backend.faults[:] = [fault] if forbidden else []


@asynccontextmanager
async def open_discord(bot: FluxBot, *, members: Mapping[str, str], port: int) -> AsyncIterator[VirtualDiscord]:
    """Connect the bot to a new virtual Discord and serve its chat page on a port, 0 for any free one.

    ``members`` are names and the languages that their owners read, as Discord names them. Raises StartupFailed when the
    port can't be had.
    """
    env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=ANSWER_SECONDS)
    # SimCord's clock still stands, so all ids here are the same each time: a job of an earlier run finds its channel.
    env.backend.bot_user.name, env.backend.bot_user.avatar = BOT_NAME, AVATAR
    guild = env.create_guild("flux-bot sandbox")
    channel = guild.create_text_channel("pictures", topic=TOPIC)
    people = {name: guild.add_member(env.create_user(name, avatar=AVATAR)) for name in members}
    _speak_to_each(env.backend, {people[name].id: locale for name, locale in members.items()})
    _measure_pictures(env.backend.cdn)
    env.backend.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign]
    await env.start()
    try:
        del bot.tree.on_error  # SimCord's own; the bot answers its errors by itself
        # A new Discord knows no commands, whatever the database says.
        await app_commands.CommandTree.sync(bot.tree)
        with env.time_context():
            async with _opened_page(env, channel, list(people.values()), port) as page, asyncio.TaskGroup() as tasks:
                showing = tasks.create_task(_show_what_is_new(env, page))
                yield VirtualDiscord(env, channel, people, page)
                showing.cancel()
    finally:
        await env.shutdown()


@asynccontextmanager
async def _opened_page(
    env: simcord.Env, channel: simcord.ChannelHandle, viewers: Sequence[simcord.MemberActor], port: int
) -> AsyncIterator[simcord.Preview]:
    faces = [(env.backend.bot_user.id, BOT_NAME), *((viewer.id, viewer.name) for viewer in viewers)]
    async with contextlib.AsyncExitStack() as opened:
        try:
            page = env.preview(
                channel,
                viewers=viewers,
                layout="channel",
                port=port,
                timezone=_local_timezone(),
                assets=dict(_avatar(user_id, name) for user_id, name in faces),
            )
            _add_style(page)
            await opened.enter_async_context(page)
        except simcord.SetupError as error:
            reason = os.strerror(error.__cause__.errno or 0) if isinstance(error.__cause__, OSError) else error
            raise StartupFailed(
                f"--port: can't use port {port} ({reason}). Choose another; 0 takes any free one."
            ) from error
        yield page


def _add_style(page: simcord.Preview) -> None:
    serve = page._server._static  # noqa: SLF001

    async def serve_with_style(request: web.Request) -> web.Response:
        answer: web.Response = await serve(request)
        if request.path == "/preview.css":
            answer.text = f"{answer.text}{STYLE}"
        return answer

    page._server._static = serve_with_style  # type: ignore[method-assign]  # noqa: SLF001


async def _show_what_is_new(env: simcord.Env, page: simcord.Preview) -> None:
    """Refresh the page whenever something changes without an action on it, such as a late result.

    ``Preview.refresh`` is not for this: an action on the page that comes meanwhile is lost, and one that was
    begun before is refused as it belongs to an older revision of the page.
    """
    changed = asyncio.Event()
    newest: dict[str, int | None] = {}
    clocks_shown = False

    def note() -> None:
        page._advance_presentation_time()  # noqa: SLF001  or what is new would be "in 4 seconds"
        changed.set()

    env.backend.http_requests = _Calls(env.backend.http_requests, note)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), CLOCK_SECONDS if clocks_shown else None)
        await asyncio.sleep(QUIET_SECONDS)
        changed.clear()
        page._advance_presentation_time()  # noqa: SLF001
        clocks_shown = False
        for view in tuple(page._pages.values()):  # noqa: SLF001
            latest = page._initial_target(view.viewer, view.channel_id)  # noqa: SLF001
            if latest != newest.get(view.id, latest):
                view.target_id = latest  # the page does not always scroll to what is new by itself
            newest[view.id] = latest
            view.revision -= 1  # publishing adds one
            page._publish(view, reason="refresh")  # noqa: SLF001
            for message in view.snapshot["messages"].values():
                if "<t:" in str(message["components"]):
                    message["drawn_at"] = str(page.capture_time)  # a message is drawn again only if it differs
                    clocks_shown = True


class _Calls(list[simcord.HttpLogEntry]):
    """The calls of the bot, and word of each: the backend's events are silent on private messages."""

    def __init__(self, calls: Iterable[simcord.HttpLogEntry], note: Callable[[], None]) -> None:
        super().__init__(calls)
        self._note = note

    def append(self, call: simcord.HttpLogEntry) -> None:
        super().append(call)
        self._note()


def _speak_to_each(backend: Backend, locales: Mapping[int, str]) -> None:
    """Let interactions name the language of their user and of the server, as Discord does; SimCord's are English."""

    def name_languages(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            user = payload.get("user") or payload["member"]["user"]
            payload["locale"] = locales[int(user["id"])]
            if "guild_id" in payload:
                payload["guild_locale"] = backend.get_guild(int(payload["guild_id"])).preferred_locale

    backend.subscribers.insert(0, name_languages)  # before the one that hands them to the bot


def _local_timezone() -> str:
    """Return the name of this machine's timezone, UTC where it has none."""
    zone = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return zone if zone in available_timezones() else "UTC"


def _measure_pictures(cdn: CdnStore) -> None:
    """Give each picture that is stored its width and height, as Discord does and SimCord does not."""
    store = cdn.store_attachment

    def store_measured(attachment_id: int, channel_id: int, name: str, data: bytes, text: str | None) -> dict[str, Any]:
        attachment = store(attachment_id, channel_id, name, data, text)
        with contextlib.suppress(OSError), Image.open(io.BytesIO(data)) as picture:
            attachment |= {"width": picture.width, "height": picture.height}
        return attachment

    cdn.store_attachment = store_measured  # type: ignore[assignment]


def _avatar(user_id: int, name: str) -> tuple[str, tuple[str, bytes]]:
    """Draw a user's picture: the address where SimCord looks for it, and the file."""
    size = 128
    hue = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 360
    picture = Image.new("RGB", (size, size), f"hsl({hue}, 45%, 45%)")
    font = ImageFont.load_default(size * 0.55)
    ImageDraw.Draw(picture).text((size / 2, size / 2), name[0].upper(), "white", font, anchor="mm")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"{CDN_BASE}/avatars/{user_id}/{AVATAR}.png", (f"{name}.png", file.getvalue())
