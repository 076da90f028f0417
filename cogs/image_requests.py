"""What all ways to ask for a picture share: one reply, at once."""

from collections.abc import Awaitable
from dataclasses import replace

from discord import app_commands

from cogs.undelivered import offer_undelivered
from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job, Preferences
from flux_bot.locales import translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, texts
from flux_bot.ui.replies import JOB_ACCEPTED, Interaction, Reply, origin_of, translator_of

PROMPT_LIMIT = 4000
MAX_COUNT = 4

Prompt = app_commands.Range[str, 1, PROMPT_LIMIT]
Size = app_commands.Range[str, 1, 100]


async def ask(interaction: Interaction, reply: Reply, accepting: Awaitable[AcceptedJob]) -> None:
    """Answer with the status card of a request that is being accepted."""
    placed = await reply.wait_for(accepting)
    if placed.is_repeated:
        await reply.dismiss()
        return
    job = placed.job
    interaction.extras[JOB_ACCEPTED] = job.id
    message_id = await reply.send(cards.accepted(translator_for(job.locale), placed))
    if message_id is not None and await interaction.client.workflow.replied(job.id, message_id):
        await offer_undelivered(interaction)


async def accept(
    interaction: Interaction,
    reply: Reply,
    request: ImageRequest,
    *,
    preferences: Preferences | None = None,
    parent: Job | None = None,
) -> AcceptedJob:
    """Have a request accepted; with a parent it is as private as the card it was asked from."""
    workflow = interaction.client.workflow
    liked = preferences or await workflow.history.preferences(interaction.user.id)
    if parent is not None:
        request = replace(request, private=reply.private)
    else:
        reply.private = request.private
    origin = origin_of(interaction, ping=liked.ping)
    parent_id = parent.id if parent else None
    return await workflow.accept(request, origin, parent_id=parent_id, is_wanted=reply.is_possible)


def preferred_size(model: Model, liked: Preferences) -> str:
    """Return the size that is liked, as near as the model has it, else the model's own."""
    return model.size_near(liked.size) if liked.size else model.size_for(None)


def checked_prompt(prompt: str) -> str:
    """Return the prompt without blanks around it. Raises RequestRejected if nothing is left, or too much."""
    if not prompt.strip():
        raise RequestRejected("empty-prompt")
    if len(prompt.strip()) > PROMPT_LIMIT:
        raise RequestRejected("prompt-too-long", limit=str(PROMPT_LIMIT))
    return prompt.strip()


def model_choices(catalogue: Catalogue, action: Action) -> list[app_commands.Choice[str]]:
    """Return the models to choose from."""
    return [
        app_commands.Choice(name=app_commands.locale_str(model.label), value=model.name)
        for model in catalogue.models_for(action)
    ]


def size_choices(
    catalogue: Catalogue, action: Action, interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Return the shapes that the model chosen so far takes, in words."""
    try:
        model = catalogue.model(getattr(interaction.namespace, "model", None), action)
    except RequestRejected:
        return []
    translate = translator_of(interaction)
    labels = ((texts.shape_label(translate, shape.ratio, shape.size), shape) for shape in model.sizes.shapes())
    found = [
        app_commands.Choice(name=label, value=shape.size)
        for label, shape in labels
        if typed.strip().lower() in label.lower()
    ]
    return found[: cards.OPTIONS_LIMIT]
