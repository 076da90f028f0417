"""What all commands that ask for a picture share: one reply, at once."""

import discord
from discord import app_commands

from cogs.kept import offer_kept
from flux_bot import cards, wording
from flux_bot.catalogue import Catalogue
from flux_bot.discord_bot import JOB_ACCEPTED, FluxBot, note_reply, origin_of
from flux_bot.errors import RequestRejected
from flux_bot.jobs import Action, ImageRequest
from flux_bot.workflow import Workflow

PROMPT_LIMIT = 4000
CHOICES_LIMIT = 25
"""discord-api-docs, application-commands, "choices" and "autocomplete"."""

Interaction = discord.Interaction[FluxBot]
Prompt = app_commands.Range[str, 1, PROMPT_LIMIT]
Size = app_commands.Range[str, 1, 100]


async def ask(interaction: Interaction, workflow: Workflow, request: ImageRequest) -> None:
    """Have a request accepted and answer with its status card."""
    placed = await workflow.accept(request, origin_of(interaction))
    interaction.extras[JOB_ACCEPTED] = placed.job.id
    card = cards.accepted(placed)
    response = await interaction.response.send_message(view=card.view, ephemeral=request.private)
    note_reply(interaction)
    if response.message_id is not None and await workflow.replied(placed.job.id, response.message_id):
        await offer_kept(interaction)


def checked_prompt(prompt: str) -> str:
    """Return the prompt without blanks around it. Raises RequestRejected if nothing is left."""
    if not prompt.strip():
        raise RequestRejected(wording.empty_prompt())
    return prompt.strip()


def model_choices(catalogue: Catalogue, action: Action) -> list[app_commands.Choice[str]]:
    """Return the models to choose from."""
    return [app_commands.Choice(name=model.label, value=model.name) for model in catalogue.models_for(action)]


def size_choices(
    catalogue: Catalogue, action: Action, interaction: Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """Return the shapes that the model chosen so far takes, in words."""
    try:
        model = catalogue.model(getattr(interaction.namespace, "model", None), action)
    except RequestRejected:
        return []
    labels = ((wording.shape_label(shape.ratio, shape.size), shape) for shape in model.sizes.shapes())
    found = [
        app_commands.Choice(name=label, value=shape.size)
        for label, shape in labels
        if typed.strip().lower() in label.lower()
    ]
    return found[:CHOICES_LIMIT]
