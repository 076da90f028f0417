"""Save: send the originals of a result by direct message."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import discord

from cogs.presses import job_of_press
from flux_bot.core.jobs import Job
from flux_bot.images.decoding import Picture, fit_all
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.old_pictures import original_urls
from flux_bot.ui.replies import Reply, user_translator

LIMIT = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
"""Bytes of a file in a direct message."""


async def save(interaction: Interaction, job_id: str) -> None:
    """Send the originals to the user, with links to those that are too large for a direct message."""
    reply = Reply(interaction, private=True)
    job = await reply.wait_for(job_of_press(interaction, job_id))
    client, old_pictures = interaction.client, interaction.client.old_pictures
    urls = original_urls(job)
    async with old_pictures.slot(interaction.user.id, reply.defer):
        with ExitStack() as opened:
            found = await old_pictures.pictures(client, job, message=interaction.message)
            fitting = await fit_all(found, LIMIT, opened)
            # A picture that had to be shrunk is linked instead, if there is a link to the original.
            linked = {
                number for number, picture in enumerate(fitting, 1) if picture and picture.shrunk and number in urls
            }
            pictures = [None if number in linked else picture for number, picture in enumerate(fitting, 1)]
            await reply.send(await _send(interaction, job, pictures, urls))


async def _send(
    interaction: Interaction, job: Job, pictures: Sequence[Picture | None], urls: Mapping[int, str]
) -> cards.Card:
    """Send them, and return the card that confirms it."""
    translate = user_translator(interaction)
    sent = sum(picture is not None or number in urls for number, picture in enumerate(pictures, 1))
    if not sent:
        return cards.text(translate("picture-lost"))
    card = cards.originals(translate, job, pictures, urls)
    try:
        await interaction.user.send(view=card.view, files=card.files)
    except discord.Forbidden:
        return cards.originals_refused(translate, job, urls)
    return cards.text(translate("saved", count=sent))
