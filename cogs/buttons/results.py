"""The buttons that request pictures and cancel jobs. Each works for as long as its message exists."""

from collections.abc import Callable
from dataclasses import replace

from cogs.buttons import groups
from cogs.forms import remix
from cogs.image_requests import MAX_COUNT, request_pictures
from cogs.presses import (
    ask_before_cancelling,
    cancel_job,
    cancellable_job,
    group_of_press,
    is_private,
    job_of_press,
    note_if_moderator,
    same_request,
)
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import MODEL_REJECTED, Action, ImageRequest, Job, JobStatus
from flux_bot.locales import translator_for
from flux_bot.ui import cards, group_cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.interactions.replies import Reply, origin_of, user_translator


async def reroll(interaction: Interaction, job_id: str) -> None:
    """Repeat the request of a job; the new job belongs to the user who clicked."""
    await _request_again(interaction, job_id)


async def retry(interaction: Interaction, job_id: str) -> None:
    """Request a failed job again, or the failed jobs of a group."""
    reply = Reply(interaction, private=is_private(interaction))
    job = await reply.wait_for(group_of_press(interaction, job_id))
    if job.group:
        await groups.retry_failed(interaction, reply, job)
    else:
        await _request_as_before(interaction, reply, job)


async def vary(interaction: Interaction, job_id: str) -> None:
    """Request four pictures like this one; an edit makes only one picture, so it is repeated."""
    await _request_again(interaction, job_id, change=_four)


def _four(request: ImageRequest) -> ImageRequest:
    return replace(request, count=MAX_COUNT) if request.action is Action.GENERATE else request


async def switch_model(interaction: Interaction, job_id: str) -> None:
    """Repeat the request with the model on the button, because the image API has rejected the job's model."""
    await _request_again(interaction, job_id, other_model=_other_model)


async def _request_again(
    interaction: Interaction,
    job_id: str,
    *,
    other_model: Callable[[Job], str | None] = lambda _: None,
    change: Callable[[ImageRequest], ImageRequest] = lambda request: request,
) -> None:
    reply = Reply(interaction, private=is_private(interaction))
    job = await reply.wait_for(job_of_press(interaction, job_id))
    await _request_as_before(interaction, reply, job, other_model=other_model(job), change=change)


async def _request_as_before(
    interaction: Interaction,
    reply: Reply,
    job: Job,
    *,
    other_model: str | None = None,
    change: Callable[[ImageRequest], ImageRequest] = lambda request: request,
) -> None:
    request = change(same_request(interaction, job, interaction.client.catalogue, other_model=other_model))
    await request_pictures(interaction, reply, lambda _: [request], parent=job)


def _other_model(job: Job) -> str | None:
    failure = job.result.failure if job.result else None
    return failure.message or None if failure and failure.code == MODEL_REJECTED else None


async def open_remix(interaction: Interaction, job_id: str) -> None:
    """Open the form that changes a request."""
    await remix.open_form(interaction, job_id)


async def open_reword(interaction: Interaction, job_id: str) -> None:
    """Open the same form after a prompt was refused."""
    await remix.open_reword_form(interaction, job_id)


async def cancel(interaction: Interaction, job_id: str) -> None:
    """Cancel a job and show this on the card with the button; ask first if the job is charged anyway."""
    reply = Reply(interaction, private=True, updates=True)
    job = await reply.wait_for(cancel_job(interaction, job_id, discards=False, caller_edits_card=True))
    if job.status is JobStatus.CANCELLED:
        cancelled = group_cards.cancelled if job.group else cards.cancelled
        await reply.send(cancelled(translator_for(job.locale), job))
    else:
        await ask_before_cancelling(interaction, job)


async def keep(interaction: Interaction, job_id: str) -> None:
    """Let a job continue privately: the question becomes its status card."""
    reply, translate = Reply(interaction, private=True, updates=True), user_translator(interaction)
    job = await reply.wait_for(cancellable_job(interaction, job_id))
    if not job.is_open:
        raise RequestRejected("too-late-to-cancel")
    if job.request.private:
        await reply.send(cards.text(translate("cancel-kept")))
        return
    is_own = job.origin.user_id == interaction.user.id
    # Before the change, because after it the result may replace the card at any moment.
    made_private = group_cards.made_private if job.group else cards.made_private
    await reply.send(made_private(translate, job) if is_own else cards.text(translate("cancel-kept-other")))
    origin = origin_of(interaction) if is_own else None
    message_id = interaction.message.id if is_own and interaction.message else None
    if await interaction.client.workflow.make_private(job, origin, message_id):
        note_if_moderator(interaction, "log-made-private", job.origin.user_id)
    else:
        await reply.send(cards.text(translate("too-late-to-cancel")))


async def discard(interaction: Interaction, job_id: str) -> None:
    """Cancel a job although it is charged, once the user has confirmed."""
    reply = Reply(interaction, private=True, updates=True)
    await reply.wait_for(cancel_job(interaction, job_id, discards=True, caller_edits_card=False))
    await reply.send(cards.text(user_translator(interaction)("cancelled-paid")))
