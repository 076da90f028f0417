"""/compare: one prompt, up to four models."""

from discord import app_commands
from discord.ext import commands

from cogs.forms.compare import Comparison, request_comparison
from cogs.image_requests import Prompt, Size, StyleName, model_choices, shape_choices
from cogs.styles import style_choices
from flux_bot.core.jobs import Action
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.replies import Reply

MODELS = ("model1", "model2", "model3", "model4")
"""The names of the options for models."""


class Compare(commands.Cog):
    """The /compare command."""

    @app_commands.command()
    async def compare(
        self,
        interaction: Interaction,
        prompt: Prompt,
        model1: str,
        model2: str,
        model3: str | None = None,
        model4: str | None = None,
        size: Size | None = None,
        style: StyleName | None = None,
        private: bool | None = None,
    ) -> None:
        """Request a picture from each model."""
        models = tuple(filter(None, (model1, model2, model3, model4)))
        comparison = Comparison(prompt, models, (size or "").strip(), private, style or "")
        await request_comparison(interaction, Reply(interaction, private=private is not False), comparison)

    @compare.autocomplete("model1")
    @compare.autocomplete("model2")
    @compare.autocomplete("model3")
    @compare.autocomplete("model4")
    async def _models(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Suggest the models that are not chosen yet."""
        chosen = {value for name, value in interaction.namespace if name in MODELS and value != typed}
        return [one for one in await model_choices(interaction, Action.GENERATE, typed) if one.value not in chosen]

    @compare.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return shape_choices(interaction, typed)

    @compare.autocomplete("style")
    async def _styles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await style_choices(interaction, typed)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Compare())
