"""/imagine: a picture from words."""

from discord import app_commands
from discord.ext import commands

from cogs.asking import Interaction, Prompt, Size, ask, checked_prompt, model_choices, size_choices
from flux_bot.catalogue import Catalogue
from flux_bot.jobs import Action, ImageRequest
from flux_bot.workflow import Workflow


class Imagine(commands.Cog):
    """Makes pictures."""

    def __init__(self, workflow: Workflow, catalogue: Catalogue) -> None:
        """Offer the catalogue's models."""
        self._workflow = workflow
        self._catalogue = catalogue
        app_commands.choices(model=model_choices(catalogue, Action.GENERATE))(self.imagine)

    @app_commands.command(description="Make a picture from words")
    @app_commands.describe(
        prompt="What the picture shows",
        model="Who paints it",
        size="Its shape, such as 16:9, or its size in pixels",
        count="How many pictures, 1 to 4",
        private="Only I see the result",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def imagine(
        self,
        interaction: Interaction,
        prompt: Prompt,
        model: str | None = None,
        size: Size | None = None,
        count: app_commands.Range[int, 1, 4] = 1,
        private: bool = False,
    ) -> None:
        """Ask for pictures."""
        chosen = self._catalogue.model(model, Action.GENERATE)
        request = ImageRequest(
            action=Action.GENERATE,
            prompt=checked_prompt(prompt),
            model=chosen.name,
            size=chosen.size_for(size),
            count=count,
            private=private,
        )
        await ask(interaction, self._workflow, request)

    @imagine.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return size_choices(self._catalogue, Action.GENERATE, interaction, typed)
