"""Every button and list on a card, and what it does. Their custom_ids are ``<verb>:<what it is about>``."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from cogs import undelivered
from cogs.buttons import info, results, save
from cogs.commands import history, jobs, preferences, show
from flux_bot.ui.cards import Verb
from flux_bot.ui.replies import Interaction, reply_with_error

PRESSES: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
    Verb.REROLL: results.reroll,
    Verb.RETRY: results.reroll,
    Verb.REMIX: results.open_remix,
    Verb.REWORD: results.open_reword,
    Verb.EDIT: results.open_edit,
    Verb.SAVE: save.save,
    Verb.INFO: info.inform,
    Verb.DELETE: results.delete,
    Verb.CANCEL: results.cancel,
    Verb.FETCH: undelivered.fetch,
    Verb.SHOW: show.show_here,
    "pick": show.pick,
    "jobs": jobs.refresh,
    "history": history.turn,
    "prefer": preferences.prefer,
}


class Control(ui.DynamicItem[ui.Item[ui.LayoutView]], template=rf"(?P<verb>{'|'.join(PRESSES)}):(?P<about>.*)"):
    """One of them, made again from a message when it is pressed: nothing of it is kept in memory."""

    def __init__(self, item: ui.Item[ui.LayoutView], verb: str, about: str) -> None:
        """Take the item as the message shows it, and what its custom_id says."""
        super().__init__(item)
        self._verb = verb
        self._about = about

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[discord.Client], item: ui.Item[Any], match: re.Match[str]
    ) -> Self:
        """Make it again from a message (discord.py calls this)."""
        return cls(item, match["verb"], match["about"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our bot is the only client
        """Do what was pressed."""
        try:
            await PRESSES[self._verb](interaction, self._about)
        except Exception as error:  # noqa: BLE001  a press has no other edge: the tree's on_error is for commands
            await reply_with_error(interaction, error)
