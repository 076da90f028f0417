"""Finds the pictures of earlier jobs: at the API's own address while they are recent, otherwise in their message.

The address of a file at Discord expires within a day (discord-api-docs, reference, "signed attachment CDN URLs"), but
each time Discord returns a message it signs them again. So the message's id is saved, never such an address.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from weakref import WeakValueDictionary

import aiohttp
import discord

from flux_bot.core.errors import BadImage, RequestRejected
from flux_bot.core.jobs import ORIGINALS_LAST, Job
from flux_bot.core.text import plain_line
from flux_bot.images.decoding import Picture
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.ui.file_names import SOURCE, find_file

log = logging.getLogger(__name__)

FETCH_SECONDS = 20.0
USERS_AT_ONCE = 3
REQUESTS_PER_USER = 5
"""How many requests of a user may be in progress or waiting."""


class OldPictures:
    """Fetches old pictures for a few users at a time, so that results are not delayed."""

    def __init__(self, images: ImageFetcher) -> None:
        self._images = images
        self._slots = asyncio.Semaphore(USERS_AT_ONCE)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._requests: Counter[int] = Counter()
        """Requests that hold or wait for a slot, by user."""

    def is_busy(self, user_id: int) -> bool:
        """Return whether this user's last request is still in progress."""
        return user_id in self._requests

    @asynccontextmanager
    async def slot(self, user_id: int, defer: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Call ``defer``, wait for a slot, and hold it while pictures are fetched, shrunk and sent.

        Only one request of a user waits for a slot at a time, so everybody's first comes before anybody's second.
        Raises RequestRejected, before ``defer``, if the user has too many requests already.
        """
        if self._requests[user_id] >= REQUESTS_PER_USER:
            raise RequestRejected("too-many-requests", limit=REQUESTS_PER_USER)
        self._requests[user_id] += 1
        try:
            await defer()
            async with self._locks.setdefault(user_id, asyncio.Lock()), self._slots:
                yield
        finally:
            self._requests[user_id] -= 1
            if not self._requests[user_id]:
                del self._requests[user_id]

    async def pictures(
        self, client: discord.Client, job: Job, *, at_most: int = 10, message: discord.Message | None = None
    ) -> list[Picture | None]:
        """Return the pictures of a finished job, with None for pictures that can't be fetched; the caller closes them.

        ``message`` is a card that shows them; the result's own message may be private or deleted.
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
        """Return the original of an edited picture from a card; None if it can't be fetched."""
        return await self._fetch(file_in(message, job.id, SOURCE))

    async def _fetch_missing(
        self, job: Job, message: discord.Message, found: dict[int, Picture | None]
    ) -> dict[int, Picture | None]:
        missing = [number for number, picture in found.items() if picture is None]
        return await self._fetch_all({number: file_in(message, job.id, number) for number in missing})

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
            log.info("Can't fetch an old picture: %s", error if str(error) else "it takes too long")
            return None


def original_urls(job: Job) -> dict[int, str]:
    """Return the API's addresses of a job's pictures, by number from 1, while they are likely to work."""
    is_recent = datetime.now(UTC) - (job.finished_at or job.accepted_at) < ORIGINALS_LAST
    return {number: image.url for number, image in enumerate(job.images, 1)} if is_recent else {}


def file_in(message: discord.Message | None, job_id: str, part: int | str) -> str | None:
    """Return the address of a picture that a message shows (see ``file_names``)."""
    return find_file(pictures_in(message.components), job_id, part) if message else None


def pictures_in(components: Sequence[discord.Component]) -> list[str]:
    """Return the addresses of all pictures in components."""
    urls: list[str] = []
    for part in components_of(components):
        if isinstance(part, discord.MediaGalleryComponent):
            urls += [item.media.url for item in part.items]
        elif isinstance(part, discord.ThumbnailComponent):
            urls.append(part.media.url)
    return urls


def components_of(components: Sequence[discord.Component]) -> Iterator[discord.Component]:
    """Yield components, including nested ones."""
    for part in components:
        yield part
        yield from components_of(getattr(part, "children", ()))
        if isinstance(part, discord.SectionComponent):
            yield part.accessory


async def own_message(client: discord.Client, job: Job) -> discord.Message | None:
    """Return the message of a result, None if it can't be fetched."""
    if job.result_message_id is None:
        return None
    channel = client.get_partial_messageable(job.result_channel_id or job.origin.channel_id)
    try:
        return await channel.fetch_message(job.result_message_id)
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
        log.info("Can't fetch the message of a result: %s", plain_line(error))
        return None
