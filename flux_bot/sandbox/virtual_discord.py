"""Run a virtual Discord: SimCord and its chat page, in real time.

SimCord is made for tests: its clock stands still, its page is refreshed only on request, and it reports an error
raised by a command as a defect. This module changes that through SimCord's private attributes, which no other module
uses, so SimCord's exact version is pinned.
"""

import asyncio
import contextlib
import io
import math
import os
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary
from zlib import crc32
from zoneinfo import available_timezones

import simcord
from aiohttp import web
from discord import app_commands
from PIL import Image, ImageDraw, ImageFont
from simcord.backend import Backend, serializers
from simcord.backend.cdn import CDN_BASE, CdnStore
from simcord.backend.models.message import Message
from simcord.http import router
from simcord.http.routes.application import application_info
from simcord.preview import _commands

from flux_bot.core.errors import StartupFailed
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.interactions.command_tree import CommandTranslator

ANSWER_SECONDS = 3.0  # time that the page waits for the response to a command, the same as Discord's
CLOCK_SECONDS = 2.0  # interval at which relative times such as "5 seconds ago" are updated
QUIET_SECONDS = 0.1  # changes within this time appear together
BOT_NAME = "flux-bot"
AVATAR = "sandbox"
OPENED = "chat"
"""The query string of the page's address after the redirect."""

STYLE = """
.gallery-item .media-lightbox-trigger { width: 100%; }
.component-gallery { margin-top: 8px; }
"""
"""Reserve space for pictures while they reload; otherwise the page jumps and open lists close. Add Discord's space
above galleries."""


SHOWN_NAME = "shown_name"
"""The key in a command's data with its name in the viewer's language."""

_applications: WeakKeyDictionary[Backend, Mapping[str, Any]] = WeakKeyDictionary()
"""The fields of the bot's application that differ from SimCord's, by backend."""


@dataclass(frozen=True, slots=True)
class VirtualDiscord:
    """A server with one channel and some members, and the page that shows it."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    members: Mapping[str, simcord.MemberActor]
    page: simcord.Preview


@asynccontextmanager
async def open_discord(
    bot: FluxBot, *, members: Mapping[str, str], owner: str, port: int
) -> AsyncIterator[VirtualDiscord]:
    """Connect the bot to a new virtual Discord and serve its chat page on a port; 0 picks any free one.

    ``members`` maps user names to Discord locales; the first of them runs the bot, and ``owner`` owns the server.
    Raises StartupFailed if the port is not available.
    """
    env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=ANSWER_SECONDS)
    backend = env.backend
    # The clock has not started, so the ids are the same in every run, and jobs of an earlier run find their channel.
    backend.bot_user.name, backend.bot_user.avatar = BOT_NAME, AVATAR
    owning_user = env.create_user(owner, avatar=AVATAR)
    guild = env.create_guild("flux-bot sandbox", owner=owning_user)
    channel = guild.create_text_channel("pictures", topic="Type / to see what flux-bot can do")
    users = {name: owning_user if name == owner else env.create_user(name, avatar=AVATAR) for name in members}
    people = {name: guild.add_member(user) for name, user in users.items()}
    locales = {people[name].id: locale for name, locale in members.items()}
    _set_locales(backend, locales)
    _translate_commands(backend, locales)
    _write_mentions(backend, {BOT_NAME: backend.bot_user.id} | {name: user.id for name, user in people.items()})
    change_application(backend, owner=user_payload(backend, next(iter(people.values())).id))
    add_image_dimensions(backend.cdn)
    backend.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign]
    avatars = dict([_avatar(backend.bot_user.id, BOT_NAME), *(_avatar(user.id, name) for name, user in people.items())])
    await env.start()
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(env.shutdown)
        del bot.tree.on_error  # set by SimCord, but the bot has its own error handler
        # This Discord is new, so the commands are not published, even if the database says so.
        await bot.tree.set_translator(CommandTranslator())
        await app_commands.CommandTree.sync(bot.tree)
        await bot.tree.set_translator(None)
        opened.enter_context(env.time_context())
        viewers = list(people.values())
        try:
            zone = _local_timezone()
            page = env.preview(channel, viewers=viewers, layout="channel", port=port, timezone=zone, assets=avatars)
            _add_style(page)
            _lead_to_page(page)
            await opened.enter_async_context(page)
        except simcord.SetupError as error:
            reason = os.strerror(error.__cause__.errno or 0) if isinstance(error.__cause__, OSError) else error
            raise StartupFailed(
                f"--port: can't use port {port} ({reason}). Choose another, or 0 for any free port."
            ) from error
        async with asyncio.TaskGroup() as tasks:
            refreshing = tasks.create_task(_refresh_page(env, page))
            yield VirtualDiscord(env, channel, people, page)
            refreshing.cancel()


def _add_style(page: simcord.Preview) -> None:
    serve = page._server._static  # noqa: SLF001

    async def serve_with_style(request: web.Request) -> web.Response:
        answer: web.Response = await serve(request)
        if request.path == "/preview.css":
            answer.text = f"{answer.text}{STYLE}"
        return answer

    page._server._static = serve_with_style  # type: ignore[method-assign]  # noqa: SLF001


def _lead_to_page(page: simcord.Preview) -> None:
    """Redirect from the page's address without its key (the URL's fragment) to the complete address."""
    serve = page._server._index  # noqa: SLF001

    async def redirect(request: web.Request) -> web.Response:
        answer: web.Response = await serve(request)  # goes first because it rejects other hosts
        if OPENED in request.query:
            return answer
        return web.Response(status=302, headers={"Location": f"/?{OPENED}#{page.capability}"})

    page._server._index = redirect  # type: ignore[method-assign]  # noqa: SLF001


async def _refresh_page(env: simcord.Env, page: simcord.Preview) -> None:
    """Refresh the page after every change, for example when a result arrives.

    ``Preview.refresh`` is not used, because the page would lose an action that the user takes meanwhile, and reject one
    that began before, because it belongs to an older revision of the page.
    """
    newest: dict[str, int | None] = {}
    calls_shown, next_clock_update = 0, math.inf
    while True:
        await asyncio.sleep(QUIET_SECONDS)
        page._advance_presentation_time()  # noqa: SLF001 - otherwise new messages would be from "in 4 seconds"
        # The backend has no events for private messages, but it logs the bot's HTTP calls.
        if len(env.http_requests) == calls_shown and time.monotonic() < next_clock_update:
            continue
        calls_shown, next_clock_update = len(env.http_requests), math.inf
        for view in tuple(page._pages.values()):  # noqa: SLF001
            latest = page._initial_target(view.viewer, view.channel_id)  # noqa: SLF001
            if latest != newest.get(view.id, latest):
                view.target_id = latest  # the page does not always scroll to new messages
            newest[view.id] = latest
            view.revision -= 1  # publishing increments it
            page._publish(view, reason="refresh")  # noqa: SLF001
            for message in view.snapshot["messages"].values():
                if "<t:" in str(message["components"]):
                    message["drawn_at"] = str(page.capture_time)  # only messages that differ are redrawn
                    next_clock_update = time.monotonic() + CLOCK_SECONDS


def _set_locales(backend: Backend, locales: Mapping[int, str]) -> None:
    """Set the locales of the user and the server on interactions; SimCord's are always English."""

    def add_locales(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            user = payload.get("user") or payload["member"]["user"]
            payload["locale"] = locales[int(user["id"])]
            if "guild_id" in payload:
                payload["guild_locale"] = backend.get_guild(int(payload["guild_id"])).preferred_locale

    backend.subscribers.insert(0, add_locales)  # ahead of the subscriber that passes interactions to the bot


def _translate_commands(backend: Backend, locales: Mapping[int, str]) -> None:
    """Show the commands in each user's language. Option names are not translated, because the page sends them."""
    find = backend.visible_commands

    def find_translated(*, user_id: int, channel_id: int, **options: Any) -> list[dict[str, Any]]:
        commands = find(user_id=user_id, channel_id=channel_id, **options)
        return [_translated(command, locales.get(user_id, "")) for command in commands]

    backend.visible_commands = find_translated  # type: ignore[method-assign]


def _write_mentions(backend: Backend, ids: Mapping[str, int]) -> None:
    """Convert names in users' messages, such as ``@flux-bot``, to mentions, as Discord's own client does."""
    create = backend.create_message
    names = re.compile(rf"(?<!\S)@({'|'.join(map(re.escape, ids))})(?![\w-])")

    def create_with_mentions(channel_id: int, author_id: int, content: str | None = "", **options: Any) -> Message:
        if content and author_id != backend.bot_user.id:
            content = names.sub(lambda found: f"<@{ids[found[1]]}>", content)
        return create(channel_id, author_id, content, **options)

    backend.create_message = create_with_mentions  # type: ignore[method-assign]


def _translated(thing: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Return a command or option with its texts in a language, if they were published in that language."""
    translated = dict(thing)
    for field, key in (("description", "description"), ("name", SHOWN_NAME)):
        if text := (thing.get(f"{field}_localizations") or {}).get(locale):
            translated[key] = text
    if options := thing.get("options"):
        translated["options"] = [_translated(option, locale) for option in options]
    return translated


_authorized_catalog = _commands._authorized_catalog  # noqa: SLF001


def _translated_catalog(page: simcord.Preview, view: Any) -> dict[str, Any]:
    """Return the page's list of commands, each with its translated name and its English name, which the page sends."""
    catalog = _authorized_catalog(page, view)
    if not catalog["entries"]:
        return catalog
    commands = page.env.backend.visible_commands(user_id=view.viewer.id, channel_id=view.channel_id)
    shown = {str(command["id"]): command[SHOWN_NAME] for command in commands if SHOWN_NAME in command}
    entries = [
        entry | {"invocation": f"{shown[entry['commandId']]} {entry['invocation']}"}
        if entry["commandId"] in shown
        else entry
        for entry in catalog["entries"]
    ]
    return catalog | {"entries": entries}


_commands._authorized_catalog = _translated_catalog  # type: ignore[assignment]  # noqa: SLF001


def change_application(backend: Backend, **changes: Any) -> None:
    """Change what Discord returns about the bot's application; in SimCord, the bot owns itself."""
    _applications[backend] = changes


def user_payload(backend: Backend, user_id: int) -> dict[str, Any]:
    """Return a user in the format of Discord's API."""
    return dict(serializers.user_payload(backend.get_user(user_id)))


def _changed_application(context: router.RequestContext) -> dict[str, Any]:
    return {**application_info(context), **_applications.get(context.backend, {})}


# Goes before SimCord's own route, which it replaces.
router._ROUTES["GET"].insert(0, (["oauth2", "applications", "@me"], _changed_application))  # noqa: SLF001


def _local_timezone() -> str:
    """Return the name of this machine's time zone, or UTC if it is unknown."""
    zone = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return zone if zone in available_timezones() else "UTC"


def add_image_dimensions(cdn: CdnStore) -> None:
    """Add width and height to stored pictures, as Discord does and SimCord does not."""
    store = cdn.store_attachment

    def store_measured(attachment_id: int, channel_id: int, name: str, data: bytes, text: str | None) -> dict[str, Any]:
        attachment = store(attachment_id, channel_id, name, data, text)
        with contextlib.suppress(OSError), Image.open(io.BytesIO(data)) as picture:
            attachment |= {"width": picture.width, "height": picture.height}
        return attachment

    cdn.store_attachment = store_measured  # type: ignore[assignment]


def _avatar(user_id: int, name: str) -> tuple[str, tuple[str, bytes]]:
    """Draw a user's avatar. Return the address that SimCord requests, and the file's name and content."""
    picture = Image.new("RGB", (128, 128), f"hsl({crc32(name.encode()) % 360}, 45%, 45%)")
    ImageDraw.Draw(picture).text((64, 64), name[0].upper(), "white", ImageFont.load_default(70), anchor="mm")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"{CDN_BASE}/avatars/{user_id}/{AVATAR}.png", (f"{name}.png", file.getvalue())
