"""Clicks on a card: finds their job, what the card shows, and who may click. Custom_ids are never trusted."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.jobs import ORIGINALS_LAST, ImageRequest, Job, JobStatus
from flux_bot.images import addresses
from flux_bot.ui import cards, group_cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.file_names import SOURCE
from flux_bot.ui.interactions.replies import Reply, user_translator
from flux_bot.ui.moderation.log_entries import by_moderator
from flux_bot.ui.old_pictures import components_of, file_in, original_urls

LOOK_SECONDS = 1.5
"""How long a form waits for its initial values."""
T = TypeVar("T")


async def job_of_press(interaction: Interaction, job_id: str) -> Job:
    """Return the job of a card's button if the user requested it or sees that button on a public card.

    Raises RequestRejected for all other users, and if the job was deleted.
    """
    return await _allowed(interaction, job_id, await interaction.client.workflow.history.job(job_id))


async def group_of_press(interaction: Interaction, group_id: str) -> Job:
    """Return the job that represents a card's group, with the group; or a job without a group.

    Raises RequestRejected as ``job_of_press`` does.
    """
    return await _allowed(interaction, group_id, await interaction.client.workflow.history.with_group(group_id))


def visible_group(interaction: Interaction, job: Job) -> Job:
    """Return a job with its group as the user may see it: only the requester sees refused prompts."""
    if job.origin.user_id == interaction.user.id:
        return replace(job, group=job.jobs)
    return replace(job, group=tuple(one for one in job.jobs if not group_cards.is_refused(one)))


async def _allowed(interaction: Interaction, job_id: str, job: Job | None) -> Job:
    """Return the job of a button. Raises RequestRejected."""
    history = interaction.client.workflow.history
    if job is None and await history.user_of_erased(job_id):
        raise RequestRejected("job-erased")
    if job is None or not (job.origin.user_id == interaction.user.id or _is_on_public_card(interaction, job_id)):
        raise RequestRejected("job-deleted")
    if is_prompt_hidden(interaction, job):
        raise RequestRejected("not-yours-to-retry")
    return job


def is_prompt_hidden(interaction: Interaction, job: Job) -> bool:
    """Return whether a card hides its prompt from this user, because it shows another user's failure."""
    return job.origin.user_id != interaction.user.id and not job.images and job.delivered_at is not None


def _is_on_public_card(interaction: Interaction, job_id: str) -> bool:
    return not is_private(interaction) and is_on_card(interaction, job_id)


def is_on_card(interaction: Interaction, job_id: str) -> bool:
    """Return whether the message with the button is one of the bot's cards, with a button of that job."""
    message, bot = interaction.message, interaction.client.user
    if message is None or bot is None or message.author.id != bot.id:
        return False
    return any(custom_id.about == job_id for custom_id in custom_ids(components_of(message.components)))


async def reject_other_version(*_: object) -> None:
    """Handle a button, list or form that this version does not have. Raises RequestRejected."""
    raise RequestRejected("other-version")


async def within_deadline(work: Awaitable[T]) -> T | None:
    """Return the result of work, or None if the database is slow: a form must be the first reply, within 3 s."""
    with suppress(TimeoutError, StoreUnavailable):
        async with asyncio.timeout(LOOK_SECONDS):
            return await work
    return None


def chosen(interaction: Interaction) -> str:
    """Return the option chosen in a list, or "". Don't trust it: clients may send anything."""
    data: Any = interaction.data or {}
    values = data.get("values") or [""]
    return str(values[0])


def may_remove(interaction: Interaction, job_id: str, job: Job | None) -> bool:
    """Return whether the user may delete or cancel a job: its own user, or a moderator who sees its card."""
    if job is not None and job.origin.user_id == interaction.user.id:
        return True
    may_manage = interaction.guild_id is not None and interaction.permissions.manage_messages
    return may_manage and (_is_on_public_card(interaction, job_id) or _is_question(interaction, job))


def _is_question(interaction: Interaction, job: Job | None) -> bool:
    """Return whether the message is a private question about a public job of the same channel."""
    if job is None or job.request.private or not is_private(interaction):
        return False
    return is_on_card(interaction, job.id) and job.origin.channel_id == interaction.channel_id


def is_private(interaction: Interaction) -> bool:
    """Return whether only the user sees the card."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def keeps_private(interaction: Interaction, job: Job) -> bool:
    """Return whether a request made from a card is private; from a public job's private failure, it is public."""
    return is_private(interaction) and (job.request.private or bool(job.images))


async def cancel_job(interaction: Interaction, job_id: str, *, discards: bool, caller_edits_card: bool) -> Job:
    """Cancel a job and return it. Raises RequestRejected if it has ended, or the user may not cancel it.

    ``discards`` and ``caller_edits_card`` as in ``Workflow.cancel``.
    """
    job = await cancellable_job(interaction, job_id)
    cancelled = await interaction.client.workflow.cancel(job.id, discards=discards, caller_edits_card=caller_edits_card)
    if cancelled is None:
        raise RequestRejected("too-late-to-cancel")
    if cancelled.status is JobStatus.CANCELLED:
        note_if_moderator(interaction, "log-cancelled", cancelled.origin.user_id)
    return cancelled


def note_if_moderator(interaction: Interaction, message_id: str, user_id: int | None) -> None:
    """Add an entry to the server's log about an action on a user's request, unless the user did it.

    ``user_id`` is None if the request was deleted.
    """
    if interaction.user.id != user_id:
        entry = by_moderator(message_id, interaction.user, user_id, interaction.channel_id)
        interaction.client.server_log.note(interaction.guild_id, entry)


async def cancellable_job(interaction: Interaction, job_id: str) -> Job:
    """Return a job with its group if the user may cancel it; otherwise raise RequestRejected."""
    job = await interaction.client.workflow.history.with_group(job_id)
    if job is None:
        raise RequestRejected("job-deleted")
    if not may_remove(interaction, job_id, job):
        raise RequestRejected("not-yours-to-cancel")
    return job


async def ask_before_cancelling(interaction: Interaction, job: Job) -> None:
    """Ask the user privately whether to discard the result of a job that is charged in any case."""
    question = group_cards.cancel_question if job.group else cards.cancel_question
    card = question(user_translator(interaction), job, interaction.user.id)
    if interaction.response.is_done():  # its reply is the message with the button
        await interaction.followup.send(view=card.view, ephemeral=True)
    else:
        await Reply(interaction, private=True).send(card)


def same_request(
    interaction: Interaction, job: Job, catalogue: Catalogue, *, other_model: str | None = None
) -> ImageRequest:
    """Return a job's request, perhaps with another model that the user has chosen, as the catalogue allows it now.

    A default model that is gone is replaced with the current default. Raises RequestRejected, with a
    list of the other models, if a model that the user chose is gone.
    """
    name, action = other_model or job.request.model, job.request.action
    is_replaced = not (other_model or job.request.model_chosen or catalogue.find(name, action))
    model = catalogue.model(None if is_replaced else name, action)
    is_same = model.name == job.request.model
    return replace(
        job.request,
        model=model.name,
        model_chosen=job.request.model_chosen or other_model is not None,
        size=job.request.size if is_same else model.size_near(job.request.size),
        image_url=source_url(interaction, job),
        private=keeps_private(interaction, job),
    )


def source_url(interaction: Interaction, job: Job) -> str | None:
    """Return the address of an edit's original picture: the real address for the job's user, else its copy on the card.

    If the address has expired, the copy replaces it. Raises RequestRejected if the copy is gone, too.
    """
    url = job.request.image_url
    if url is None:
        return None
    now = interaction.client.clock.now()
    is_own = job.origin.user_id == interaction.user.id
    if is_own and addresses.expires_at(url) is None and now - job.accepted_at < ORIGINALS_LAST:
        return url
    copy = file_in(interaction.message, job.id, SOURCE)
    if copy is None and addresses.is_expired(url, now=now):
        raise RequestRejected("source-lost")
    return copy or url


def picture_url(interaction: Interaction, job: Job, number: int) -> str:
    """Return the address of a result's picture, by its number from 1. Raises RequestRejected if it is gone."""
    url = original_urls(job).get(number) or file_in(interaction.message, job.id, number)
    if url is None:
        raise RequestRejected("picture-lost")
    return url
