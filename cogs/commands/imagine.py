"""/imagine: a picture from words."""

from discord import app_commands
from discord.ext import commands

from cogs.image_requests import (
    MAX_COUNT,
    Prompt,
    Size,
    accept,
    ask,
    checked_prompt,
    model_choices,
    preferred_size,
    size_choices,
)
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui.command_tree import describe
from flux_bot.ui.replies import Interaction, Reply
from flux_bot.workflow.workflow import Workflow


class Imagine(commands.Cog):
    """Makes pictures."""

    def __init__(self, workflow: Workflow, catalogue: Catalogue) -> None:
        """Offer the catalogue's models."""
        self._workflow = workflow
        self._catalogue = catalogue
        app_commands.choices(model=model_choices(catalogue, Action.GENERATE))(self.imagine)
        describe(self.imagine)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def imagine(
        self,
        interaction: Interaction,
        prompt: Prompt,
        model: str | None = None,
        size: Size | None = None,
        count: app_commands.Range[int, 1, MAX_COUNT] | None = None,
        private: bool | None = None,
    ) -> None:
        """Ask for pictures."""
        reply = Reply(interaction, private=private is not False)

        async def accepting() -> AcceptedJob:
            liked = await self._workflow.history.preferences(interaction.user.id)
            chosen = self._catalogue.preferred(model, liked.model, Action.GENERATE)
            request = ImageRequest(
                action=Action.GENERATE,
                prompt=checked_prompt(prompt),
                model=chosen.name,
                size=preferred_size(chosen, liked) if size is None else chosen.size_for(size),
                count=count or liked.count,
                private=liked.private if private is None else private,
            )
            return await accept(interaction, reply, request, preferences=liked)

        await ask(interaction, reply, accepting())

    @imagine.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return size_choices(self._catalogue, Action.GENERATE, interaction, typed)
