"""/settings: the panel in which managers set the rules of their server."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from discord import app_commands
from discord.ext import commands

from cogs.forms.settings import open_form
from cogs.presses import chosen, reject_other_version
from cogs.server_settings import Change, existing_in, managed_server, save, show_page
from flux_bot.core.catalogue import SHAPES
from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.server_settings import NO_SETTINGS
from flux_bot.locales import LOCALES
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.replies import Reply, user_translator
from flux_bot.ui.server_settings.controls import SETTINGS, chosen_values, merged, shown_values
from flux_bot.ui.server_settings.pages import USUAL, without_gone
from flux_bot.ui.server_settings.panel import FIRST_PAGE, reset_question

_FORM = "edit-"
"""Prefix of the names of the buttons that open a setting's form."""
T = TypeVar("T")


class SettingsPanel(commands.Cog):
    """The /settings command."""

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def settings(self, interaction: Interaction) -> None:
        """Show the panel."""
        await show_page(interaction, Reply(interaction, private=True), FIRST_PAGE)


async def press(interaction: Interaction, about: str) -> None:
    """Handle a control of the panel. Raises RequestRejected if the user may not manage the server."""
    managed_server(interaction)
    name, page = parse_custom_id(about)
    if name.startswith(_FORM):
        await open_form(interaction, name.removeprefix(_FORM))
        return
    reply = Reply(interaction, private=True, updates=True)
    if (change_of := _LISTS.get(name)) is not None:
        values = chosen_values(interaction)
        shown = shown_values(interaction.message, str(CustomId(SETTINGS, about)))
        change = change_of(interaction, name, values, shown)
        await save(interaction, reply, change, _PAGE_OF[name], retry_log=name == "log_channel")
    else:
        await _BUTTONS.get(name, reject_other_version)(interaction, reply, page)


async def _turn(interaction: Interaction, reply: Reply, _: str) -> None:
    await show_page(interaction, reply, chosen(interaction))


async def _ask_reset(interaction: Interaction, reply: Reply, page: str) -> None:
    await reply.send(reset_question(user_translator(interaction), page))


async def _reset(interaction: Interaction, reply: Reply, page: str) -> None:
    await save(interaction, reply, lambda _: NO_SETTINGS, page, done="preferences-reset-done")


async def _remove_gone(interaction: Interaction, reply: Reply, page: str) -> None:
    await save(interaction, reply, partial(without_gone, page=page, existing=existing_in(interaction)), page)


_BUTTONS: dict[str, Callable[[Interaction, Reply, str], Awaitable[None]]] = {
    "page": _turn,
    "back": show_page,
    "ask-reset": _ask_reset,
    "reset": _reset,
    "remove-gone": _remove_gone,
}
"""The handlers of the buttons, and of the list of pages."""


# --- lists: options that do not exist are rejected -----------------------------------------------------


def _models(interaction: Interaction, field: str, values: list[str], shown: list[str]) -> Change:
    return _several(field, values, existing_in(interaction).models(values), shown)


def _roles(interaction: Interaction, field: str, values: list[str], shown: list[str]) -> Change:
    return _several(field, values, existing_in(interaction).roles(_ids(values)), _ids(shown))


def _channels(interaction: Interaction, field: str, values: list[str], shown: list[str]) -> Change:
    return _several(field, values, existing_in(interaction).channels(_ids(values)), _ids(shown))


def _several(field: str, values: list[str], existing: Sequence[T], shown: Sequence[T]) -> Change:
    """Return the change for a list in which several options can be chosen."""
    if len(existing) < len(values):
        raise RequestRejected("settings-gone-meanwhile")
    return lambda settings: settings.model_copy(update={field: merged(getattr(settings, field), shown, existing)})


def _one(interaction: Interaction, field: str, values: list[str], _: list[str]) -> Change:
    """Return the change for a list in which one option can be chosen."""
    options = {"default_size": SHAPES, "language": LOCALES, "default_model": existing_in(interaction).models(values)}
    value = "".join(values)
    if value != USUAL and value not in options[field]:
        raise RequestRejected("settings-gone-meanwhile")
    return lambda settings: settings.model_copy(update={field: None if value == USUAL else value})


def _log_channel(interaction: Interaction, field: str, values: list[str], _: list[str]) -> Change:
    """Return the change for the log channel. Raises RequestRejected unless it is a suitable channel of this server."""
    ids = _ids(values)
    if not all(map(existing_in(interaction).is_log_channel, ids)) or len(ids) != len(values) or len(ids) > 1:
        raise RequestRejected("settings-no-log-channel")
    return lambda settings: settings.model_copy(update={field: ids[0] if ids else None})


def _ids(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and len(value) <= 20]


_LISTS: dict[str, Callable[[Interaction, str, list[str], list[str]], Change]] = {
    "models": _models,
    "default_model": _one,
    "default_size": _one,
    "exempt_roles": _roles,
    "spoiler_channels": _channels,
    "private_channels": _channels,
    "allowed_roles": _roles,
    "log_channel": _log_channel,
    "language": _one,
}
"""The functions that return the change for the chosen options, by the list's name."""
_PAGE_OF = {
    "models": "models",
    "default_model": "models",
    "default_size": "models",
    "exempt_roles": "limits",
    "spoiler_channels": "channels",
    "private_channels": "channels",
    "allowed_roles": "roles",
    "log_channel": "log",
    "language": "language",
}
"""The page with each list."""


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(SettingsPanel())
