"""Pictures that could not be delivered: their user is told at the next command and fetches them here."""

import re
from dataclasses import replace
from typing import Self

import discord
from discord import ui

from flux_bot import cards, wording
from flux_bot.discord_bot import FluxBot, answer_error, note_reply, origin_of

Interaction = discord.Interaction[FluxBot]


OFFERED_AT_ONCE = 5
"""discord-api-docs, components/reference, "action row": up to 5 buttons."""


async def offer_kept(interaction: Interaction) -> None:
    """Tell the user privately about pictures of theirs that wait to be fetched, if there are any."""
    kept = await interaction.client.workflow.kept(interaction.user.id, limit=OFFERED_AT_ONCE + 1)
    if not kept:
        return
    offered = kept[:OFFERED_AT_ONCE]
    view = cards.text(wording.kept_results(len(offered), more=len(kept) > len(offered))).view
    view.add_item(ui.ActionRow(*(FetchButton(job.id, wording.fetch_kept(job.request)) for job in offered)))
    await interaction.followup.send(view=view, ephemeral=True)


class FetchButton(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"kept:(?P<job_id>[\w-]{1,40})"):
    """Fetches one kept picture; the job's id is in its custom_id, so it outlives restarts."""

    def __init__(self, job_id: str, label: str = "") -> None:
        """Make the button for one job."""
        super().__init__(ui.Button(label=label, custom_id=f"kept:{job_id}"))
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[discord.Client], __: ui.Item[ui.LayoutView], match: re.Match[str]
    ) -> Self:
        """Make the button again from a message (discord.py calls this)."""
        return cls(match["job_id"])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our bot is the only client
        """Deliver the picture privately, as an edit of the reply to this click."""
        try:
            reply = await interaction.response.send_message(view=cards.text(wording.fetching()).view, ephemeral=True)
            note_reply(interaction)
            origin = replace(origin_of(interaction), can_post=False)
            message_id = reply.message_id or 0
            if not await interaction.client.workflow.fetch_kept(self._job_id, origin, message_id):
                await interaction.edit_original_response(view=cards.text(wording.nothing_kept()).view)
        except Exception as error:  # noqa: BLE001  a button has no other edge: the tree's on_error is for commands
            await answer_error(interaction, error)
