"""The lists and buttons of the panel, and which of the displayed options a user has added or removed.

Two managers may have the panel open at the same time. So only the difference from the displayed list is saved; Discord
sends the displayed list along with each choice.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import discord
from discord import ui

from flux_bot.core.text import truncate
from flux_bot.ui import cards
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.old_pictures import components_of

SETTINGS = "settings"
"""Action in the custom_id of all controls; ``<name>:<page or a number>`` follows it."""
ROLES_LISTED = cards.OPTIONS_LIMIT
"""Maximum number of roles or channels in a list (discord-api-docs, components/reference, "role select": max_values)."""

T = TypeVar("T")
Row = ui.ActionRow[ui.LayoutView]


def button(
    label: str, name: str, page: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ui.Button[ui.LayoutView]:
    """Return a button that leads back to its page."""
    return cards.button(truncate(label, cards.BUTTON_LABEL_LIMIT), CustomId(SETTINGS, f"{name}:{page}"), style=style)


def choice(name: str, labels: Mapping[str, str], chosen: str | None) -> Row:
    """Return a list in which one option can be chosen."""
    return _row(ui.Select(custom_id=_new_id(name), options=cards.options(labels, chosen)))


def choices(name: str, labels: Mapping[str, str], chosen: Collection[str], placeholder: str) -> Row:
    """Return a list in which any number of options can be chosen, including none."""
    options = cards.options(labels)
    for option in options:
        option.default = option.value in chosen
    return _row(
        ui.Select(
            custom_id=_new_id(name), options=options, placeholder=placeholder, min_values=0, max_values=len(options)
        )
    )


def roles(name: str, chosen: Sequence[int], placeholder: str) -> Row:
    """Return a list of the server's roles, in which up to ``ROLES_LISTED`` can be chosen."""
    defaults = [discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.role) for one in chosen]
    return _row(
        ui.RoleSelect(
            custom_id=_new_id(name),
            placeholder=placeholder,
            min_values=0,
            max_values=ROLES_LISTED,
            default_values=defaults[:ROLES_LISTED],
        )
    )


def channels(
    name: str, chosen: Sequence[int], placeholder: str, types: Sequence[discord.ChannelType], most: int = ROLES_LISTED
) -> Row:
    """Return a list of the server's channels, in which up to ``most`` can be chosen."""
    defaults = [discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel) for one in chosen]
    return _row(
        ui.ChannelSelect(
            custom_id=_new_id(name),
            channel_types=list(types),
            placeholder=placeholder,
            min_values=0,
            max_values=most,
            default_values=defaults[:most],
        )
    )


def _row(select: Any) -> Row:
    # The sandbox's page recognises a list by its id.
    select.id = 1 + secrets.randbelow(2**30)
    return ui.ActionRow(select)


def _new_id(name: str) -> str:
    """Return a custom_id that no earlier list had; with the same custom_id, clients would keep the earlier choice."""
    return str(CustomId(SETTINGS, f"{name}:{secrets.token_hex(4)}"))


def chosen_values(interaction: discord.Interaction[Any]) -> list[str]:
    """Return all chosen options. Don't trust them: clients may send anything."""
    data: Any = interaction.data or {}
    return list(dict.fromkeys(str(value) for value in data.get("values") or ()))[: cards.OPTIONS_LIMIT]


def shown_values(message: discord.Message | None, custom_id: str) -> list[str]:
    """Return the options that a list showed as chosen."""
    for part in components_of(message.components if message else ()):
        if isinstance(part, discord.SelectMenu) and part.custom_id == custom_id:
            return [*(one.value for one in part.options if one.default), *(str(one.id) for one in part.default_values)]
    return []


def merged(saved: Sequence[T], shown: Iterable[T], chosen: Sequence[T]) -> tuple[T, ...]:
    """Return a saved list with the changes that a user has made to the displayed one.

    If two users together have removed everything, the last user's choice counts, as an empty list would mean all.
    """
    removed = set(shown) - set(chosen)
    added = [one for one in chosen if one not in set(shown)]
    remaining = tuple(dict.fromkeys(one for one in (*saved, *added) if one not in removed))
    return remaining or tuple(chosen)
