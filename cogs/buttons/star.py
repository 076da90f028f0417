"""*Star* keeps a picture in its user's history beyond the retention period.

There are two actions instead of a toggle, so that an event that arrives twice does not undo itself.
"""

from discord import ui

from cogs.presses import group_of_press
from flux_bot.core.errors import RequestRejected
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import Verb
from flux_bot.ui.interactions.replies import Reply, user_translator


async def star(interaction: Interaction, job_id: str) -> None:
    """Star a result, or a whole group."""
    await _set_star(interaction, job_id, is_starred=True)


async def unstar(interaction: Interaction, job_id: str) -> None:
    """Remove the star."""
    await _set_star(interaction, job_id, is_starred=False)


async def _set_star(interaction: Interaction, job_id: str, *, is_starred: bool) -> None:
    """Set or remove the star, and confirm this with a button that undoes it."""
    reply, translate = Reply(interaction, private=True), user_translator(interaction)

    async def change() -> None:
        job = await group_of_press(interaction, job_id)
        if job.origin.user_id != interaction.user.id:
            raise RequestRejected("not-yours-to-star")
        await interaction.client.workflow.history.set_star(job.id, is_starred=is_starred)

    await reply.wait_for(change())
    undo = cards.job_button(translate, Verb.UNSTAR if is_starred else Verb.STAR, job_id)
    confirmation = ui.TextDisplay[ui.LayoutView](translate("starred" if is_starred else "unstarred"))
    await reply.send(cards.Card(cards.layout(confirmation, ui.ActionRow(undo))))
