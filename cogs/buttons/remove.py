"""*Remove* deletes a card from its channel after a confirmation. The pictures stay in their user's history."""

import discord
from discord import ButtonStyle, ui

from cogs.presses import is_on_card, is_private, may_remove, note_if_moderator
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Job
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.discord_errors import UNKNOWN_MESSAGE, MethodFailed, discord_errors
from flux_bot.ui.interactions.replies import Reply, user_translator

CONFIRM = "remove"
"""The action of the button that confirms, about ``<job id>:<message id>``."""


async def ask(interaction: Interaction, job_id: str) -> None:
    """Ask the user whether to remove the card; a card that no other user sees is removed immediately."""
    reply = Reply(interaction, private=True, updates=True)
    job = await reply.wait_for(_removable_job(interaction, job_id))
    message = interaction.message
    await reply.defer()
    if message is None or is_private(interaction):
        await _remove(interaction, job_id, message)
        return
    # This click's token can remove the card even where the bot is not a member.
    interaction.client.removals[message.id] = interaction
    await interaction.followup.send(view=_question(interaction, job, CustomId(job_id, str(message.id))), ephemeral=True)


async def _removable_job(interaction: Interaction, job_id: str) -> Job | None:
    """Return the card's job, or None if it was deleted. Raises RequestRejected if the user may not remove the card."""
    history = interaction.client.workflow.history
    job = await history.with_group(job_id)
    user_of_erased = None if job else await history.user_of_erased(job_id)
    # If nobody else sees the card, it does not matter who requested it.
    is_alone = is_private(interaction) or interaction.context.dm_channel
    is_own = user_of_erased == interaction.user.id
    if is_on_card(interaction, job_id) and (is_alone or is_own or may_remove(interaction, job_id, job)):
        return job
    is_known = job is not None or user_of_erased is not None
    raise RequestRejected("not-yours-to-remove" if is_known else "job-deleted")


def _question(interaction: Interaction, job: Job | None, about: CustomId) -> ui.LayoutView:
    translate = user_translator(interaction)
    question = translate("remove-ask-own" if _is_own_result(interaction, job) else "remove-ask")
    confirm = cards.button(translate("button-delete"), CustomId(CONFIRM, str(about)), style=ButtonStyle.danger)
    return cards.layout(ui.TextDisplay(question), ui.ActionRow(confirm))


def _is_own_result(interaction: Interaction, job: Job | None) -> bool:
    """Return whether the user has requested the job and it has pictures."""
    return job is not None and job.origin.user_id == interaction.user.id and bool(job.images)


async def remove(interaction: Interaction, about: str) -> None:
    """Remove the card. Only the bot's question has this button, and only users who may remove the card get it."""
    if not (is_private(interaction) and is_on_card(interaction, about)):
        raise RequestRejected("other-version")
    reply, translate = Reply(interaction, private=True, updates=True), user_translator(interaction)
    await reply.defer()
    job_id, message_id = parse_custom_id(about)
    click, history = interaction.client.removals.pop(int(message_id), None), interaction.client.workflow.history
    if click is None or click.is_expired():
        is_removed = await _remove_from_channel(interaction, job_id, int(message_id))
    else:
        is_removed = await _remove(click, job_id, click.message)
    job = await history.with_group(job_id)
    if is_removed:
        note_if_moderator(
            interaction, "log-removed", job.origin.user_id if job else await history.user_of_erased(job_id)
        )
    await reply.send(cards.text(translate("removed-own" if _is_own_result(interaction, job) else "removed")))


async def _remove(interaction: Interaction, job_id: str, message: discord.Message | None) -> bool:
    """Remove the card whose button was pressed; return whether it was still there."""
    is_removed = True
    try:
        await interaction.delete_original_response()
    except discord.NotFound:  # a double-click
        is_removed = False
    if message is not None:
        await interaction.client.workflow.history.forget_message(job_id, message.id)
    return is_removed


async def _remove_from_channel(interaction: Interaction, job_id: str, message_id: int) -> bool:
    """Remove a card by its id; return whether it was still there.

    Raises RequestRejected if Discord does not let the bot delete it.
    """
    if interaction.channel_id is None:  # only pings have none
        raise RequestRejected("remove-again")
    channel = interaction.client.get_partial_messageable(interaction.channel_id)
    is_removed = True
    try:
        with discord_errors():
            await channel.get_partial_message(message_id).delete()
    except MethodFailed as failed:
        if failed.code != UNKNOWN_MESSAGE:
            raise RequestRejected("remove-again") from failed
        is_removed = False
    await interaction.client.workflow.history.forget_message(job_id, message_id)
    return is_removed
