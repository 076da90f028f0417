"""The log of each server: actions of moderators, changed settings and blocked prompts.

Logging is best effort. Entries wait in memory for a few seconds, so a crash loses them. Entries that can't be posted
are dropped, as are those of servers without a log channel.
"""

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import discord

from flux_bot.core.errors import DeliveryFailed, RateLimited, StoreUnavailable
from flux_bot.core.text import TranslatableText, truncate
from flux_bot.locales import translator_for
from flux_bot.store.rules.servers import Server, Servers
from flux_bot.ui import cards
from flux_bot.ui.discord_errors import MethodFailed, discord_errors

log = logging.getLogger(__name__)

COLLECT_SECONDS = 3.0
"""Time to wait for more entries after the first one, in seconds."""
LINES_LIMIT = 15
"""Maximum number of entries in a message, and in memory for each server; further entries are only counted."""
LINE_LIMIT = 250
"""Maximum length of an entry, in characters; a message has 4,000 in all (discord-api-docs, components/reference)."""
SERVERS_LIMIT = 1000
"""Maximum number of servers with entries in memory."""
POST_SECONDS = 10.0
"""Maximum time for posting a message, in seconds."""
RETRY_SECONDS = 30.0
"""Time to wait after a temporary error, in seconds, if Discord does not say how long."""
ATTEMPTS = 5
"""Maximum number of attempts; after that, the entries are dropped."""


@dataclass(slots=True)
class _Batch:
    """The oldest entries, which are being posted; each attempt uses the same entries and the same nonce."""

    lines: int
    more: int
    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    attempts: int = 0


@dataclass(slots=True)
class _Waiting:
    """The entries of a server that are waiting to be posted."""

    due: float
    """When to post the entries, by ``time.perf_counter``, as SimCord stops ``time.monotonic``."""
    lines: list[tuple[datetime, TranslatableText]] = field(default_factory=list)
    more: int = 0
    """Number of further entries, which are counted but not stored."""
    channel_id: int | None = None
    """Id of the channel to post the entries in; None means the log channel at that time."""
    batch: _Batch | None = None
    is_posting: bool = False


class ServerLog:
    """The log of all servers. Entries that arrive together become one message; ``run`` must be running to post them."""

    def __init__(self, client: discord.Client, servers: Servers, now: Callable[[], datetime]) -> None:
        """Take the client that posts entries, the servers' settings, and the clock for the entries' times."""
        self._client = client
        self._servers = servers
        self._now = now
        self._waiting: dict[int, _Waiting] = {}
        self._last: OrderedDict[int, TranslatableText] = OrderedDict()
        """Last entry with ``if_changed``, by server id."""
        self._changed = asyncio.Event()
        self._is_stopping = False

    def note(
        self,
        guild_id: int | None,
        entry: TranslatableText,
        *,
        if_changed: bool = False,
        channel_id: int | None = None,
    ) -> None:
        """Add an entry to a server's log, in the language of its public cards; ignore it outside of servers (None).

        The entry is truncated to ``LINE_LIMIT``, and posted with its time and without pings. With ``if_changed``, it is
        ignored if it equals the server's last entry with ``if_changed``. ``channel_id`` is the previous log channel if
        the entry says that the log channel was changed or removed.
        """
        if guild_id is None or (if_changed and not self._is_changed(guild_id, entry)):
            return
        waiting = self._waiting.get(guild_id)
        if waiting is None:
            if len(self._waiting) >= SERVERS_LIMIT:
                log.warning("Dropping an entry for the log of server %d: too many are waiting", guild_id)
                return
            waiting = self._waiting[guild_id] = _Waiting(time.perf_counter() + COLLECT_SECONDS)
        waiting.channel_id = waiting.channel_id or channel_id
        if len(waiting.lines) < LINES_LIMIT:
            waiting.lines.append((self._now(), entry))
        else:
            waiting.more += 1
        self._changed.set()

    def _is_changed(self, guild_id: int, entry: TranslatableText) -> bool:
        if self._last.get(guild_id) == entry:
            return False
        self._last[guild_id] = entry
        self._last.move_to_end(guild_id)
        if len(self._last) > SERVERS_LIMIT:
            self._last.popitem(last=False)
        return True

    def stop(self) -> None:
        """Try once to post the waiting entries without delay, and stop ``run``."""
        self._is_stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Post entries until stopped. A server whose channel is slow or rate-limited does not delay the others."""
        async with asyncio.TaskGroup() as posts:
            while True:
                now = time.perf_counter()
                idle = {guild_id: one for guild_id, one in self._waiting.items() if not one.is_posting}
                for guild_id, waiting in idle.items():
                    if self._is_stopping or waiting.due <= now:
                        waiting.is_posting = True
                        posts.create_task(self._post(guild_id, waiting))
                if self._is_stopping and not self._waiting:
                    return
                next_due = min((one.due for one in idle.values() if not one.is_posting), default=None)
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if next_due is None else max(0.0, next_due - now)):
                        await self._changed.wait()
                self._changed.clear()

    async def _post(self, guild_id: int, waiting: _Waiting) -> None:
        """Post a server's entries; after a temporary error, they stay in memory."""
        batch = waiting.batch = waiting.batch or _Batch(len(waiting.lines), waiting.more)
        batch.attempts += 1
        seconds = COLLECT_SECONDS
        try:
            async with asyncio.timeout(POST_SECONDS):
                await self._try_to_post(guild_id, waiting, batch)
        except (DeliveryFailed, StoreUnavailable, TimeoutError) as error:
            log.warning("Can't post to the log of server %d: %s", guild_id, str(error) or "timed out")
            if batch.attempts < ATTEMPTS and not self._is_stopping:
                seconds = error.retry_after if isinstance(error, RateLimited) else RETRY_SECONDS
            else:
                waiting.batch = None
        except Exception:
            log.exception("Unexpected error in the log of server %d; dropping its entries", guild_id)
            waiting.batch = None
        else:
            waiting.batch = None
        if waiting.batch is None:
            del waiting.lines[: batch.lines]
            waiting.more -= batch.more
        waiting.due = time.perf_counter() + seconds
        waiting.is_posting = False
        if not (waiting.lines or waiting.more):
            del self._waiting[guild_id]
        self._changed.set()

    async def _try_to_post(self, guild_id: int, waiting: _Waiting, batch: _Batch) -> None:
        """Post a batch, and save whether the bot can write to the channel.

        Raises DeliveryFailed and StoreUnavailable for temporary errors.
        """
        guild, server = self._client.get_guild(guild_id), await self._servers.get(guild_id)
        channel_id = waiting.channel_id or server.settings.log_channel
        if channel_id is None or guild is None:  # without a guild, the bot is not a member
            return
        try:
            with discord_errors():
                await self._send(guild, channel_id, _card(server, guild, waiting, batch), batch.nonce)
        except MethodFailed as failed:
            log.info("Can't post to the log channel of server %d: %s", guild_id, failed)
            await self._servers.note_log_failed(guild_id, channel_id, now=self._now())
        else:
            if server.log_failed_at is not None:
                await self._servers.note_log_works(guild_id)

    async def _send(self, guild: discord.Guild, channel_id: int, card: cards.Card, nonce: str) -> None:
        """Post a card in a channel of a server. Raises MethodFailed if the channel belongs to another server."""
        if guild.unavailable:
            raise DeliveryFailed("the server is unavailable")
        if guild.get_channel_or_thread(channel_id) is None:
            raise MethodFailed("the server has no such channel")
        channel = self._client.get_partial_messageable(channel_id, guild_id=guild.id)
        await channel.send(view=card.view, nonce=nonce)  # the bot's default is to ping nobody


def _card(server: Server, guild: discord.Guild, waiting: _Waiting, batch: _Batch) -> cards.Card:
    """Return the message for a batch. Each entry is a separate text, so that its Markdown does not affect the next."""
    translate = translator_for(server.settings.language or str(guild.preferred_locale))
    lines = [f"<t:{int(at.timestamp())}:T> {translate.text(entry)}" for at, entry in waiting.lines[: batch.lines]]
    more = [f"-# {translate('log-more', more=batch.more)}"] if batch.more else []
    return cards.text(*(truncate(line, LINE_LIMIT) for line in lines), *more)
