"""Save: the originals of a result as a direct message."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import discord

from cogs.presses import job_of_press
from flux_bot.core.jobs import Job
from flux_bot.images.decoding import Picture, fit_all
from flux_bot.ui import cards
from flux_bot.ui.old_pictures import original_urls
from flux_bot.ui.replies import Answer, Interaction, words_of

LIMIT = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
"""Of a file in a direct message."""


async def save(interaction: Interaction, job_id: str) -> None:
    """Send the originals to who pressed; those too large for a direct message as links."""
    answer = Answer(interaction, private=True)
    job = await answer.after(job_of_press(interaction, job_id))
    await answer.defer()
    client, retrieval = interaction.client, interaction.client.retrieval
    urls = original_urls(job)
    async with retrieval.turn(interaction.user.id):
        with ExitStack() as opened:
            found = await retrieval.pictures(client, job, message=interaction.message)
            fitting = await fit_all(found, LIMIT, opened)
            # What had to be made smaller is linked instead, as long as there is a link to the original.
            linked = {
                number for number, picture in enumerate(fitting, 1) if picture and picture.shrunk and number in urls
            }
            pictures = [None if number in linked else picture for number, picture in enumerate(fitting, 1)]
            await answer.give(await _send(interaction, job, pictures, urls))


async def _send(
    interaction: Interaction, job: Job, pictures: Sequence[Picture | None], urls: Mapping[int, str]
) -> cards.Card:
    """Send them, and return what to say about it."""
    words = words_of(interaction)
    sent = sum(picture is not None or number in urls for number, picture in enumerate(pictures, 1))
    if not sent:
        return cards.text(words("picture-lost"))
    card = cards.originals(words, job, pictures, urls)
    try:
        await interaction.user.send(view=card.view, files=card.files)
    except discord.Forbidden:
        return cards.originals_refused(words, job, urls)
    return cards.text(words("saved", count=sent))
