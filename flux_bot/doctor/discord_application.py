"""The bot's application at Discord: whether it is set up as the bot needs it, and the link that invites the bot."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import discord

from flux_bot.ui.bot import login_errors

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
)
SCOPES = ("bot", "applications.commands")

PATIENCE_SECONDS = 30.0
"""discord.py repeats what Discord answers with 5xx, for about as long."""

_PRIVILEGED = (
    *("gateway_presence", "gateway_guild_members", "gateway_message_content"),
    *("gateway_presence_limited", "gateway_guild_members_limited", "gateway_message_content_limited"),
)


@dataclass(frozen=True, slots=True)
class Application:
    """What Discord says of the application."""

    name: str
    servers: int
    """About how many it is in."""
    invite_link: str
    """Asks for just what the bot needs."""
    faults: tuple[str, ...]
    """What keeps the bot from working, each with what to do."""
    remarks: tuple[str, ...]


async def look_at_application(token: str, api_url: str) -> Application:
    """Log in at Discord and out again. Raises StartupFailed with what to do."""
    discord.http.Route.BASE = api_url
    async with discord.Client(intents=discord.Intents.none()) as client:
        with login_errors(api_url):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await client.login(token)
                info = await client.application_info()
    return Application(
        name=info.name,
        servers=info.approximate_guild_count,
        invite_link=discord.utils.oauth_url(info.id, permissions=PERMISSIONS, scopes=SCOPES),
        faults=tuple(_faults(info)),
        remarks=tuple(_remarks(info)),
    )


def _faults(info: discord.AppInfo) -> Iterator[str]:
    if info.interactions_endpoint_url:
        yield (
            f"Commands go to {info.interactions_endpoint_url} and not to this bot: "
            "clear General Information, Interactions Endpoint URL."
        )
    if info.bot_require_code_grant:
        yield "Nobody can install it: switch Bot, Requires OAuth2 Code Grant off."
    in_servers = info.guild_integration_config
    if in_servers is None and info.user_integration_config is not None:
        yield "It can't be installed in servers: tick Installation, Guild Install."
    params = in_servers.oauth2_install_params if in_servers else None
    if params and (lacking := ", ".join(_lacking(params))):
        yield f"Who adds it from its profile gets less than it needs: to Installation, Guild Install add {lacking}."


def _lacking(params: discord.AppInstallParams) -> Iterator[str]:
    for scope in SCOPES:
        if scope not in params.scopes:
            yield f"the scope {scope}"
    for name, needed in PERMISSIONS:
        if needed and not (params.permissions.administrator or getattr(params.permissions, name)):
            yield f"the permission {name.replace('_', ' ').title()}"


def _remarks(info: discord.AppInfo) -> Iterator[str]:
    if info.user_integration_config is None:
        yield "User Install is off, so it serves only servers that it is in."
    if any(getattr(info.flags, name) for name in _PRIVILEGED):
        yield "Privileged intents are on, which it does not need."
