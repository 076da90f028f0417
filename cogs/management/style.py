"""/style: add, edit and remove the server's own styles, for users who may manage the server."""

from collections.abc import Awaitable

import discord
from discord import ButtonStyle, app_commands
from discord.ext import commands

from cogs.forms.style import StyleFields, managed_server, open_form
from cogs.presses import within_deadline
from flux_bot.core import styles
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.styles import STYLES_PER_SERVER, Style
from flux_bot.core.text import one_line, quote, truncate
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.replies import Reply, user_translator

REMOVE = "style-remove"
"""The action of the button that confirms a removal; the rest of the custom_id is the style's name."""
Name = app_commands.Range[str, 1, 100]


class StyleCommands(commands.Cog):
    """The commands."""

    style = app_commands.Group(
        name="style",
        description="-",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @style.command()
    async def add(self, interaction: Interaction) -> None:
        """Open the form for a new style."""
        guild_id = managed_server(interaction)
        existing = await within_deadline(interaction.client.store.styles.of_server(guild_id))
        if existing is not None and len(existing) >= STYLES_PER_SERVER:
            raise RequestRejected("too-many-styles", limit=str(STYLES_PER_SERVER))
        await open_form(interaction)

    @style.command()
    async def edit(self, interaction: Interaction, name: Name) -> None:
        """Open the form for a style, filled in with its current values."""
        await _open_filled_form(interaction, _style(interaction, name))

    @style.command()
    async def remove(self, interaction: Interaction, name: Name) -> None:
        """Ask whether to remove a style."""
        reply, translate = Reply(interaction, private=True), user_translator(interaction)
        style = await reply.wait_for(_style(interaction, name))
        confirm = cards.button(translate("button-style-remove"), CustomId(REMOVE, style.name), style=ButtonStyle.danger)
        question = cards.text(translate("style-remove-ask", name=one_line(style.name)))
        await reply.send(cards.with_buttons(question, confirm))

    @edit.autocomplete("name")
    @remove.autocomplete("name")
    async def _names(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None:
            return []
        found = await within_deadline(interaction.client.store.styles.of_server(interaction.guild_id)) or []
        locale = user_translator(interaction).locale
        names = [style.name for style in styles.matching(found, typed, locale)]
        return [app_commands.Choice(name=truncate(name, cards.OPTION_LABEL_LIMIT), value=name) for name in names]


async def change(interaction: Interaction, name: str) -> None:
    """Open the form for a style, from the button below its preview."""
    await _open_filled_form(interaction, _style(interaction, name, is_exact=True))


async def _open_filled_form(interaction: Interaction, reading: Awaitable[Style]) -> None:
    style = await within_deadline(reading)
    if style is None:
        raise StoreUnavailable("a form can't wait for a slow database")
    await open_form(interaction, style.name, StyleFields(style.name, style.description, style.template))


async def remove_confirmed(interaction: Interaction, name: str) -> None:
    """Remove a style after the user has confirmed."""
    guild_id, reply = managed_server(interaction), Reply(interaction, private=True, updates=True)
    await reply.wait_for(interaction.client.store.styles.remove(guild_id, name))
    await reply.send(cards.text(user_translator(interaction)("style-removed", name=one_line(name))))


async def _style(interaction: Interaction, name: str, *, is_exact: bool = False) -> Style:
    """Return the server's style that the user means, or has named exactly (``is_exact``). Raises RequestRejected."""
    of_server = await interaction.client.store.styles.of_server(managed_server(interaction))
    if is_exact:
        found = [style for style in of_server if style.name == name]
    else:
        found = styles.candidates(of_server, name, user_translator(interaction).locale)
    if len(found) != 1:
        raise RequestRejected("no-such-own-style", typed=quote(name.strip(), styles.NAME_LIMIT))
    return found[0]


async def setup(bot: FluxBot) -> None:
    """Add the commands (discord.py calls this)."""
    await bot.add_cog(StyleCommands())
