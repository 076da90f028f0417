"""Checks who may change a server's settings, saves and logs changes, and finds the models that are offered."""

import asyncio
import logging
import time
from collections.abc import Callable

from cogs.presses import within_deadline
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, Preferences
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.core.text import plain_line
from flux_bot.locales import ENGLISH, translator_for
from flux_bot.logs import about
from flux_bot.store.rules.servers import Server
from flux_bot.ui.bot import Interaction, KnownSettings
from flux_bot.ui.interactions.replies import Reply, user_translator
from flux_bot.ui.server_settings.existing import Existing
from flux_bot.ui.server_settings.pages import Shown
from flux_bot.ui.server_settings.panel import panel
from flux_bot.ui.server_settings.summary import changes

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 5.0
"""Maximum age of the settings used for suggestions and forms, in seconds. Another process may have changed them."""
Change = Callable[[ServerSettings], ServerSettings]


def managed_server(interaction: Interaction) -> int:
    """Return the server whose settings the user may change. Raises RequestRejected if there is none.

    This is checked for every command, click and form: the permission may have been removed since the panel was opened.
    """
    if interaction.guild_id is None:
        raise RequestRejected("settings-of-servers")
    if not interaction.permissions.manage_guild:
        raise RequestRejected("settings-not-allowed")
    return interaction.guild_id


def existing_in(interaction: Interaction) -> Existing:
    """Return the models, roles and channels that can be chosen in the settings."""
    client = interaction.client
    return Existing.of(client.workflow.all_models, client.get_guild(interaction.guild_id or 0))


async def show_page(interaction: Interaction, reply: Reply, page: str) -> None:
    """Show a page of the panel."""
    guild_id = managed_server(interaction)
    server = await reply.wait_for(interaction.client.store.servers.get(guild_id))
    await reply.send(panel(_shown(interaction, server), page))


async def save(
    interaction: Interaction,
    reply: Reply,
    change: Change,
    page: str,
    *,
    retry_log: bool = False,
    done: str | None = None,
) -> None:
    """Save and log a change of the server's settings, and show the page; ``done`` as in ``panel``.

    ``change`` may raise RequestRejected.
    """
    guild_id, client, user_id = managed_server(interaction), interaction.client, interaction.user.id
    before: list[ServerSettings] = []

    def noted(settings: ServerSettings) -> ServerSettings:
        before[:] = [settings]
        return change(settings)

    async def saved() -> Server:
        server = await client.store.servers.change(
            guild_id, noted, user_id=user_id, now=client.clock.now(), retry_log=retry_log
        )
        client.known_settings.pop(guild_id, None)
        with about(user_id=user_id, guild_id=guild_id):
            old_channel = before[0].log_channel if before[0].log_channel != server.settings.log_channel else None
            for entry in changes(before[0], server.settings, user_id):
                log.info("Settings: %s", plain_line(translator_for(ENGLISH).text(entry), 1000))
                client.server_log.note(guild_id, entry, channel_id=old_channel)
        return server

    # A change is logged even if Discord does not accept the reply in the meantime.
    server = await reply.wait_for(asyncio.shield(asyncio.ensure_future(saved())))
    await reply.send(panel(_shown(interaction, server), page, done=done))


def _shown(interaction: Interaction, server: Server) -> Shown:
    locale = str(interaction.guild_locale) if interaction.guild_locale else None
    return Shown(user_translator(interaction), server, existing_in(interaction), locale)


# --- what is offered -----------------------------------------------------------------------------------


async def settings_here(interaction: Interaction) -> ServerSettings:
    """Return the server's settings for suggestions and forms, up to a few seconds old.

    If the database is slow, they may be older, or the defaults. Requests are checked against the saved settings when
    they are accepted.
    """
    client, guild_id = interaction.client, interaction.guild_id
    if guild_id is None:
        return NO_SETTINGS
    known = client.known_settings.get(guild_id)
    if known is not None and time.perf_counter() < known.until:
        return known.settings
    server = await within_deadline(client.store.servers.get(guild_id))
    if server is None:
        return known.settings if known else NO_SETTINGS
    client.known_settings[guild_id] = KnownSettings(server.settings, time.perf_counter() + REMEMBERED_SECONDS)
    return server.settings


async def catalogue_here(interaction: Interaction, action: Action | None = None) -> Catalogue:
    """Return the models and defaults that the server offers. Raises RequestRejected if no model supports the action."""
    catalogue = (await settings_here(interaction)).offered(interaction.client.catalogue)
    if action is not None:
        check_offered(catalogue, action)
    return catalogue


def check_offered(catalogue: Catalogue, action: Action) -> None:
    """Raise RequestRejected if none of a server's models supports an action."""
    if not catalogue.models_for(action):
        raise RequestRejected("no-model-offered-here")


async def preferences_here(interaction: Interaction) -> Preferences:
    """Return the user's preferences with the server's defaults, for forms; the defaults if the database is slow."""
    history = interaction.client.workflow.history
    known, settings = await asyncio.gather(
        within_deadline(history.preferences(interaction.user.id)), settings_here(interaction)
    )
    return settings.with_defaults(known or Preferences(), interaction.client.catalogue)
