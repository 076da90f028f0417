"""/preferences: the user's defaults, in a panel that saves every click."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import discord
from discord import ButtonStyle, app_commands, ui
from discord.ext import commands

from cogs.image_requests import MAX_COUNT
from cogs.presses import chosen
from cogs.server_settings import settings_here
from cogs.styles import styles_here
from flux_bot.core.catalogue import SHAPES, Catalogue
from flux_bot.core.jobs import Action, Preferences
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.core.styles import BUILT_IN, Style
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.replies import Reply, user_translator

DEFAULT = "usual"
"""The value of the option that means the catalogue's default."""
RESET = "reset"
_MODELS = {"model": Action.GENERATE, "edit_model": Action.EDIT}
_SWITCHES = ("private", "ping")
_SWITCHED = {f"{name}-{'on' if on else 'off'}": {name: on} for name in _SWITCHES for on in (True, False)}
"""What a button saves. It names the new state, so that a double-click does not switch back."""


class PreferencesPanel(commands.Cog):
    """The /preferences command."""

    @app_commands.command()
    async def preferences(self, interaction: Interaction) -> None:
        """Show the panel."""
        await show_panel(interaction, Reply(interaction, private=True))


async def show_panel(interaction: Interaction, reply: Reply) -> None:
    """Show the panel with the user's preferences."""
    bot, styles = interaction.client, styles_here(interaction)
    await reply.wait_for(styles.read())
    preferences = await reply.wait_for(bot.workflow.history.preferences(interaction.user.id))
    server = await reply.wait_for(settings_here(interaction))
    await reply.send(panel(user_translator(interaction), bot.catalogue, preferences, styles=styles.all, server=server))


async def prefer(interaction: Interaction, about: str) -> None:
    """Save the clicked preference of the user who clicked, and update the panel."""
    name, panel_id = parse_custom_id(about)
    name = name if not panel_id or panel_id.isdecimal() else ""
    history, catalogue = interaction.client.workflow.history, interaction.client.catalogue
    reply = Reply(interaction, private=True, updates=True)

    styles = styles_here(interaction)

    async def saved() -> Preferences:
        await styles.read()
        if name == RESET:
            return await history.prefer(interaction.user.id, **asdict(Preferences()))
        if (switched := _SWITCHED.get(name)) is not None:
            return await history.prefer(interaction.user.id, **switched)
        return await history.prefer(interaction.user.id, **_change(catalogue, styles.all, name, chosen(interaction)))

    # Discord's clients keep the option that a user has chosen in a list, unless the list gets another custom_id.
    reset_by = str(interaction.id) if name == RESET else ""
    preferences = await reply.wait_for(saved())
    server = await reply.wait_for(settings_here(interaction))
    translate = user_translator(interaction)
    await reply.send(panel(translate, catalogue, preferences, reset_by, styles=styles.all, server=server))


def _change(catalogue: Catalogue, styles: Sequence[Style], name: str, value: str) -> dict[str, Any]:
    """Return what to save; an option that does not exist changes nothing."""
    if name == "count":
        return {name: int(value)} if value in map(str, range(1, MAX_COUNT + 1)) else {}
    if name in _MODELS:
        options: Collection[str] = [model.name for model in catalogue.models_for(_MODELS[name])]
    elif name == "style":
        options = [style.name for style in styles]
    else:
        options = SHAPES if name == "size" else ()
    if value == DEFAULT and options:
        return {name: None}
    return {name: value} if value in options else {}


def panel(
    translate: Translator,
    catalogue: Catalogue,
    preferences: Preferences,
    reset_by: str = "",
    *,
    styles: Sequence[Style] = tuple(BUILT_IN.values()),
    server: ServerSettings = NO_SETTINGS,
) -> cards.Card:
    """Return the panel; ``reset_by`` is the id of the click that has just restored the defaults.

    The defaults are those of the server. Preferences apply in all servers, so they may name models that this one does
    not offer.
    """
    shapes, usual = texts.shape_labels(translate), server.offered(catalogue)
    lists = {
        "model": _model_options(
            translate, catalogue, usual.default(Action.GENERATE), Action.GENERATE, preferences.model
        ),
        "size": _with_default(
            translate, shapes.get(server.default_size or "", shapes[SHAPES[0]]), shapes, preferences.size
        ),
        "count": cards.options(
            {str(count): translate("number-of-pictures", count=count) for count in range(1, MAX_COUNT + 1)},
            str(preferences.count),
        ),
        "style": _style_options(translate, styles, preferences.style),
        "edit_model": _model_options(
            translate, catalogue, usual.default(Action.EDIT), Action.EDIT, preferences.edit_model
        ),
    }
    note = f"**{translate('preferences-reset-done')}**" if reset_by else translate("preferences-saved")
    items: list[cards.Item] = [ui.TextDisplay(f"{translate('preferences-title')}\n{note}")]
    # The sandbox's page stores the chosen option by the list's id instead, so each panel gets new ids.
    first_id = 1 + secrets.randbelow(2**30)
    for list_id, (name, options) in enumerate(lists.items(), first_id):
        items.append(ui.TextDisplay(f"**{translate('preferences-' + name.replace('_', '-'))}**"))
        custom_id = str(CustomId("prefer", f"{name}:{reset_by}" if reset_by else name))
        items.append(ui.ActionRow(ui.Select(custom_id=custom_id, options=options, id=list_id)))
    switches = (_switch(translate, name, is_on=getattr(preferences, name)) for name in _SWITCHES)
    reset = cards.button(translate("preferences-reset"), CustomId("prefer", RESET))
    items += [ui.ActionRow(*switches, reset), ui.TextDisplay(f"-# {translate('preferences-hint')}")]
    return cards.Card(cards.layout(*items))


def _model_options(
    translate: Translator, catalogue: Catalogue, usual: str, action: Action, preferred: str | None
) -> list[discord.SelectOption]:
    labels = texts.model_labels(translate, catalogue.models_for(action))
    default = labels[usual]
    if len(labels) == cards.OPTIONS_LIMIT:  # the default option also needs a place
        del labels[usual]
    return _with_default(translate, default, labels, preferred)


def _style_options(translate: Translator, styles: Sequence[Style], preferred: str | None) -> list[discord.SelectOption]:
    """Return the options for the styles; the preferred style is always among them, even if there are too many."""
    by_preference = sorted(styles, key=lambda style: style.name != preferred)
    listed = by_preference[: cards.OPTIONS_LIMIT - 1]
    labels = {style.name: texts.style_label(translate, style) for style in styles if style in listed}
    return _with_default(translate, translate("style-none"), labels, preferred)


def _with_default(
    translate: Translator, default: str, labels: Mapping[str, str], preferred: str | None
) -> list[discord.SelectOption]:
    """Return the options of a list, with the default first."""
    usual = translate("preferences-default", value=default)
    return cards.options({DEFAULT: usual, **labels}, preferred if preferred in labels else DEFAULT)


def _switch(translate: Translator, name: str, *, is_on: bool) -> ui.Button[ui.LayoutView]:
    style = ButtonStyle.success if is_on else ButtonStyle.secondary
    label = translate(f"preferences-{name}-{'on' if is_on else 'off'}")
    return cards.button(label, CustomId("prefer", f"{name}-{'off' if is_on else 'on'}"), style=style)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(PreferencesPanel())
