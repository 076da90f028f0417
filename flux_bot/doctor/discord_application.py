"""Check the settings of the bot's Discord application and build its invite link."""

import asyncio
from collections.abc import Iterator

import discord

from flux_bot.core.rules.places import Places
from flux_bot.ui.bot import login_errors

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True, read_message_history=True
)
SCOPES = ("bot", "applications.commands")

TIMEOUT_SECONDS = 30.0
"""Maximum time to wait, in seconds; discord.py retries 5xx responses for about as long."""
_PRIVILEGED = ("gateway_presence", "gateway_guild_members", "gateway_message_content")
"""Names of the flags for privileged intents; those of small bots end in ``_limited``."""


async def read_application(token: str, api_url: str) -> discord.AppInfo:
    """Log in to Discord and read the application's settings. Raises StartupFailed with advice on what to do."""
    discord.http.Route.BASE = api_url
    async with discord.Client(intents=discord.Intents.none()) as client:
        with login_errors(api_url):
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await client.login(token)
                return await client.application_info()


def invite_link(info: discord.AppInfo) -> str:
    """Return a link that requests only the permissions that the bot needs."""
    return discord.utils.oauth_url(info.id, permissions=PERMISSIONS, scopes=SCOPES)


def find_problems(info: discord.AppInfo) -> Iterator[str]:
    """Describe the settings that keep the bot from working, and how to fix them."""
    if info.interactions_endpoint_url:
        yield (
            f"Discord sends commands to {info.interactions_endpoint_url} instead of this bot: "
            'clear "Interactions Endpoint URL" on the General Information page.'
        )
    if info.bot_require_code_grant:
        yield 'Nobody can install the bot: turn off "Requires OAuth2 Code Grant" on the Bot page.'
    guild_install = info.guild_integration_config
    if guild_install is None and info.user_integration_config is not None:
        yield 'The bot can\'t be installed in servers: turn on "Guild Install" on the Installation page.'
    params = guild_install.oauth2_install_params if guild_install else None
    if params and (missing := ", ".join(_find_missing(params))):
        yield f"Adding the bot from its profile grants too little access: on the Installation page, add {missing}."


def _find_missing(params: discord.AppInstallParams) -> Iterator[str]:
    for scope in SCOPES:
        if scope not in params.scopes:
            yield f"the scope {scope}"
    for name, needed in PERMISSIONS:
        if needed and not (params.permissions.administrator or getattr(params.permissions, name)):
            yield f"the permission {name.replace('_', ' ').title()}"


def find_notes(info: discord.AppInfo) -> Iterator[str]:
    """List settings that are harmless but may be unintended."""
    if info.user_integration_config is None:
        yield "User Install is off, so the bot works only in servers that it has joined."
    if any(is_set and name.startswith(_PRIVILEGED) for name, is_set in info.flags):
        yield "Privileged intents are on, but the bot does not need them."


def describe_access(info: discord.AppInfo, places: Places) -> str:
    """Describe who may use the bot, and any settings of the Discord application that conflict with that."""
    return " ".join(_access(info, places))


def _access(info: discord.AppInfo, places: Places) -> Iterator[str]:
    installs = (
        "people can install it for themselves" if places.user_installs else "nobody can install it for themselves"
    )
    if not places.allowed_guilds:
        yield f"the bot may be used in every server that has added it, and {installs}."
    else:
        guilds = ", ".join(map(str, sorted(places.allowed_guilds)))
        yield f"the bot may be used in the servers {guilds} and by their members in direct messages, and {installs}."
    if not info.bot_public:
        yield "Public Bot is off: only you can add it."
    elif places.allowed_guilds:
        yield "Public Bot is on: others can add it to their servers, where it declines."
    else:
        yield (
            "Public Bot is on: anyone can add it, and you pay for their pictures. If that is not intended, turn it off "
            "on the Bot page, or set ALLOWED_GUILDS."
        )
    if info.user_integration_config is not None and not places.user_installs:
        yield 'Turn off "User Install" on the Installation page, too.'
