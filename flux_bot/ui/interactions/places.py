"""Checks whether the bot may be used where an interaction or a message comes from.

All commands, their suggestions, buttons, lists, forms and messages are checked here before anything else happens.
Only what concerns the user's own data works everywhere: users keep their rights even where they may not make pictures.
"""

import asyncio
from typing import Any

from flux_bot.core.errors import DeliveryFailed
from flux_bot.core.rules.places import Access, PlaceRefused
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import parse_custom_id
from flux_bot.ui.interactions.replies import seconds_to_reply

OWN_DATA = frozenset({"privacy", "erase-data"})
"""Names of the command, buttons and form that only concern the user's own data."""


async def check_place(interaction: Interaction) -> None:
    """Check whether the bot may be used where an interaction was made, within three seconds. Raises PlaceRefused."""
    if _is_about_own_data(interaction):
        return
    try:
        async with asyncio.timeout(seconds_to_reply(interaction)):
            await _check(
                interaction.client,
                interaction.user.id,
                interaction.guild_id,
                by_user_install=_is_by_user_install(interaction),
            )
    except TimeoutError:  # the look-up continues in the background
        raise PlaceRefused("place-unknown") from None


async def check_message_place(bot: FluxBot, user_id: int, guild_id: int | None) -> None:
    """Check if the bot may be used where a message was written; None means a direct message. Raises PlaceRefused."""
    await _check(bot, user_id, guild_id, by_user_install=False)


async def _check(bot: FluxBot, user_id: int, guild_id: int | None, *, by_user_install: bool) -> None:
    if bot.settings.places.access(guild_id, by_user_install=by_user_install) is Access.EVERYBODY:
        return
    try:
        is_member = await bot.memberships.is_member(user_id)
    except DeliveryFailed:
        raise PlaceRefused("place-unknown") from None
    if not is_member:
        raise PlaceRefused("place-members")


def _is_about_own_data(interaction: Interaction) -> bool:
    data: Any = interaction.data or {}
    if "custom_id" in data:
        return parse_custom_id(data["custom_id"]).action in OWN_DATA
    return data.get("name") in OWN_DATA


def _is_by_user_install(interaction: Interaction) -> bool:
    """Return whether the bot is available here only because a user has installed it for themselves.

    discord.py's ``is_guild_integration`` is never true in direct messages, and its ``is_user_integration`` only for
    that user, not for others who click on a button (discord-api-docs, interactions/receiving-and-responding,
    "authorizing integration owners object").
    """
    owners = interaction._integration_owners  # noqa: SLF001
    return 1 in owners and 0 not in owners
