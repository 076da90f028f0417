"""The form that changes a request: Remix, Change the prompt, and the message menu's Remix prompt."""

import asyncio
from dataclasses import dataclass, replace
from functools import partial

from cogs.forms import compare, edit, fields
from cogs.forms.edit import EditOptions
from cogs.forms.values import Source, SubmittedForm
from cogs.image_requests import (
    MAX_COUNT,
    PROMPT_LIMIT,
    preferred_size,
    request_pictures,
    unusable_size,
    usable_size,
    with_variations,
)
from cogs.presses import group_of_press, is_private, job_of_press, keeps_private, source_url, within_deadline
from cogs.server_settings import catalogue_here, check_offered, preferences_here
from cogs.styles import AvailableStyles, styles_here
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.core.styles import NONE, with_style
from flux_bot.core.variations import joined
from flux_bot.ui import group_cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import Reply, user_translator

REMIX = "remix"
"""The form of a job's card, about the job."""
REMIX_PROMPT = "again"
"""The form of the message menu, about the size."""
REMIX_PROMPT_PRIVATELY = "again-private"
"""The same form on a message that only the user sees."""
REMIX_PROMPT_PUBLICLY = "again-public"
"""The same form for a user who has chosen a public result, regardless of their preferences."""


@dataclass(frozen=True, slots=True)
class PromptOptions:
    """The user's choices, as typed; "" and None mean no choice."""

    prompt: str
    model: str = ""
    size: str = ""
    count: int | None = None
    private: bool | None = None
    style: str = ""


_PROMPT_FORMS = {None: REMIX_PROMPT, True: REMIX_PROMPT_PRIVATELY, False: REMIX_PROMPT_PUBLICLY}


async def open_form(interaction: Interaction, job_id: str) -> None:
    """Open the form of a job's card."""
    styles = styles_here(interaction)
    job, catalogue, _ = await asyncio.gather(
        within_deadline(job_of_press(interaction, job_id)),
        catalogue_here(interaction),
        within_deadline(styles.read()),
    )
    check_offered(catalogue, job.request.action if job else Action.GENERATE)
    form = fields.remix_form(
        user_translator(interaction),
        catalogue,
        CustomId(REMIX, job_id),
        job.request if job else None,
        styles=styles.all,
    )
    await interaction.response.send_modal(form)


async def open_reword_form(interaction: Interaction, job_id: str) -> None:
    """Open the form after a prompt was refused; for a group, with all its prompts and models."""
    styles = styles_here(interaction)
    job, catalogue, _ = await asyncio.gather(
        within_deadline(group_of_press(interaction, job_id)),
        catalogue_here(interaction),
        within_deadline(styles.read()),
    )
    request = job.request if job else None
    check_offered(catalogue, request.action if request else Action.GENERATE)
    if job is not None and job.group:
        if len({one.request.model for one in job.group}) > 1:
            await compare.open_group_form(interaction, job)
            return
        request = replace(job.request, prompt=joined(group_cards.prompts_of(job), PROMPT_LIMIT))
    form = fields.remix_form(
        user_translator(interaction),
        catalogue,
        CustomId(REMIX, job_id),
        request,
        styles=styles.all,
        title="form-reword",
        is_typed=job is not None and bool(job.group),
    )
    await interaction.response.send_modal(form)


async def open_prompt_form(interaction: Interaction, options: PromptOptions) -> None:
    """Open the form for a rejected request, with all choices that are still possible."""
    styles = styles_here(interaction)
    preferences, catalogue, _ = await asyncio.gather(
        preferences_here(interaction),
        catalogue_here(interaction, Action.GENERATE),
        within_deadline(styles.read()),
    )
    named = catalogue.find(catalogue.resolve(options.model, Action.GENERATE), Action.GENERATE)
    model = named or catalogue.preferred(None, preferences.model, Action.GENERATE)
    size = usable_size(model, options.size) if options.size else preferred_size(model, preferences)
    count = options.count or preferences.count
    request = ImageRequest(Action.GENERATE, options.prompt.strip()[:PROMPT_LIMIT], model.name, size, count)
    request = styles.apply_if_possible(request, options.style, preferences)
    custom_id = CustomId(_PROMPT_FORMS[options.private], size)
    translate = user_translator(interaction)
    await interaction.response.send_modal(
        fields.remix_form(
            translate,
            catalogue,
            custom_id,
            request,
            styles=styles.all,
            title="form-reword",
            is_typed=True,
            size_typed=unusable_size(model, options.size),
        )
    )


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request the pictures described in the form of a job's card."""
    _describe(interaction, form, None)
    job = await reply.wait_for(job_of_press(interaction, form.custom_id.about))
    base = replace(job.request, image_url=None, private=keeps_private(interaction, job))
    _describe(interaction, form, base)
    base = replace(base, image_url=source_url(interaction, job))
    _describe(interaction, form, base)
    request, styles = form.changed(base, interaction.client.catalogue), styles_here(interaction)

    def requests(_: Preferences) -> list[ImageRequest]:
        if request.action is Action.EDIT:
            return [request]
        return with_variations(_in_chosen_style(request, form, styles))

    await request_pictures(interaction, reply, requests, parent=job, prepare=styles.read)


def _in_chosen_style(request: ImageRequest, form: SubmittedForm, styles: AvailableStyles) -> ImageRequest:
    """Return a request in the style chosen in the form. Raises RequestRejected if it was removed in the meantime."""
    chosen = form.choice("style")
    if chosen in {"", request.style}:
        return request
    return with_style(request, styles.named(chosen))


def _describe(interaction: Interaction, form: SubmittedForm, base: ImageRequest | None) -> None:
    """Describe the form's request in its draft, as far as it is known, in case it is rejected.

    The request is changed in another form, because this one only works on the job's card.
    """
    draft, private = draft_of(interaction), base.private if base else is_private(interaction)
    draft.private, model, size = private, form.choice("model"), form.choice("size")
    if base is not None:
        draft.prompt = form.text("prompt") or fields.as_typed(base)
        model, size = model or base.model, size or base.size
    count = form.number("count", base.count if base else 0, MAX_COUNT)
    draft.action = Action.GENERATE if "count" in form.values else Action.EDIT
    if draft.action is Action.GENERATE:
        style = form.choice("style") or (base.style or NONE if base else "")
        prompt_options = PromptOptions(draft.prompt, model, size, count or None, private, style)
        draft.change = partial(open_prompt_form, options=prompt_options)
    else:
        sources = [Source(base.image_url, spoiler=base.spoiler)] if base and base.image_url else []
        edit_options = EditOptions(draft.prompt, model, size, private)
        draft.change = partial(edit.open_form, sources=sources, options=edit_options, is_change=True)


async def submit_prompt(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request the pictures described in the form of the message menu."""
    reply.private = form.custom_id.action != REMIX_PROMPT_PUBLICLY  # until the preferences are known
    catalogue, draft = interaction.client.catalogue, draft_of(interaction)
    draft.private = {action: private for private, action in _PROMPT_FORMS.items()}[form.custom_id.action]
    size, count = form.choice("size") or form.custom_id.about, form.number("count", 1, MAX_COUNT)
    options = PromptOptions(draft.prompt, form.choice("model"), size, count, draft.private, form.choice("style"))
    styles = styles_here(interaction)
    draft.change = partial(open_prompt_form, options=options)

    def requests(preferences: Preferences) -> list[ImageRequest]:
        preselected = catalogue.preferred(None, preferences.model, Action.GENERATE)
        chosen = catalogue.find(form.choice("model"), Action.GENERATE) or preselected
        size = chosen.size_near(form.custom_id.about)
        private = preferences.private if draft.private is None else draft.private
        base = ImageRequest(Action.GENERATE, "", preselected.name, size, private=private, model_chosen=False)
        base = styles.apply(base, "", preferences)
        return with_variations(_in_chosen_style(form.changed(base, catalogue), form, styles))

    await request_pictures(interaction, reply, requests, prepare=styles.read)
