"""What the buttons on a job's cards do. Each works for as long as its message exists, whoever presses it."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import discord

from cogs.forms import fields
from cogs.forms.submitted import Filled
from cogs.image_requests import MAX_COUNT, accept, ask, checked_prompt
from cogs.presses import (
    again,
    is_on_card,
    is_private,
    job_of_press,
    may_remove,
    picture_of,
    source_url,
    within_deadline,
)
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job
from flux_bot.locales import translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards
from flux_bot.ui.replies import Interaction, Reply, translator_of

REMIX, EDIT = "remix", "edit"
"""The forms' names; what they are about is the job's id."""


async def reroll(interaction: Interaction, job_id: str) -> None:
    """Ask for the same again; the new job is whose press it was."""
    reply = Reply(interaction, private=is_private(interaction))

    async def accepting() -> AcceptedJob:
        job = await job_of_press(interaction, job_id)
        request = again(interaction, job, interaction.client.catalogue)
        return await accept(interaction, reply, request, parent=job)

    await ask(interaction, reply, accepting())


async def open_remix(interaction: Interaction, job_id: str, *, title: str = "form-remix") -> None:
    """Open the form to change a request."""
    job = await within_deadline(job_of_press(interaction, job_id))
    request = job.request if job else None
    catalogue, translate = interaction.client.catalogue, translator_of(interaction)
    await interaction.response.send_modal(
        fields.remix_form(translate, catalogue, f"{REMIX}:{job_id}", request, title=title)
    )


async def open_reword(interaction: Interaction, job_id: str) -> None:
    """Open the same form where a prompt was refused."""
    await open_remix(interaction, job_id, title="form-reword")


async def remix(interaction: Interaction, filled: Filled, reply: Reply) -> None:
    """Ask for what a form made of a job's request."""

    async def accepting() -> AcceptedJob:
        job = await job_of_press(interaction, filled.about)
        catalogue = interaction.client.catalogue
        base = replace(job.request, image_url=source_url(interaction, job))
        return await accept(interaction, reply, filled.request(base, catalogue), parent=job)

    await ask(interaction, reply, accepting())


async def open_edit(interaction: Interaction, job_id: str) -> None:
    """Open the form that asks what to change in a result."""
    preferences = interaction.client.workflow.history.preferences(interaction.user.id)
    job, liked = await asyncio.gather(within_deadline(job_of_press(interaction, job_id)), within_deadline(preferences))
    count = len(job.images) if job else MAX_COUNT
    translate, catalogue = translator_of(interaction), interaction.client.catalogue
    which = [fields.which_field(translate, count)] if count > 1 else []
    chosen = catalogue.preferred(None, liked.edit_model if liked else None, Action.EDIT)
    model = fields.model_field(translate, catalogue, Action.EDIT, chosen.name)
    form = fields.form(translate("form-edit"), f"{EDIT}:{job_id}", *which, fields.instruction_field(translate), model)
    await interaction.response.send_modal(form)


async def edit(interaction: Interaction, filled: Filled, reply: Reply) -> None:
    """Ask for a changed picture of a result."""

    async def accepting() -> AcceptedJob:
        job = await job_of_press(interaction, filled.about)
        catalogue = interaction.client.catalogue
        model = catalogue.model(filled.choice("model"), Action.EDIT)
        request = ImageRequest(
            action=Action.EDIT,
            prompt=checked_prompt(filled.text("prompt")),
            model=model.name,
            size=model.size_near(job.request.size),
            image_url=picture_of(interaction.message, job, filled.number("which", 1, cards.GALLERY_LIMIT)),
        )
        return await accept(interaction, reply, request, parent=job)

    await ask(interaction, reply, accepting())


async def delete(interaction: Interaction, job_id: str) -> None:
    """Delete the pressed card; the pictures stay in their asker's history."""
    reply = Reply(interaction, private=True, updates=True)
    history = interaction.client.workflow.history
    job = await reply.wait_for(history.job(job_id))
    # Of a card that nobody else sees it does not matter who asked for it, which may be forgotten.
    is_alone = is_private(interaction) or interaction.context.dm_channel
    if not is_on_card(interaction, job_id) or not (is_alone or may_remove(interaction, job_id, job)):
        raise RequestRejected("not-yours-to-delete" if job else "job-forgotten")
    await reply.defer()
    with suppress(discord.NotFound):  # pressed twice
        await interaction.delete_original_response()
    if interaction.message is not None:
        await history.forget_message(job_id, interaction.message.id)


async def cancel(interaction: Interaction, job_id: str) -> None:
    """End a job that is not finished, and show it on its card, which is the one that was pressed."""
    reply = Reply(interaction, private=True, updates=True)
    job = await reply.wait_for(cancelled(interaction, job_id, is_told=True))
    await reply.send(cards.cancelled(translator_for(job.locale), job))


async def cancelled(interaction: Interaction, job_id: str, *, is_told: bool) -> Job:
    """Return a job that is now cancelled. Raises RequestRejected if it can't be, or not by who pressed."""
    workflow = interaction.client.workflow
    job = await workflow.history.job(job_id)
    if job is None:
        raise RequestRejected("job-forgotten")
    if not may_remove(interaction, job_id, job):
        raise RequestRejected("not-yours-to-cancel")
    ended = await workflow.cancel(job_id, is_told=is_told)
    if ended is None:
        raise RequestRejected("too-late-to-cancel")
    return ended
