"""The buttons on a group's card. Their custom_ids contain the group's id."""

from collections.abc import Iterable
from dataclasses import replace

from cogs.buttons import group_info, more
from cogs.image_requests import request_pictures
from cogs.presses import chosen, group_of_press, is_private, keeps_private, same_request, visible_group
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Job
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import Verb
from flux_bot.ui.interactions.replies import Reply


async def reroll_all(interaction: Interaction, job_id: str) -> None:
    """Request all jobs of a group again, as a new group."""
    reply = Reply(interaction, private=is_private(interaction))
    job = await reply.wait_for(group_of_press(interaction, job_id))
    await _request_again(interaction, reply, job, visible_group(interaction, job).jobs, parent=job)


async def retry_failed(interaction: Interaction, reply: Reply, job: Job) -> None:
    """Request again the jobs of a group that have no pictures.

    Raises RequestRejected if all jobs have pictures by now, or if the user did not request the group.
    """
    if job.origin.user_id != interaction.user.id:
        raise RequestRejected("not-yours-to-retry")
    failed = [one for one in job.group if not one.images]
    if not failed:
        raise RequestRejected("group-none-failed")
    await _request_again(interaction, reply, job, failed, parent=failed[0])


async def _request_again(
    interaction: Interaction, reply: Reply, job: Job, repeated: Iterable[Job], *, parent: Job
) -> None:
    private, catalogue = keeps_private(interaction, job), interaction.client.catalogue
    requests = [replace(same_request(interaction, one, catalogue), private=private) for one in repeated]
    await request_pictures(interaction, reply, lambda _: requests, parent=parent)


async def choose(interaction: Interaction, job_id: str) -> None:
    """Run the action that was chosen in the list *More*."""
    choice = chosen(interaction)
    if choice == Verb.INFO:
        await group_info.show_info(interaction, job_id)
    else:
        await more.choose(interaction, job_id)
