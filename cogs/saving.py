"""Save: the originals of a result as a direct message."""

from contextlib import ExitStack

import discord

from cogs.pressing import job_of_press
from flux_bot import cards
from flux_bot.answering import Answer, Interaction, words_of
from flux_bot.retrieval import original_url, pictures_of


async def save(interaction: Interaction, job_id: str) -> None:
    """Send the originals to who pressed; those too large for a direct message as links."""
    answer, words = Answer(interaction, private=True), words_of(interaction)
    job = await answer.after(job_of_press(interaction, job_id))
    await answer.defer()
    count = len(job.result.images) if job.result else 0
    urls = {number: url for number in range(1, count + 1) if (url := original_url(job, number))}
    with ExitStack() as opened:
        client = interaction.client
        pictures = await pictures_of(client, client.images, job, message=interaction.message)
        for picture in pictures:
            if picture is not None:
                opened.enter_context(picture)
        limit = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
        fitting = [picture if picture and picture.size <= limit else None for picture in pictures]
        if not any(fitting) and not urls:
            await answer.give(cards.text(words("picture-lost")))
            return
        card = cards.originals(words, job, fitting, urls)
        try:
            await interaction.user.send(view=card.view, files=card.files)
        except discord.Forbidden:
            await answer.give(cards.originals_refused(words, job, urls))
        else:
            await answer.give(cards.text(words("saved", count=count)))
