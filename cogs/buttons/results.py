"""The buttons that request pictures, cancel jobs and delete cards. Each works for as long as its message exists."""

from collections.abc import Callable
from contextlib import suppress

import discord

from cogs.forms import remix
from cogs.image_requests import request_pictures
from cogs.presses import cancel_job, is_on_card, is_private, job_of_press, may_remove, same_request
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import MODEL_REJECTED, Job
from flux_bot.locales import translator_for
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.replies import Reply


async def reroll(interaction: Interaction, job_id: str) -> None:
    """Request the same again; the new job belongs to the user who clicked."""
    await _request_again(interaction, job_id, lambda _: None)


async def switch_model(interaction: Interaction, job_id: str) -> None:
    """Request the same from the model that is on the button, as the image API has rejected the job's own."""
    await _request_again(interaction, job_id, _other_model)


async def _request_again(interaction: Interaction, job_id: str, other_model: Callable[[Job], str | None]) -> None:
    reply = Reply(interaction, private=is_private(interaction))
    job = await reply.wait_for(job_of_press(interaction, job_id))
    request = same_request(interaction, job, interaction.client.catalogue, other_model=other_model(job))
    await request_pictures(interaction, reply, lambda _: request, parent=job)


def _other_model(job: Job) -> str | None:
    failure = job.result.failure if job.result else None
    return failure.message or None if failure and failure.code == MODEL_REJECTED else None


async def open_remix(interaction: Interaction, job_id: str) -> None:
    """Open the form that changes a request."""
    await remix.open_form(interaction, job_id, title="form-remix")


async def open_reword(interaction: Interaction, job_id: str) -> None:
    """Open the same form after a prompt was refused."""
    await remix.open_form(interaction, job_id, title="form-reword")


async def delete(interaction: Interaction, job_id: str) -> None:
    """Delete the card; the pictures stay in their user's history."""
    reply = Reply(interaction, private=True, updates=True)
    history = interaction.client.workflow.history
    job = await reply.wait_for(history.job(job_id))
    # If nobody else sees the card, it does not matter who requested it; the job may have been deleted.
    is_alone = is_private(interaction) or interaction.context.dm_channel
    if not is_on_card(interaction, job_id) or not (is_alone or may_remove(interaction, job_id, job)):
        raise RequestRejected("not-yours-to-delete" if job else "job-deleted")
    await reply.defer()
    with suppress(discord.NotFound):  # a double-click
        await interaction.delete_original_response()
    if interaction.message is not None:
        await history.forget_message(job_id, interaction.message.id)


async def cancel(interaction: Interaction, job_id: str) -> None:
    """Cancel a job, and show this on its card, which is the one with the button."""
    reply = Reply(interaction, private=True, updates=True)
    job = await reply.wait_for(cancel_job(interaction, job_id, caller_edits_card=True))
    await reply.send(cards.cancelled(translator_for(job.locale), job))
