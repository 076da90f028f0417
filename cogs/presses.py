"""A press on a card: which job it is of, and what the card shows. Ids in custom_ids are never trusted."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import discord

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.jobs import ImageRequest, Job
from flux_bot.images import addresses
from flux_bot.ui.old_pictures import ORIGINALS_STAY, components_of, file_url, original_urls
from flux_bot.ui.replies import Interaction

LOOK_SECONDS = 1.5
"""How long a form waits for what it is filled in with."""

T = TypeVar("T")


async def job_of_press(interaction: Interaction, job_id: str) -> Job:
    """Return the job that a card's button names, for its asker, or for anybody who sees that button on a public card.

    Raises RequestRejected for all others, and if the job has been pruned.
    """
    job = await interaction.client.workflow.history.job(job_id)
    if job is None or not (job.origin.user_id == interaction.user.id or _is_on_public_card(interaction, job_id)):
        raise RequestRejected("job-forgotten")
    return job


def _is_on_public_card(interaction: Interaction, job_id: str) -> bool:
    return not is_private(interaction) and is_on_card(interaction, job_id)


def is_on_card(interaction: Interaction, job_id: str) -> bool:
    """Tell whether the pressed message is a card of ours with a button of that job."""
    message, bot = interaction.message, interaction.client.user
    if message is None or bot is None or message.author.id != bot.id:
        return False
    return any(
        str(getattr(part, "custom_id", "")).partition(":")[2] == job_id for part in components_of(message.components)
    )


async def within_deadline(work: Awaitable[T]) -> T | None:
    """Return what the work gives, None if the database takes its time: a form must be the first answer, within 3 s."""
    with suppress(TimeoutError, StoreUnavailable):
        async with asyncio.timeout(LOOK_SECONDS):
            return await work
    return None


def chosen(interaction: Interaction) -> str:
    """Return what was chosen in a list, "" if nothing. Not to be trusted: clients may send what they like."""
    data: Any = interaction.data or {}
    values = data.get("values") or [""]
    return str(values[0])


def may_remove(interaction: Interaction, job_id: str, job: Job | None) -> bool:
    """Tell whether somebody may delete or cancel a job: its asker, or who may manage messages and sees its card."""
    if job is not None and job.origin.user_id == interaction.user.id:
        return True
    may_manage = interaction.guild_id is not None and interaction.permissions.manage_messages
    return may_manage and _is_on_public_card(interaction, job_id)


def is_private(interaction: Interaction) -> bool:
    """Tell whether the pressed card is shown to its user alone."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def again(interaction: Interaction, job: Job, catalogue: Catalogue) -> ImageRequest:
    """Return a job's request as it can be made now. Raises RequestRejected if it can't any more."""
    model = catalogue.model(job.request.model, job.request.action)
    size, url = model.size_near(job.request.size), source_url(interaction, job)
    return replace(job.request, model=model.name, size=size, image_url=url)


def source_url(interaction: Interaction, job: Job) -> str | None:
    """Return where the picture is that was changed: an address that still leads there, or its copy on the card.

    Its own address stays with who gave it, if there is a copy. Raises RequestRejected if it is nowhere any more.
    """
    url, message = job.request.image_url, interaction.message
    if url is None:
        return None
    now = datetime.now(UTC)
    is_theirs = job.origin.user_id == interaction.user.id
    if is_theirs and addresses.expires_at(url) is None and now - job.accepted_at < ORIGINALS_STAY:
        return url
    copy = file_url(message, f"flux-{job.id}-source.") if message else None
    if copy is None and addresses.is_expired(url, now=now):
        raise RequestRejected("source-lost")
    return copy or url


def picture_of(message: discord.Message | None, job: Job, number: int) -> str:
    """Return where a result's picture is, by its number from 1. Raises RequestRejected if it is nowhere any more."""
    url = original_urls(job).get(number)
    if url is None and message is not None:
        url = file_url(message, f"flux-{job.id}-{number}.")
    if url is None:
        raise RequestRejected("picture-lost")
    return url
