"""*Save* sends the originals of a result by direct message."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import discord
from discord import ui

from cogs.presses import group_of_press, job_of_press
from flux_bot.core.jobs import Job
from flux_bot.core.text import one_line, truncate
from flux_bot.images.decoding import Picture, fit_all
from flux_bot.locales import Translator
from flux_bot.ui import cards, group_cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.file_names import file_name
from flux_bot.ui.interactions.replies import Reply, user_translator
from flux_bot.ui.old_pictures import original_urls

LIMIT = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
"""Maximum size of a file in a direct message, in bytes."""


async def save(interaction: Interaction, job_id: str) -> None:
    """Send the originals to the user, with links to those that are too large for a direct message."""
    reply = Reply(interaction, private=True)
    job = await reply.wait_for(job_of_press(interaction, job_id))
    await _save(interaction, reply, job)


async def save_all(interaction: Interaction, group_id: str) -> None:
    """Send the originals of all jobs of a group."""
    reply = Reply(interaction, private=True)
    await _save(interaction, reply, await reply.wait_for(group_of_press(interaction, group_id)))


async def _save(interaction: Interaction, reply: Reply, job: Job) -> None:
    """Send the originals of a job, or of its whole group."""
    client, old_pictures = interaction.client, interaction.client.old_pictures
    urls = _urls(job.jobs)
    async with old_pictures.slot(interaction.user.id, reply.defer):
        with ExitStack() as opened:
            fetched = (old_pictures.pictures(client, one, message=interaction.message) for one in job.jobs)
            found = [picture for pictures in await asyncio.gather(*fetched) for picture in pictures]
            fitting = await fit_all(found, LIMIT, opened)
            # A picture that had to be shrunk is linked instead, if there is a link to the original.
            linked = {
                number for number, picture in enumerate(fitting, 1) if picture and picture.shrunk and number in urls
            }
            pictures = [None if number in linked else picture for number, picture in enumerate(fitting, 1)]
            await reply.send(await _send(interaction, job, pictures, urls))


def _urls(jobs: Sequence[Job]) -> dict[int, str]:
    """Return the working addresses by picture number; pictures are numbered across all jobs."""
    urls: dict[int, str] = {}
    before = 0
    for job in jobs:
        urls |= {before + number: url for number, url in original_urls(job).items()}
        before += len(job.images)
    return urls


async def _send(
    interaction: Interaction, job: Job, pictures: Sequence[Picture | None], urls: Mapping[int, str]
) -> cards.Card:
    """Send the originals, and return the card that confirms this."""
    translate = user_translator(interaction)
    sent = sum(picture is not None or number in urls for number, picture in enumerate(pictures, 1))
    if not sent:
        return cards.text(translate("picture-lost"))
    card = originals_card(translate, job, pictures, urls)
    try:
        await interaction.user.send(view=card.view, files=card.files)
    except discord.Forbidden:
        return refused_card(translate, job, urls)
    return cards.text(translate("saved", count=sent))


def originals_card(
    translate: Translator, job: Job, pictures: Sequence[Picture | None], urls: Mapping[int, str]
) -> cards.Card:
    """Return the direct message with a result's originals, and links to those that are too large (None)."""
    prompt = group_cards.common_prompt(job, reveals=False) if job.group else job.request.prompt
    shown = truncate(one_line(prompt), texts.PROMPT_ON_CARD)
    items: list[cards.Item] = [ui.TextDisplay(translate("saved-message", count=len(pictures), prompt=shown))]
    files, gallery = (group_cards.gallery_of if job.group else cards.gallery_of)(translate, job, pictures)
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    if linked := {number: url for number, url in urls.items() if pictures[number - 1] is None}:
        items += cards.links(
            translate, texts.unfetched(translate, linked), linked, file_name(job.id, "links", "txt"), files
        )
    return cards.Card(cards.layout(*items), files)


def refused_card(translate: Translator, job: Job, urls: Mapping[int, str]) -> cards.Card:
    """Return the reply to a user who accepts no direct messages: links to the originals."""
    if not urls:
        return cards.text(translate("save-refused-no-links"))
    refused = translate("save-refused", links=texts.originals(translate, urls))
    files: list[discord.File] = []
    return cards.Card(
        cards.layout(*cards.links(translate, refused, urls, file_name(job.id, "originals", "txt"), files)), files
    )
