"""Comparing models: the request of /compare, and the form that changes it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from cogs.forms import fields
from cogs.forms.fields import MAX_MODELS
from cogs.forms.values import SubmittedForm
from cogs.image_requests import (
    PROMPT_LIMIT,
    checked_prompt,
    preferred_size,
    request_pictures,
    unusable_size,
    usable_size,
    with_variations,
)
from cogs.presses import group_of_press, keeps_private, within_deadline
from cogs.server_settings import catalogue_here, preferences_here
from cogs.styles import styles_here
from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job, Preferences
from flux_bot.core.styles import NONE
from flux_bot.core.text import escape
from flux_bot.core.variations import joined
from flux_bot.ui import group_cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.drafts import PRIVACY, PRIVATE, draft_of
from flux_bot.ui.interactions.replies import Reply, user_translator

COMPARE = "compare"
"""The form's action, about ``<privacy>:<id of the group's first job, or "">``."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The user's choices, as typed; "" and None mean no choice."""

    prompt: str
    models: tuple[str, ...] = ()
    size: str = ""
    private: bool | None = None
    style: str = ""


async def request_comparison(
    interaction: Interaction, reply: Reply, comparison: Comparison, *, parent: Job | None = None
) -> None:
    """Request a picture from each model for each prompt; missing options come from the user's preferences."""
    draft = draft_of(interaction)
    draft.action, draft.prompt, draft.private = COMPARE, comparison.prompt, comparison.private
    draft.change = partial(open_form, comparison=comparison, parent=parent)
    styles = styles_here(interaction)

    def requests(preferences: Preferences) -> list[ImageRequest]:
        models = _models(interaction, comparison.models)
        sizes = _sizes(models, comparison.size, preferences)
        private = preferences.private if comparison.private is None else comparison.private
        prompt, count = checked_prompt(comparison.prompt), len(models)
        request = ImageRequest(Action.GENERATE, prompt, models[0].name, sizes[0], count, private=private)
        return [
            replace(one, model=model.name, size=size, count=1)
            for one in with_variations(styles.apply(request, comparison.style, preferences))
            for model, size in zip(models, sizes, strict=True)
        ]

    await request_pictures(interaction, reply, requests, parent=parent, prepare=styles.read)


def _models(interaction: Interaction, typed: Sequence[str]) -> list[Model]:
    """Return the models that the user chose. Raises RequestRejected if a model is unknown or chosen twice."""
    catalogue = interaction.client.catalogue
    found: list[Model] = []
    for name in typed:
        model = catalogue.model(catalogue.resolve(name, Action.GENERATE), Action.GENERATE)
        if model in found:
            label = texts.short_model_label(user_translator(interaction), model.name)
            raise RequestRejected("compare-twice", model=escape(label))
        found.append(model)
    return found


def _sizes(models: Sequence[Model], typed: str, preferences: Preferences) -> list[str]:
    """Return for each model its size nearest to the typed one. Raises RequestRejected if no model supports that."""
    if not typed:
        return [preferred_size(model, preferences) for model in models]
    rejections = []
    for model in models:
        try:
            model.size_for(typed)
        except RequestRejected as rejected:
            rejections.append(rejected)
    if len(rejections) == len(models):
        raise rejections[0]
    return [usable_size(model, typed) for model in models]


async def open_form(interaction: Interaction, comparison: Comparison, parent: Job | None = None) -> None:
    """Open the form that changes a comparison; ``parent`` is the first job of an earlier comparison."""
    translate, styles = user_translator(interaction), styles_here(interaction)
    preferences, catalogue, _ = await asyncio.gather(
        preferences_here(interaction),
        catalogue_here(interaction, Action.GENERATE),
        within_deadline(styles.read()),
    )
    named = [catalogue.resolve(name, Action.GENERATE) for name in comparison.models]
    size, refused = _possible_size(catalogue, named, comparison.size)
    request = styles.apply_if_possible(ImageRequest(Action.GENERATE, "", "", ""), comparison.style, preferences)
    form = fields.form(
        translate("form-reword"),
        CustomId(COMPARE, f"{PRIVACY[comparison.private]}:{parent.group_id or parent.id if parent else ''}"),
        fields.prompt_field(translate, comparison.prompt),
        fields.models_field(translate, catalogue, named),
        fields.size_field(translate, size, refused),
        fields.style_field(translate, styles.all, request),
    )
    await interaction.response.send_modal(form)


def _possible_size(catalogue: Catalogue, names: Sequence[str], typed: str) -> tuple[str, str]:
    """Return the size to preselect, and the typed size if no model supports it, otherwise ""."""
    models = [model for model in catalogue.models_for(Action.GENERATE) if model.name in names]
    if not models or not all(unusable_size(model, typed) for model in models):
        return typed, ""
    return models[0].size_near(typed), typed


async def open_group_form(interaction: Interaction, job: Job) -> None:
    """Open the form that changes a failed group of several models."""
    comparison = comparison_of(job, private=keeps_private(interaction, job))
    await open_form(interaction, replace(comparison, prompt=joined(group_cards.prompts_of(job), PROMPT_LIMIT)), job)


def comparison_of(job: Job, *, private: bool | None = None) -> Comparison:
    """Return the choices that request a group of several models."""
    models = tuple(dict.fromkeys(one.request.model for one in job.group))
    prompt, style = joined(group_cards.prompts_of(job)), job.request.style or NONE
    return Comparison(prompt, models, job.request.size, private, style)


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Request the pictures that are described in the form."""
    privacy, parent_id = parse_custom_id(form.custom_id.about)
    private = PRIVATE.get(privacy, True)
    reply.private = private is not False
    models, style = tuple(form.texts("models")), form.choice("style")
    comparison = Comparison(form.text("prompt"), models, form.choice("size"), private, style)
    draft = draft_of(interaction)
    draft.action, draft.private, draft.change = COMPARE, private, partial(open_form, comparison=comparison)
    parent = await reply.wait_for(group_of_press(interaction, parent_id)) if parent_id else None
    if parent is not None and keeps_private(interaction, parent):
        comparison = replace(comparison, private=True)
    await request_comparison(interaction, reply, comparison, parent=parent)


def command_for(job: Job) -> str | None:
    """Return the command that repeats the request of a group with several models, or None if no command can do this."""
    comparison = comparison_of(job)
    if (
        len(job.group) != len(comparison.models) * len(group_cards.prompts_of(job))
        or len(comparison.models) > MAX_MODELS
    ):
        return None
    models = " ".join(f"model{number}:{name}" for number, name in enumerate(comparison.models, 1))
    style = f" style:{job.request.style}" if job.request.style else ""
    private = " private:True" if job.request.private else ""
    prompt = " ".join(comparison.prompt.split())
    return f"/compare prompt:{prompt} {models} size:{comparison.size}{style}{private}".replace("`", "'")
