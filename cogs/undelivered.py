"""Pictures that could not be delivered: their user is told at the next command and fetches them here."""

from discord import ui

from flux_bot.core.jobs import Job
from flux_bot.locales import Words
from flux_bot.ui import cards, texts
from flux_bot.ui.cards import Verb
from flux_bot.ui.replies import Answer, Interaction, origin_of, words_of

OFFERED_AT_ONCE = 5
"""discord-api-docs, components/reference, "action row": up to 5 buttons."""


async def offer_kept(interaction: Interaction) -> None:
    """Tell the user privately about pictures of theirs that wait to be fetched, if there are any."""
    kept = await interaction.client.workflow.archive.kept(interaction.user.id, limit=OFFERED_AT_ONCE + 1)
    if not kept:
        return
    words = words_of(interaction)
    offered = kept[:OFFERED_AT_ONCE]
    said = words("kept-results-more" if len(kept) > len(offered) else "kept-results", count=len(offered))
    view = cards.layout(ui.TextDisplay(said), ui.ActionRow(*(fetch_button(words, job) for job in offered)))
    await interaction.followup.send(view=view, ephemeral=True)


def fetch_button(words: Words, job: Job) -> ui.Button[ui.LayoutView]:
    """Return the button that fetches a kept result."""
    label = words("button-fetch", prompt=job.request.prompt)
    return cards.button(words, Verb.FETCH, job.id, label=texts.brief(label, cards.BUTTON_LABEL_LIMIT))


async def fetch(interaction: Interaction, job_id: str) -> None:
    """Deliver a kept picture privately, as an edit of the reply to this press."""
    answer, words = Answer(interaction, private=True), words_of(interaction)
    message_id = await answer.give(cards.text(words("fetching")))
    if not await interaction.client.workflow.fetch_kept(job_id, origin_of(interaction), message_id or 0):
        await answer.give(cards.text(words("nothing-kept")))
