"""Offers undelivered results, which the user can fetch, after the next request or failed command."""

from discord import ui
from discord.ext import commands

from flux_bot.core.jobs import Job
from flux_bot.core.text import shorten
from flux_bot.locales import Translator
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.cards import Verb
from flux_bot.ui.interactions.replies import ignore_unreachable_user, user_translator

OFFERED_AT_ONCE = 5
"""discord-api-docs, components/reference, "action row": up to 5 buttons."""


class Undelivered(commands.Cog):
    """Offers undelivered results after a command that created no job."""

    @commands.Cog.listener()
    async def on_command_failed(self, interaction: Interaction) -> None:
        """Offer undelivered results after an error (``CommandTree`` dispatches this event)."""
        with ignore_unreachable_user():
            await offer_undelivered(interaction)


async def offer_undelivered(interaction: Interaction) -> None:
    """Offer undelivered results to the user privately, if there are any."""
    undelivered = await interaction.client.workflow.history.undelivered(interaction.user.id, limit=OFFERED_AT_ONCE + 1)
    if not undelivered:
        return
    translate = user_translator(interaction)
    offered = undelivered[:OFFERED_AT_ONCE]
    message = "undelivered-results-more" if len(undelivered) > len(offered) else "undelivered-results"
    buttons = ui.ActionRow[ui.LayoutView](*(fetch_button(translate, job) for job in offered))
    view = cards.layout(ui.TextDisplay(translate(message, count=len(offered))), buttons)
    await interaction.followup.send(view=view, ephemeral=True)


def fetch_button(translate: Translator, job: Job) -> ui.Button[ui.LayoutView]:
    """Return the button that fetches an undelivered result."""
    label = translate("button-fetch", prompt=job.request.prompt)
    return cards.job_button(translate, Verb.FETCH, job.id, shorten(label, cards.BUTTON_LABEL_LIMIT))


async def setup(bot: FluxBot) -> None:
    """Add the listener (discord.py calls this)."""
    await bot.add_cog(Undelivered())
