"""/imagine: make pictures from a prompt."""

from functools import partial

from discord import app_commands
from discord.ext import commands

from cogs.forms.remix import PromptOptions, open_prompt_form
from cogs.image_requests import (
    MAX_COUNT,
    Prompt,
    Size,
    StyleName,
    checked_prompt,
    model_choices,
    preferred_size,
    request_pictures,
    size_choices,
    with_variations,
)
from cogs.styles import style_choices, styles_here
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import Reply


class Imagine(commands.Cog):
    """The /imagine command."""

    @app_commands.command()
    async def imagine(
        self,
        interaction: Interaction,
        prompt: Prompt,
        model: str | None = None,
        size: Size | None = None,
        count: app_commands.Range[int, 1, MAX_COUNT] | None = None,
        style: StyleName | None = None,
        private: bool | None = None,
    ) -> None:
        """Request pictures; missing options come from the user's preferences."""
        draft, catalogue = draft_of(interaction), interaction.client.catalogue
        draft.prompt, draft.private = prompt, private
        options = PromptOptions(prompt, model or "", size or "", count, private, style or "")
        styles = styles_here(interaction)
        draft.change = partial(open_prompt_form, options=options)

        def requests(preferences: Preferences) -> list[ImageRequest]:
            named = catalogue.resolve(model, Action.GENERATE) if model else None
            chosen = catalogue.preferred(named, preferences.model, Action.GENERATE)
            request = ImageRequest(
                action=Action.GENERATE,
                prompt=checked_prompt(prompt),
                model=chosen.name,
                size=preferred_size(chosen, preferences) if size is None else chosen.size_for(size),
                count=count or preferences.count,
                private=preferences.private if private is None else private,
                model_chosen=model is not None,
            )
            return with_variations(styles.apply(request, style or "", preferences))

        reply = Reply(interaction, private=private is not False)
        await request_pictures(interaction, reply, requests, prepare=styles.read)

    @imagine.autocomplete("model")
    async def _models(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await model_choices(interaction, Action.GENERATE, typed)

    @imagine.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await size_choices(interaction, Action.GENERATE, typed)

    @imagine.autocomplete("style")
    async def _styles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await style_choices(interaction, typed)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Imagine())
