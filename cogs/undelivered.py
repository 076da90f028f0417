"""Pictures that could not be delivered: their user is told at the next command and fetches them here."""

from discord import ui

from flux_bot.core.jobs import Job
from flux_bot.core.text import shorten
from flux_bot.locales import Translator
from flux_bot.ui import cards
from flux_bot.ui.cards import Verb
from flux_bot.ui.replies import Interaction, Reply, origin_of, translator_of

OFFERED_AT_ONCE = 5
"""discord-api-docs, components/reference, "action row": up to 5 buttons."""


async def offer_undelivered(interaction: Interaction) -> None:
    """Tell the user privately about pictures of theirs that wait to be fetched, if there are any."""
    undelivered = await interaction.client.workflow.history.undelivered(interaction.user.id, limit=OFFERED_AT_ONCE + 1)
    if not undelivered:
        return
    translate = translator_of(interaction)
    offered = undelivered[:OFFERED_AT_ONCE]
    said = translate(
        "undelivered-results-more" if len(undelivered) > len(offered) else "undelivered-results", count=len(offered)
    )
    view = cards.layout(ui.TextDisplay(said), ui.ActionRow(*(fetch_button(translate, job) for job in offered)))
    await interaction.followup.send(view=view, ephemeral=True)


def fetch_button(translate: Translator, job: Job) -> ui.Button[ui.LayoutView]:
    """Return the button that fetches a kept result."""
    label = translate("button-fetch", prompt=job.request.prompt)
    return cards.button(translate, Verb.FETCH, job.id, label=shorten(label, cards.BUTTON_LABEL_LIMIT))


async def fetch(interaction: Interaction, job_id: str) -> None:
    """Deliver a kept picture privately, as an edit of the reply to this press."""
    reply, translate = Reply(interaction, private=True), translator_of(interaction)
    message_id = await reply.send(cards.text(translate("fetching")))
    if not await interaction.client.workflow.fetch_undelivered(job_id, origin_of(interaction), message_id or 0):
        await reply.send(cards.text(translate("nothing-undelivered")))
