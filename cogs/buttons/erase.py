"""*Delete for good* deletes a request's content and message after a confirmation by the requester."""

import logging

from discord import ButtonStyle, ui

from cogs.presses import job_of_press
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Job
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.discord_errors import UNKNOWN_MESSAGE, MethodFailed, discord_errors
from flux_bot.ui.interactions.replies import Reply, user_translator

log = logging.getLogger(__name__)

CONFIRM = "erase-now"
"""The action of the button that confirms."""


async def ask(interaction: Interaction, job_id: str) -> None:
    """Ask the user whether to delete the request for good."""
    reply, translate = Reply(interaction, private=True), user_translator(interaction)
    job = await reply.wait_for(_own_job(interaction, job_id))
    confirm = cards.button(translate("button-erase"), CustomId(CONFIRM, job_id), style=ButtonStyle.danger)
    view = cards.layout(
        ui.TextDisplay(translate("group-erase-ask" if job.group_id else "erase-ask")), ui.ActionRow(confirm)
    )
    await reply.send(cards.Card(view))


async def erase(interaction: Interaction, job_id: str) -> None:
    """Delete the result's message, then its content in the database, so that this can be repeated after a crash."""
    reply, translate = Reply(interaction, private=True, updates=True), user_translator(interaction)
    job = await reply.wait_for(_own_job(interaction, job_id))
    await reply.defer()
    is_deleted = await _delete_message(interaction, job)
    if not await interaction.client.workflow.history.erase(job_id, interaction.user.id):
        raise RequestRejected("erase-too-early")
    await reply.send(cards.text(translate("erased" if is_deleted else "erased-message-left")))


async def _own_job(interaction: Interaction, job_id: str) -> Job:
    """Return the job. Raises RequestRejected if it can't be deleted for good, or not by this user."""
    job = await job_of_press(interaction, job_id)
    if job.origin.user_id != interaction.user.id:
        raise RequestRejected("not-yours-to-erase")
    if not await interaction.client.workflow.history.can_erase(job_id):
        raise RequestRejected("erase-too-early")
    return job


async def _delete_message(interaction: Interaction, job: Job) -> bool:
    """Delete the message of a result; return False if Discord does not allow that, as with private replies.

    Raises DeliveryFailed for temporary errors.
    """
    if job.result_message_id is None:
        return True
    channel = interaction.client.get_partial_messageable(job.result_channel_id or job.origin.channel_id)
    try:
        with discord_errors():
            await channel.get_partial_message(job.result_message_id).delete()
    except MethodFailed as failed:
        log.info("Can't delete the message of a result: %s", failed)
        return failed.code == UNKNOWN_MESSAGE
    return True
