"""/help: show what the bot can do for the user in this channel, with buttons to get started."""

import asyncio
from collections.abc import Awaitable, Callable

from discord import ButtonStyle, app_commands, ui
from discord.ext import commands

from cogs.commands import history, jobs, preferences
from cogs.forms import edit, fields
from cogs.forms.remix import REMIX_PROMPT
from cogs.image_requests import preferred_size
from cogs.presses import reject_other_version, within_deadline
from cogs.server_settings import catalogue_here, preferences_here
from cogs.styles import styles_here
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.replies import Reply, origin_of, user_can_post, user_translator

HELP = "help"
"""The action of the buttons; the rest of their custom_ids is a key of ``_STARTS``."""


class Help(commands.Cog):
    """The /help command."""

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """Show the overview."""
        await Reply(interaction, private=True).send(panel(interaction))


async def press(interaction: Interaction, name: str) -> None:
    """Open the form or list of the clicked button."""
    await _STARTS.get(name, reject_other_version)(interaction)


def panel(interaction: Interaction) -> cards.Card:
    """Return the overview in the user's language, with what is different in this channel."""
    translate = user_translator(interaction)
    parts = ["pictures", "styles", "compares", "edits", "buttons", "finds", "usage", "defaults", "privacy"]
    if interaction.client.settings.mentions and user_can_post(interaction) and origin_of(interaction).can_post:
        parts.insert(4, "messages")
    if interaction.guild_id is not None and interaction.permissions.moderate_members:
        parts.append("moderation")
    if interaction.guild_id is not None and interaction.permissions.manage_guild:
        parts.append("settings")
    lines = [translate(f"help-{part}") for part in parts]
    items: list[cards.Item] = [ui.TextDisplay(translate("help-title")), *map(ui.TextDisplay, lines)]
    if not user_can_post(interaction):
        items.append(ui.TextDisplay(translate("help-user-private")))
    elif not origin_of(interaction).can_post:
        items.append(ui.TextDisplay(translate("help-bot-replies")))
    buttons = [cards.button(translate(f"help-{name}"), CustomId(HELP, name)) for name in _STARTS]
    buttons[0].style = ButtonStyle.primary
    return cards.Card(cards.layout(*items, ui.ActionRow(*buttons)))


async def _open_imagine_form(interaction: Interaction) -> None:
    """Open the form that makes pictures, with the user's defaults, including whether the result is private."""
    styles = styles_here(interaction)
    known, catalogue, _ = await asyncio.gather(
        preferences_here(interaction),
        catalogue_here(interaction, Action.GENERATE),
        within_deadline(styles.read()),
    )
    model = catalogue.preferred(None, known.model, Action.GENERATE)
    request = ImageRequest(Action.GENERATE, "", model.name, preferred_size(model, known), known.count)
    request = styles.apply(request, "", known)
    custom_id = CustomId(REMIX_PROMPT, request.size)
    translate = user_translator(interaction)
    form = fields.remix_form(translate, catalogue, custom_id, request, styles=styles.all, title="help-make")
    await interaction.response.send_modal(form)


async def _open_edit_form(interaction: Interaction) -> None:
    await edit.open_form(interaction, [], edit.EditOptions())


async def _show_history(interaction: Interaction) -> None:
    await history.show_page(interaction, "1:")


async def _show_jobs(interaction: Interaction) -> None:
    await jobs.refresh(interaction, "")


async def _show_preferences(interaction: Interaction) -> None:
    await preferences.show_panel(interaction, Reply(interaction, private=True, updates=True))


_STARTS: dict[str, Callable[[Interaction], Awaitable[None]]] = {
    "make": _open_imagine_form,
    "edit": _open_edit_form,
    "history": _show_history,
    "jobs": _show_jobs,
    "preferences": _show_preferences,
}
"""The handlers of the buttons, in the order of the buttons."""


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Help())
