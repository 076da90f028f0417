"""The forms that edit a picture, which are opened by /edit, the message menu, and the button below a result."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from cogs.forms import fields
from cogs.forms.values import Source, SubmittedForm
from cogs.image_requests import MAX_COUNT, PROMPT_LIMIT, checked_prompt, request_pictures, unusable_size, usable_size
from cogs.presses import is_private, job_of_press, keeps_private, picture_url, within_deadline
from cogs.server_settings import catalogue_here, preferences_here
from flux_bot.core.catalogue import SHAPES, Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import GALLERY_LIMIT
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import Reply, user_translator

EDIT = "change"
"""The form of /edit and the message menu, about the command's option ``private`` and the pictures."""
EDIT_RESULT = "edit"
"""The form of the button, about the job."""
_NAMED = ":named"
"""The end of a form's custom_id if its model was chosen in the command."""
_PRIVACY = {True: "private", False: "public", None: "as-preferred"}


@dataclass(frozen=True, slots=True)
class EditOptions:
    """The user's choices besides the picture; "" and None mean no choice."""

    prompt: str = ""
    model: str = ""
    size: str = ""
    private: bool | None = None
    model_named: bool = False
    """Whether the model was chosen in the command: a form that only confirms the model does not make it a default."""
    is_from_form: bool = False
    """The form lists shapes that not every model supports, so the nearest shape is used."""


async def request_edit(interaction: Interaction, reply: Reply, source: Source, options: EditOptions) -> None:
    """Request an edited picture; missing options come from the user's preferences."""

    def request(preferences: Preferences) -> ImageRequest:
        model, is_other = _model(interaction.client.catalogue, options.model, preferences)
        return ImageRequest(
            action=Action.EDIT,
            prompt=checked_prompt(options.prompt),
            model=model.name,
            model_chosen=options.model_named or is_other,
            size=_size(model, options) if options.size else source.size_for(model),
            image_url=source.url,
            private=preferences.private if options.private is None else options.private,
            spoiler=source.spoiler,
        )

    await request_pictures(interaction, reply, lambda preferences: [request(preferences)])


def _model(catalogue: Catalogue, name: str, preferences: Preferences) -> tuple[Model, bool]:
    """Return the chosen model, and whether it differs from the form's preselected model. Raises RequestRejected."""
    preselected = catalogue.preferred(None, preferences.edit_model, Action.EDIT)
    model = catalogue.model(name, Action.EDIT) if name else preselected
    return model, model.name != preselected.name


def _size(model: Model, options: EditOptions) -> str:
    is_listed = options.is_from_form and options.size in SHAPES
    return model.size_near(options.size) if is_listed else model.size_for(options.size)


async def open_form(
    interaction: Interaction, sources: Sequence[Source], options: EditOptions, *, is_change: bool = False
) -> None:
    """Open the form for the change and the choice of these pictures; if there are none, it accepts an upload.

    ``is_change`` says that the form changes a rejected request: impossible options are replaced instead of rejected.
    """
    bot, translate = interaction.client, user_translator(interaction)
    preferences, catalogue = await asyncio.gather(
        preferences_here(interaction), catalogue_here(interaction, Action.EDIT)
    )
    if is_change and catalogue.find(options.model, Action.EDIT) is None:
        options = replace(options, model="", model_named=False)
    model = catalogue.preferred(options.model, preferences.edit_model, Action.EDIT)
    refused = unusable_size(model, options.size)
    if options.size and is_change:
        options = replace(options, size=usable_size(model, options.size))
    elif options.size:
        model.size_for(options.size)  # reject it now, not after the form was filled in
    form_id = ""
    if sources:  # their addresses are too long for a custom_id
        form_id = secrets.token_urlsafe(9)
        bot.recent_forms[form_id] = sources
    if not sources:
        pictures = [fields.upload_field(translate)]
    elif len(sources) > 1:
        pictures = [fields.which_field(translate, len(sources))]
    else:
        pictures = []
    form = fields.form(
        translate("form-edit"),
        CustomId(EDIT, f"{_PRIVACY[options.private]}:{form_id}{_NAMED if options.model_named else ''}"),
        *pictures,
        fields.instruction_field(translate, options.prompt.strip()[:PROMPT_LIMIT]),
        fields.model_field(translate, catalogue, Action.EDIT, model.name),
        fields.shape_field(translate, options.size, refused),
    )
    await interaction.response.send_modal(form)


def describe_edit(interaction: Interaction, sources: Sequence[Source], options: EditOptions) -> None:
    """Describe the request in its draft, in case it is rejected."""
    draft = draft_of(interaction)
    draft.action, draft.prompt, draft.private = Action.EDIT, options.prompt, options.private
    draft.change = partial(open_form, sources=sources, options=options, is_change=True)


async def open_source_form(interaction: Interaction, job_id: str) -> None:
    """Open the form that repeats an edit with another picture, because the image API has rejected the first one."""
    job, catalogue = await asyncio.gather(
        within_deadline(job_of_press(interaction, job_id)), catalogue_here(interaction)
    )
    request = job.request if job else None
    options = EditOptions(
        prompt=request.prompt if request else "",
        model=request.model if request and request.model in _editing_models(catalogue) else "",
        private=keeps_private(interaction, job) if job else is_private(interaction),
    )
    await open_form(interaction, [], options)


def _editing_models(catalogue: Catalogue) -> set[str]:
    return {model.name for model in catalogue.models_for(Action.EDIT)}


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request the edit described in the form of /edit or the message menu."""
    model_named = form.custom_id.about.endswith(_NAMED)
    privacy, form_id = parse_custom_id(form.custom_id.about.removesuffix(_NAMED))
    private = {"private": True, "public": False}.get(privacy)
    reply.private = private is not False
    prompt, model, size = form.text("prompt"), form.choice("model"), form.choice("size")
    options = EditOptions(prompt, model, size, private, model_named=model_named, is_from_form=True)
    describe_edit(interaction, [], options)
    if form_id:
        sources: Sequence[Source] | None = interaction.client.recent_forms.get(form_id)
        if sources is None:
            raise RequestRejected("expired-form")
        source = sources[form.number("which", 1, len(sources)) - 1]
    else:
        source = form.source()
    describe_edit(interaction, [source], options)
    await request_edit(interaction, reply, source, options)


async def open_result_form(interaction: Interaction, job_id: str) -> None:
    """Open the form of the button below a result."""
    translate = user_translator(interaction)
    job, preferences, catalogue = await asyncio.gather(
        within_deadline(job_of_press(interaction, job_id)),
        preferences_here(interaction),
        catalogue_here(interaction, Action.EDIT),
    )
    count = len(job.images) if job else MAX_COUNT
    which = [fields.which_field(translate, count)] if count > 1 else []
    model = catalogue.preferred(None, preferences.edit_model, Action.EDIT)
    form = fields.form(
        translate("form-edit"),
        CustomId(EDIT_RESULT, job_id),
        *which,
        fields.instruction_field(translate),
        fields.model_field(translate, catalogue, Action.EDIT, model.name),
    )
    await interaction.response.send_modal(form)


async def submit_result(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request the edit described in the form of the button."""
    options = EditOptions(form.text("prompt"), form.choice("model"), private=is_private(interaction))
    describe_edit(interaction, [], options)
    job = await reply.wait_for(job_of_press(interaction, form.custom_id.about))
    url = picture_url(interaction, job, form.number("which", 1, GALLERY_LIMIT))
    source = Source(url, spoiler=job.request.spoiler)
    describe_edit(interaction, [source], replace(options, size=job.request.size))

    def request(preferences: Preferences) -> ImageRequest:
        model, is_other = _model(interaction.client.catalogue, options.model, preferences)
        return ImageRequest(
            action=Action.EDIT,
            prompt=checked_prompt(options.prompt),
            model=model.name,
            model_chosen=is_other,
            size=model.size_near(job.request.size),
            image_url=source.url,
            private=is_private(interaction),
            spoiler=source.spoiler,
        )

    await request_pictures(interaction, reply, lambda preferences: [request(preferences)], parent=job)
