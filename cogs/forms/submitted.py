"""The table of all forms (modals), by the action in their custom_ids.

A form is recognised by its custom_id alone, so that a form that was open during a restart can still be submitted.
"""

from collections.abc import Awaitable, Callable

import discord
from discord.ext import commands

from cogs.forms import compare, edit, privacy, remix, settings, style
from cogs.forms.values import SubmittedForm
from cogs.presses import is_private, reject_other_version
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.places import check_place
from flux_bot.ui.interactions.replies import Reply, reply_with_error
from flux_bot.ui.server_settings.controls import SETTINGS

FORMS: dict[str, Callable[[Interaction, SubmittedForm, Reply], Awaitable[None]]] = {
    remix.REMIX: remix.submit,
    remix.REMIX_PROMPT: remix.submit_prompt,
    remix.REMIX_PROMPT_PRIVATELY: remix.submit_prompt,
    remix.REMIX_PROMPT_PUBLICLY: remix.submit_prompt,
    compare.COMPARE: compare.submit,
    edit.EDIT: edit.submit,
    edit.EDIT_RESULT: edit.submit_result,
    style.STYLE: style.submit,
    SETTINGS: settings.submit,
    privacy.ERASE_DATA: privacy.submit,
}


class SubmittedForms(commands.Cog):
    """Receives all forms."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle a submitted form (discord.py dispatches this event for every interaction)."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        form = SubmittedForm.read(interaction.data or {})
        draft_of(interaction).prompt = form.text("prompt")
        try:
            await check_place(interaction)
            submit = FORMS.get(form.custom_id.action, reject_other_version)
            await submit(interaction, form, Reply(interaction, private=is_private(interaction)))
        except Exception as error:  # noqa: BLE001  discord.py would only log it: the tree's on_error is for commands
            await reply_with_error(interaction, error)


async def setup(bot: FluxBot) -> None:
    """Add the listener (discord.py calls this)."""
    await bot.add_cog(SubmittedForms())
