"""FluxBot: the gateway connection, and the parts that commands, buttons and forms use."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands

from flux_bot.core.backoff import retry_after_seconds
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import StartupFailed
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import plain_line
from flux_bot.images.charts import Charts
from flux_bot.metrics import RATE_LIMIT_SCOPES, Metrics
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.ui.client.discord_clock import DiscordClock
from flux_bot.ui.client.memberships import Memberships
from flux_bot.ui.client.open_replies import OpenReplies
from flux_bot.ui.discord_errors import retry_after
from flux_bot.ui.moderation.server_log import ServerLog
from flux_bot.ui.old_pictures import OldPictures
from flux_bot.ui.recent_items import RecentItems
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot does not use voice

BAN_SECONDS = 60.0
"""How long to wait if Cloudflare, which is in front of Discord, refuses this address without saying for how long."""
SHORTEST_BAN_SECONDS = 1.0
AUTHENTICATION_FAILED = 4004
"""discord-api-docs, topics/opcodes-and-status-codes, "gateway close event codes"."""
LONGEST_WAIT_SECONDS = 2.0
"""The longest rate limit of a message that a request waits for; a longer limit raises ``discord.RateLimited``."""
_LIMITED_ROUTES = re.compile(r"/(channels/\d+/messages|webhooks|users/@me/channels)\b")
_LOGIN_REFUSED = (
    "DISCORD_TOKEN: Discord refuses the token. Copy it again: Developer Portal, your application, Bot, Reset Token."
)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KnownSettings:
    """Recently read settings of a server."""

    settings: ServerSettings
    until: float
    """Time after which to read the settings again, by ``time.perf_counter``."""


class FluxBot(commands.AutoShardedBot):
    """The Discord client. Extensions get the parts that they need from its attributes."""

    def __init__(  # noqa: PLR0913  the composition root is its only caller
        self,
        *,
        settings: Settings,
        workflow: Workflow,
        store: JobStore,
        old_pictures: OldPictures,
        charts: Charts,
        metrics: Metrics,
        clock: DiscordClock,
        tree_cls: type[app_commands.CommandTree[Any]],
        extensions: Sequence[str],
    ) -> None:
        """Take the parts, and the names of the extensions to load after login."""
        places = settings.places
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=tree_cls,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=places.user_installs
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=places.user_installs),
            intents=_intents(settings),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) if settings.shard_ids is not None else None,  # type: ignore[arg-type]  # None is its default
            http_trace=_trace(metrics, clock),
        )
        self.settings = settings
        self.workflow = workflow
        self.store = store
        self.old_pictures = old_pictures
        self.charts = charts
        self.metrics = metrics
        self.clock = clock
        self.server_log = ServerLog(self, store.servers, clock.now)
        self.memberships = Memberships(self._get_member, places.allowed_guilds)
        self.open_replies = OpenReplies()
        self.recent_forms: RecentItems[str, Any] = RecentItems()
        """The data of open forms that is too long for a custom_id."""
        self.removals: RecentItems[int, discord.Interaction[Any]] = RecentItems()
        """The last click on *Remove*, by the card's message id, until it is confirmed."""
        self.known_settings: RecentItems[int, KnownSettings] = RecentItems()
        """Settings by server id, for suggestions and forms."""
        self._extensions_to_load = extensions
        self._has_gateway = settings.role == "all"

    @property
    def catalogue(self) -> Catalogue:
        """Return the models and sizes to offer now."""
        return self.workflow.catalogue

    async def _get_member(self, guild_id: int, user_id: int) -> object:
        return await self.http.get_member(guild_id, user_id)

    async def log_in(self, token: str, api_url: str) -> None:
        """Log in to Discord, or to a compatible server, and publish the commands. Wait while this address is banned.

        Raises StartupFailed, which says what to do.
        """
        discord.http.Route.BASE = api_url
        with login_errors(api_url):
            await _outlast_bans(lambda: self._try_login(token))
            if not self._has_gateway:
                return
            # Requested here because discord.py returns to Discord's own gateway whenever it starts a new session.
            _, gateway_url, _ = await _outlast_bans(self.http.get_bot_gateway)
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)

    async def _try_login(self, token: str) -> None:
        try:
            await self.login(token)
        except discord.HTTPException:  # discord.py opens another session at the next attempt
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            raise

    async def stay_connected(self) -> None:
        """Keep the gateway connection until the bot is closed. Raises StartupFailed if Discord ends it for good."""
        try:
            await _outlast_bans(self.connect)
        except discord.ConnectionClosed as closed:
            is_refused = closed.code == AUTHENTICATION_FAILED
            ended = f"Discord ends the connection: {plain_line(closed)}"
            raise StartupFailed(_LOGIN_REFUSED if is_refused else ended) from closed
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise StartupFailed(f"The connection to Discord is lost permanently: {plain_line(error)}") from error

    @property
    def is_connected(self) -> bool:
        """Return whether the bot is logged in and, with a gateway, all shards are connected."""
        if not self._has_gateway:
            return self.user is not None
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    async def setup_hook(self) -> None:
        """Load the extensions and publish the commands (discord.py calls this after login)."""
        for extension in self._extensions_to_load:
            if extension not in self.extensions:  # an earlier attempt to log in may have loaded it
                await self.load_extension(extension)
        if self._has_gateway:
            await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing; by default, discord.py would look for text commands. See ``cogs/messages``."""

    async def on_ready(self) -> None:
        """Log that the gateway is connected."""
        log.info("Connected to Discord as %s in %d servers", self.user, len(self.guilds))
        self.workflow.gateway_connected()

    async def on_resumed(self) -> None:
        """Note that the gateway is connected again."""
        self.workflow.gateway_connected()


def _intents(settings: Settings) -> discord.Intents:
    """Return the events that Discord should send; they need no privileged intent."""
    return discord.Intents(guilds=True, guild_messages=settings.mentions, dm_messages=settings.mentions)


Interaction: TypeAlias = discord.Interaction[FluxBot]


@contextmanager
def login_errors(api_url: str) -> Iterator[None]:
    """Turn errors of the login into StartupFailed, which says what to do."""
    try:
        yield
    except discord.LoginFailure:
        raise StartupFailed(_LOGIN_REFUSED) from None
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        if (seconds := _ban_seconds(error)) is not None:
            raise StartupFailed(
                f"Discord refuses requests from this address for a while (HTTP 429). Try again in {seconds:.0f} s."
            ) from error
        reason = plain_line(error) or type(error).__name__
        advice = "" if isinstance(error, discord.HTTPException) else ". Check this machine's network, DNS and firewall."
        raise StartupFailed(f"DISCORD_API_URL: Discord can't be reached at {api_url}: {reason}{advice}") from error


async def _outlast_bans(call: Callable[[], Awaitable[T]]) -> T:
    """Repeat a call for as long as Discord refuses this address: a restart would only prolong that."""
    while True:
        try:
            return await call()
        except (discord.HTTPException, discord.GatewayNotFound) as error:
            seconds = _ban_seconds(error)
            if seconds is None:
                raise
            log.warning("Discord refuses requests from this address (HTTP 429); next attempt in %.0f s", seconds)
        await asyncio.sleep(seconds)


def _ban_seconds(error: BaseException | None) -> float | None:
    """Return how long Discord or Cloudflare refuses this address (HTTP 429), None for other errors.

    discord.py itself waits for rate limits, but raises for the page that Cloudflare sends (http.py, "Banned by").
    """
    if isinstance(error, discord.GatewayNotFound):
        error = error.__cause__
    if not isinstance(error, discord.HTTPException) or error.status != 429:
        return None
    seconds = retry_after_seconds(error.response.headers)
    return BAN_SECONDS if seconds is None else max(SHORTEST_BAN_SECONDS, seconds)


def _trace(metrics: Metrics, clock: DiscordClock) -> aiohttp.TraceConfig:
    """Return a trace that learns Discord's time, counts rate limits, and ends requests that must not be repeated now.

    discord.py sleeps inside a request for as long as a limit lasts: for webhooks always, for the rest at least 30 s
    (``max_ratelimit_timeout``). It repeats a follow-up after a server error, although the first may have been posted.
    """

    async def check(_: object, __: object, request: aiohttp.TraceRequestEndParams) -> None:
        response, path = request.response, request.url.path
        clock.learn(response.headers.get("Date"))
        if response.status == 429:
            scope = response.headers.get("X-RateLimit-Scope")
            metrics.rate_limits.labels(scope if scope in RATE_LIMIT_SCOPES else "unknown").inc()
            seconds = retry_after(response.headers)
            if seconds > LONGEST_WAIT_SECONDS and _LIMITED_ROUTES.search(path):
                response.close()
                raise discord.RateLimited(seconds)
        elif response.status >= 500 and request.method == "POST" and "/webhooks/" in path:
            response.close()
            raise discord.DiscordServerError(response, "a follow-up is not repeated blindly")

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(check)
    return trace
