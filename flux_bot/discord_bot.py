"""FluxBot: the gateway connection, the cogs, the publishing of commands, and what becomes of their errors."""

import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.ext import commands

from flux_bot import cards, wording
from flux_bot.errors import RequestRejected, SaveUncertain, StartupFailed, StoreUnavailable
from flux_bot.jobs import INTERACTION_TOKEN_LIFE, Origin
from flux_bot.logs import about
from flux_bot.metrics import RATE_LIMIT_SCOPES, Metrics
from flux_bot.store import JobStore
from flux_bot.workflow import Workflow

log = logging.getLogger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # the bot never speaks

PUBLISHED = "published_commands"

JOB_ACCEPTED = "job_accepted"
"""In an interaction's extras: the id of the job that came of it."""

AUTHENTICATION_FAILED = 4004
"""discord-api-docs, topics/opcodes-and-status-codes, "gateway close event codes"."""

_REFUSED = (
    "DISCORD_TOKEN: Discord refuses the token. Copy it anew: Developer Portal, your application, Bot, Reset Token."
)


class FluxBot(commands.AutoShardedBot):
    """The bot as Discord sees it."""

    def __init__(  # noqa: PLR0913  the composition root is its only caller
        self,
        workflow: Workflow,
        store: JobStore,
        cogs: Sequence[commands.Cog],
        offer_kept: Callable[[discord.Interaction["FluxBot"]], Awaitable[None]],
        metrics: Metrics,
        *,
        has_gateway: bool = True,
        shard_count: int | None = None,
        shard_ids: Sequence[int] | None = None,
    ) -> None:
        """Take the workflow for buttons, the store for what was published last, and the cogs to add.

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
        self._store = store
        self._initial_cogs = cogs
        self.offer_kept = offer_kept

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
        facts = [discord.http.Route.BASE, self.application_id, commands_now]
        digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        if await self._store.note(PUBLISHED) != digest:
            published = await self.tree.sync()
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
        await answer_error(interaction, cause)
        if JOB_ACCEPTED not in interaction.extras:
            with _telling():
                await self.client.offer_kept(interaction)


async def answer_error(interaction: discord.Interaction[FluxBot], error: Exception) -> None:
    """Answer a rejected request with its reason, anything else with a reference that is in the log too."""
    with about(job_id=interaction.extras.get(JOB_ACCEPTED), user_id=interaction.user.id, guild_id=interaction.guild_id):
        await _answer_error(interaction, error)


async def _answer_error(interaction: discord.Interaction[FluxBot], error: Exception) -> None:
    if job_id := interaction.extras.get(JOB_ACCEPTED):
        # "Try again" would have the picture painted and paid twice: the job goes on without this answer.
        log.error("Job %s was accepted, but answering its command broke", job_id, exc_info=error)
        return
    if isinstance(error, RequestRejected):
        text = str(error)
    else:
        reference = secrets.token_hex(4)
        log.error("A command broke, reference %s", reference, exc_info=error)
        text = wording.maybe_saved(reference) if isinstance(error, SaveUncertain) else wording.unexpected(reference)
    with _telling():
        if interaction.response.is_done():
            await interaction.followup.send(view=cards.text(text).view, ephemeral=True)
        else:
            await interaction.response.send_message(view=cards.text(text).view, ephemeral=True)
            note_reply(interaction)


def note_reply(interaction: discord.Interaction[FluxBot]) -> None:
    """Time a reply that Discord has just taken, from when the interaction was made, by Discord's clock."""
    seconds = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    interaction.client.metrics.replies.observe(max(0.0, seconds))


def _rate_limits_into(metrics: Metrics) -> aiohttp.TraceConfig:
    """Return a trace of discord.py's calls that counts those over a limit."""

    async def look(_: object, __: object, call: aiohttp.TraceRequestEndParams) -> None:
        if call.response.status == 429:
            scope = call.response.headers.get("X-RateLimit-Scope")
            metrics.rate_limits.labels(scope if scope in RATE_LIMIT_SCOPES else "unknown").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(look)
    return trace


@contextmanager
def _telling() -> Iterator[None]:
    """Go on where the user can't be told what happened: there is nobody left to tell that to."""
    try:
        yield
    except (discord.HTTPException, aiohttp.ClientError, OSError, StoreUnavailable) as failed:
        log.warning("The user could not be told: %s", failed)


def origin_of(interaction: discord.Interaction[FluxBot]) -> Origin:
    """Return where an interaction came from and how its answer can get back there."""
    if interaction.channel_id is None:  # only pings have none
        raise RequestRejected(wording.no_channel())
    return Origin(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id,
        guild_id=interaction.guild_id,
        locale=str(interaction.locale),
        interaction_token=interaction.token,
        token_expires_at=interaction.created_at + INTERACTION_TOKEN_LIFE,
        upload_limit=interaction.filesize_limit,
        can_post=_can_post(interaction),
    )


def _can_post(interaction: discord.Interaction[FluxBot]) -> bool:
    """Tell whether the bot is a member here and may send messages with pictures."""
    if interaction.guild_id is None:
        return interaction.context.dm_channel is True
    allowed = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    send = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    is_member = interaction.is_guild_integration() or not interaction.is_user_integration()
    return is_member and allowed.view_channel and send and allowed.attach_files
