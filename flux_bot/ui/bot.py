"""FluxBot: the gateway connection, the cogs, the publishing of commands, and what becomes of their errors."""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import StartupFailed
from flux_bot.locales import fingerprint
from flux_bot.metrics import RATE_LIMIT_SCOPES, Metrics
from flux_bot.store.store import JobStore
from flux_bot.ui.command_tree import CommandTranslator
from flux_bot.ui.old_pictures import OldPictures
from flux_bot.ui.replies import JOB_ACCEPTED, ignore_unreachable_user, reply_with_error
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot never speaks

PUBLISHED = "published_commands"

AUTHENTICATION_FAILED = 4004
"""discord-api-docs, topics/opcodes-and-status-codes, "gateway close event codes"."""

_REFUSED = (
    "DISCORD_TOKEN: Discord refuses the token. Copy it anew: Developer Portal, your application, Bot, Reset Token."
)


class FluxBot(commands.AutoShardedBot):
    """The bot as Discord sees it."""

    def __init__(  # noqa: PLR0913, PLR0917  the composition root is its only caller
        self,
        workflow: Workflow,
        store: JobStore,
        catalogue: Catalogue,
        old_pictures: OldPictures,
        cogs: Sequence[commands.Cog],
        offer_undelivered: Callable[[discord.Interaction["FluxBot"]], Awaitable[None]],
        metrics: Metrics,
        *,
        has_gateway: bool = True,
        shard_count: int | None = None,
        shard_ids: Sequence[int] | None = None,
    ) -> None:
        """Take what buttons need, the store for what was published last, and the cogs to add.

        ``offer_kept`` is called after a command that came to nothing: its user is told of kept pictures all the same.
        Without ``has_gateway`` it logs in to deliver, but hears no commands. ``shard_count`` is the number over all
        processes (None: as Discord advises), ``shard_ids`` those of this one (None: all).
        """
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=CommandTree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=shard_count,
            shard_ids=list(shard_ids) if shard_ids is not None else None,  # type: ignore[arg-type]  # None is its default
            http_trace=_rate_limits_into(metrics),
        )
        self._has_gateway = has_gateway
        self.metrics = metrics
        self.workflow = workflow
        self.catalogue = catalogue
        self.old_pictures = old_pictures
        self._store = store
        self._initial_cogs = cogs
        self.offer_undelivered = offer_undelivered

    async def log_in(self, token: str, api_url: str) -> None:
        """Log in at Discord, or at a server that is compatible with it, and publish the commands.

        Raises StartupFailed with what to do.
        """
        discord.http.Route.BASE = api_url
        with login_errors(api_url):
            await self.login(token)
            if not self._has_gateway:
                return
            # Asked for here as discord.py goes back to Discord's own gateway whenever it starts a session anew.
            _, gateway_url, _ = await self.http.get_bot_gateway()
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)

    async def stay_connected(self) -> None:
        """Keep the gateway connection until the bot is closed. Raises StartupFailed when Discord ends it for good."""
        try:
            await self.connect()
        except discord.ConnectionClosed as closed:
            refused = closed.code == AUTHENTICATION_FAILED
            reason = _REFUSED if refused else f"Discord ends the connection: {closed}"
            raise StartupFailed(reason) from closed
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise StartupFailed(f"The connection to Discord is lost for good: {error}") from error

    @property
    def is_connected(self) -> bool:
        """Tell whether it is logged in and, with a gateway, every shard is there and its connection stands now."""
        if not self._has_gateway:
            return self.user is not None
        return self.is_ready() and not any(shard.is_closed() for shard in self.shards.values())

    async def setup_hook(self) -> None:
        """Add the cogs and publish the commands if they have changed (discord.py calls this after login)."""
        for cog in self._initial_cogs:
            if cog.qualified_name not in self.cogs:
                await self.add_cog(cog)
        if self._has_gateway:
            await self._publish_commands()

    async def _publish_commands(self) -> None:
        """Publish only what has changed: Discord limits how often (200 creations a day)."""
        commands_now = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        facts = [discord.http.Route.BASE, self.application_id, fingerprint(), commands_now]
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        if await self._store.note(PUBLISHED) != digest:
            await self.tree.set_translator(CommandTranslator())
            published = await self.tree.sync()
            await self.tree.set_translator(None)
            await self._store.set_note(PUBLISHED, digest)
            log.info("Published %d commands", len(published))

    async def on_ready(self) -> None:
        """Say that the gateway is up."""
        log.info("Connected to Discord as %s in %d servers", self.user, len(self.guilds))


@contextmanager
def login_errors(api_url: str) -> Iterator[None]:
    """Turn what goes wrong at the login into StartupFailed, with what to do."""
    try:
        yield
    except discord.LoginFailure:
        raise StartupFailed(_REFUSED) from None
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise StartupFailed(f"DISCORD_API_URL: Discord can't be reached at {api_url}: {reason}") from error


class CommandTree(app_commands.CommandTree[FluxBot]):
    """The commands; its ``on_error`` is the one place where a command's errors end."""

    async def on_error(self, interaction: discord.Interaction[FluxBot], error: app_commands.AppCommandError) -> None:
        """Tell the user privately, in words they can use."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await reply_with_error(interaction, cause)
        if JOB_ACCEPTED not in interaction.extras:
            with ignore_unreachable_user():
                await self.client.offer_undelivered(interaction)


def _rate_limits_into(metrics: Metrics) -> aiohttp.TraceConfig:
    """Return a trace of discord.py's calls that counts those over a limit."""

    async def look(_: object, __: object, call: aiohttp.TraceRequestEndParams) -> None:
        if call.response.status == 429:
            scope = call.response.headers.get("X-RateLimit-Scope")
            metrics.rate_limits.labels(scope if scope in RATE_LIMIT_SCOPES else "unknown").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(look)
    return trace
