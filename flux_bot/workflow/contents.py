"""The pictures that a message shows, fetched just before it is posted or edited."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.core.jobs import Job
from flux_bot.images.decoding import Picture
from flux_bot.workflow.loops import Parts

log = logging.getLogger(__name__)

SOURCE_SECONDS = 5.0
"""How long the delivery of a result waits for the original of an edited picture."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The pictures that are posted for a job."""

    pictures: Sequence[Picture | None] = ()
    """The results; None for a picture that can't be fetched, so that the bot posts a link instead."""
    source: Picture | None = None
    """The original of an edited picture."""
    parent: Job | None = None
    unreachable: bool = False
    """Whether a picture is missing because its host has a temporary problem."""


class ContentFetcher:
    """Fetches the pictures for messages."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._images = parts.images
        self._metrics = parts.metrics

    @asynccontextmanager
    async def open(self, job: Job) -> AsyncIterator[Contents]:
        """Fetch the pictures for the message of a job or group, and close them at the end."""
        urls = [image.url for image in job.images]
        parent = await self._store.history.job(job.parent_id) if job.parent_id and urls else None
        with ExitStack() as open_pictures:
            wanted = [self._fetch(url) for url in urls]
            if urls and job.request.image_url and not job.group:  # a group's card has no space for the original
                wanted.append(self._fetch_source(job.request.image_url))
            fetched = await asyncio.gather(*wanted, return_exceptions=True)
            for picture in fetched:
                if isinstance(picture, Picture):
                    open_pictures.enter_context(picture)
            pictures: list[Picture | None] = []
            for picture in fetched:
                if isinstance(picture, BaseException) and not isinstance(picture, ImageUnreachable):
                    raise picture
                pictures.append(picture if isinstance(picture, Picture) else None)
            source = pictures.pop() if len(pictures) > len(urls) else None
            unreachable = any(isinstance(picture, ImageUnreachable) for picture in fetched)
            yield Contents(pictures, source, parent, unreachable)

    async def _fetch(self, url: str) -> Picture | None:
        """Fetch one picture; None if it can never be fetched. Raises ImageUnreachable."""
        try:
            picture = await self._images.fetch(url)
        except ImageUnreachable as error:
            log.info("Can't fetch a picture now: %s", error)
            raise
        except BadImage as error:
            log.warning("Can't post a picture (%s); its link is posted", error)
            return None
        self._metrics.picture_bytes.labels("fetched").inc(picture.size)
        return picture

    async def _fetch_source(self, url: str) -> Picture | None:
        """Fetch the original of an edited picture; None if that takes too long, because the card can do without it."""
        try:
            async with asyncio.timeout(SOURCE_SECONDS):
                return await self._images.fetch_thumbnail(url)
        except (BadImage, TimeoutError) as error:
            log.info("The original picture is not shown: %s", error if str(error) else "it takes too long")
            return None
