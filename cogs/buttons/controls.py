"""The table of all buttons and lists on cards, by the action in their custom_ids."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from cogs.buttons import erase, fetch, groups, info, more, rejected, remove, results, save, star
from cogs.commands import help as help_command
from cogs.commands import history, jobs, preferences, privacy, show
from cogs.forms import edit
from cogs.forms import style as style_form
from cogs.management import settings, style
from cogs.messages import pictures
from cogs.moderation import blocked
from cogs.presses import reject_other_version
from flux_bot.ui import group_cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.cards import MORE, Verb
from flux_bot.ui.custom_ids import parse_custom_id
from flux_bot.ui.interactions import drafts
from flux_bot.ui.interactions.places import check_place
from flux_bot.ui.interactions.replies import reply_with_error
from flux_bot.ui.server_settings.controls import SETTINGS

PRESSES: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
    Verb.REROLL: results.reroll,
    Verb.VARY: results.vary,
    Verb.REROLL_ALL: groups.reroll_all,
    Verb.RETRY: results.retry,
    Verb.SWITCH: results.switch_model,
    Verb.REMIX: results.open_remix,
    Verb.REWORD: results.open_reword,
    Verb.EDIT: edit.open_result_form,
    Verb.SOURCE: edit.open_source_form,
    Verb.SAVE: save.save,
    Verb.INFO: info.show_info,
    Verb.STAR: star.star,
    Verb.UNSTAR: star.unstar,
    Verb.REMOVE: remove.ask,
    remove.CONFIRM: remove.remove,
    Verb.ERASE: erase.ask,
    erase.CONFIRM: erase.erase,
    Verb.CANCEL: results.cancel,
    Verb.KEEP: results.keep,
    Verb.DISCARD: results.discard,
    Verb.FETCH: fetch.fetch,
    Verb.SHOW: show.show_here,
    MORE: more.choose,
    group_cards.SAVE_ALL: save.save_all,
    group_cards.MORE_ALL: groups.choose,
    group_cards.PICK: show.show_picked,
    "jobs": jobs.refresh,
    "history": history.show_page,
    "prefer": preferences.prefer,
    drafts.CHANGE: rejected.change,
    drafts.SEND_AGAIN: rejected.send_again,
    help_command.HELP: help_command.press,
    pictures.WHICH: pictures.pick,
    style_form.CHANGE: style.change,
    style.REMOVE: style.remove_confirmed,
    blocked.PAGE: blocked.show_page,
    blocked.UNBLOCK: blocked.unblock,
    SETTINGS: settings.press,
    privacy.PRIVACY: privacy.press,
}
ANY = re.compile(".*", re.DOTALL)


class Control(ui.DynamicItem[ui.Item[ui.LayoutView]], template=ANY):
    """A button or list, rebuilt from its message when it is clicked, so nothing stays in memory.

    It handles every button and list, including those that only another version of the bot knows.
    """

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[discord.Client], item: ui.Item[Any], __: re.Match[str]
    ) -> Self:
        """Rebuild the button or list (discord.py calls this)."""
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our bot is the only client
        """Run the action that was clicked."""
        try:
            await check_place(interaction)
            action, about = parse_custom_id(self.custom_id)
            await PRESSES.get(action, reject_other_version)(interaction, about)
        except Exception as error:  # noqa: BLE001  discord.py would only log it: the tree's on_error is for commands
            await reply_with_error(interaction, error)


async def setup(bot: FluxBot) -> None:
    """Add the buttons (discord.py calls this)."""
    bot.add_dynamic_items(Control)
