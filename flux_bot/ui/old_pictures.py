"""Old pictures found again: by the API's own address while they are young, else in the message that shows them.

An address of a file at Discord ends within a day (discord-api-docs, reference, "signed attachment CDN URLs"), but each
time Discord hands out a message it signs them anew. So what is kept is the message's id, never such an address.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import discord

from flux_bot.core.errors import BadImage
from flux_bot.core.jobs import Job
from flux_bot.images.decoding import Picture
from flux_bot.images.fetcher import ImageFetcher

log = logging.getLogger(__name__)

ORIGINALS_STAY = timedelta(days=20)
"""How long the API's own address of a picture is relied on; it promises no more than some weeks."""
FETCH_SECONDS = 20.0
PEOPLE_AT_ONCE = 3


class OldPictures:
    """Fetches old pictures when somebody asks for them; few people's at a time, so that results are not held up."""

    def __init__(self, images: ImageFetcher) -> None:
        """Take what fetches pictures."""
        self._images = images
        self._turns = asyncio.Semaphore(PEOPLE_AT_ONCE)
        self._busy: set[int] = set()

    def is_busy(self, user_id: int) -> bool:
        """Tell whether this person's last wish is still being seen to."""
        return user_id in self._busy

    @asynccontextmanager
    async def turn(self, user_id: int) -> AsyncIterator[None]:
        """Wait for one's turn, and hold it while pictures are fetched, made smaller and sent."""
        self._busy.add(user_id)
        try:
            async with self._turns:
                yield
        finally:
            self._busy.discard(user_id)

    async def pictures(
        self, client: discord.Client, job: Job, *, at_most: int = 10, message: discord.Message | None = None
    ) -> list[Picture | None]:
        """Return the pictures of a finished job, None for each that can't be had; the caller closes them.

        ``message`` is a card at hand; the one that the result came in may be private, or gone.
        """
        originals = original_urls(job)
        found = await self._fetch_all(
            {number: originals.get(number) for number in range(1, 1 + len(job.images))[:at_most]}
        )
        if None in found.values() and message is not None:
            found |= await self._fetch_missing(job, message, found)
        is_own = message is not None and message.id == job.result_message_id
        if None in found.values() and not is_own and (own := await own_message(client, job)):
            found |= await self._fetch_missing(job, own, found)
        return list(found.values())

    async def source(self, job: Job, message: discord.Message | None) -> Picture | None:
        """Return the picture that was changed as a card shows it; None if there is none to be had."""
        return await self._fetch(file_url(message, f"flux-{job.id}-source.") if message else None)

    async def _fetch_missing(
        self, job: Job, message: discord.Message, found: dict[int, Picture | None]
    ) -> dict[int, Picture | None]:
        missing = [number for number, picture in found.items() if picture is None]
        return await self._fetch_all({number: file_url(message, f"flux-{job.id}-{number}.") for number in missing})

    async def _fetch_all(self, urls: dict[int, str | None]) -> dict[int, Picture | None]:
        fetched = await asyncio.gather(*(self._fetch(url) for url in urls.values()))
        return dict(zip(urls, fetched, strict=True))

    async def _fetch(self, url: str | None) -> Picture | None:
        if url is None:
            return None
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._images.fetch(url)
        except (BadImage, TimeoutError) as error:
            log.info("A picture is not to be had: %s", error if str(error) else "it takes too long")
            return None


def original_urls(job: Job) -> dict[int, str]:
    """Return the API's addresses of a job's pictures, by number from 1, as long as they can be relied on."""
    is_young = datetime.now(UTC) - (job.finished_at or job.accepted_at) < ORIGINALS_STAY
    return {number: image.url for number, image in enumerate(job.images, 1)} if is_young else {}


def file_url(message: discord.Message, name: str) -> str | None:
    """Return the address of the picture in a message whose file name begins so."""
    found = (url for url in pictures_in(message.components) if re.search(rf"/{re.escape(name)}\w+(\?|$)", url))
    return next(found, None)


def pictures_in(components: Sequence[discord.Component]) -> list[str]:
    """Return the addresses of all pictures that components show."""
    urls: list[str] = []
    for part in components_of(components):
        if isinstance(part, discord.MediaGalleryComponent):
            urls += [item.media.url for item in part.items]
        elif isinstance(part, discord.ThumbnailComponent):
            urls.append(part.media.url)
    return urls


def components_of(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    """Yield components, those within others too."""
    for part in components:
        yield part
        yield from components_of(getattr(part, "children", ()))
        if isinstance(part, discord.SectionComponent):
            yield part.accessory


async def own_message(client: discord.Client, job: Job) -> discord.Message | None:
    """Return the message that a result was posted as, None if it is not to be had."""
    if job.result_message_id is None:
        return None
    channel = client.get_partial_messageable(job.result_channel_id or job.origin.channel_id)
    try:
        return await channel.fetch_message(job.result_message_id)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.info("A result's message is not to be had: %s", error)
        return None
