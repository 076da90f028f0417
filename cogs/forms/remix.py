"""The form that changes a request: Remix, Change the prompt, and the message menu's Remix prompt."""

from dataclasses import replace

from cogs.forms import fields
from cogs.forms.values import SubmittedForm
from cogs.image_requests import request_pictures
from cogs.presses import is_private, job_of_press, source_url, within_deadline
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.replies import Reply, user_translator

REMIX = "remix"
"""The form of a job's card, about the job."""
REMIX_PROMPT = "again"
"""The form of the message menu, about the size."""
REMIX_PROMPT_PRIVATELY = "again-private"
"""The same form on a message that only the user sees."""


async def open_form(interaction: Interaction, job_id: str, *, title: str) -> None:
    """Open the form of a job's card."""
    job = await within_deadline(job_of_press(interaction, job_id))
    form = fields.remix_form(
        user_translator(interaction),
        interaction.client.catalogue,
        CustomId(REMIX, job_id),
        job.request if job else None,
        title=title,
    )
    await interaction.response.send_modal(form)


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request what the form of a job's card says."""
    job = await reply.wait_for(job_of_press(interaction, form.custom_id.about))
    base = replace(job.request, image_url=source_url(interaction, job), private=is_private(interaction))
    request = form.changed(base, interaction.client.catalogue)
    await request_pictures(interaction, reply, lambda _: request, parent=job)


async def submit_prompt(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request what the form of the message menu says."""
    reply.private = True  # until the preferences are known
    catalogue = interaction.client.catalogue

    def request(preferences: Preferences) -> ImageRequest:
        preselected = catalogue.preferred(None, preferences.model, Action.GENERATE)
        size = preselected.size_near(form.custom_id.about)
        private = preferences.private or form.custom_id.action == REMIX_PROMPT_PRIVATELY
        base = ImageRequest(Action.GENERATE, "", preselected.name, size, private=private, model_chosen=False)
        return form.changed(base, catalogue)

    await request_pictures(interaction, reply, request)
