"""Where a finished job is posted: the delivery ladder, each rung tried once its reason is met.

1. a new message in the channel, mentioning the asker and nobody else
2. an edit of the interaction's own reply, while its token lives
3. a direct message to the asker
4. none of these: the job is kept, and its user is told at the next command

A failure starts at rung 2, as the status card itself says it best; a private job has no rung 1.
Nothing is ever posted twice: a new message carries the job's id as its nonce, an edit may be repeated, and a
job that may have been posted long ago is looked for first.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import aiohttp
import discord

from flux_bot.core.errors import BadImage, DeliveryFailed
from flux_bot.core.jobs import CardState, Job
from flux_bot.images.decoding import Picture, fit_or_none, plain_copy
from flux_bot.locales import Translator, translator_for
from flux_bot.ui import cards
from flux_bot.ui.old_pictures import components_of
from flux_bot.workflow.delivery import Contents, Delivered

log = logging.getLogger(__name__)

ORIGINAL = cast("int", "@original")
"""The interaction's own reply where a crash has lost its id (discord-api-docs, receiving-and-responding)."""

TOKEN_MARGIN = timedelta(seconds=10)
"""A token about to expire counts as expired: the upload may take a while."""

HISTORY_LIMIT = 500
"""Messages to look through for a post whose fate is not known."""

SOURCE_LIMIT = 4 * 1024 * 1024
"""Bytes of the picture that was changed, on its result's card."""

Method = Callable[[Job, Contents], Awaitable[Delivered]]


class _MethodFailed(Exception):
    """This way does not lead to the user."""


class DiscordMessenger:
    """Posts, edits and removes cards through one bot."""

    def __init__(self, bot: discord.Client, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the bot; it must be logged in before the first call."""
        self._bot = bot
        self._now = now

    async def deliver(self, job: Job, contents: Contents) -> Delivered | None:
        """Climb the ladder; None when no rung holds. Raises DeliveryFailed when Discord is out of reach."""
        for method in self._methods(job):
            try:
                return await method(job, contents)
            except _MethodFailed as broken:
                log.info("Can't deliver by %s: %s", method.__name__.strip("_"), broken)
        return None

    async def show_status(self, job: Job, card: CardState, usual_seconds: float | None) -> None:
        """Edit the status card to what it shows now."""
        await self._edit_status_card(job, cards.status(translator_for(job.locale), job, card, usual_seconds))

    async def show_cancelled(self, job: Job) -> None:
        """Edit the status card of a cancelled job for the last time."""
        await self._edit_status_card(job, cards.cancelled(translator_for(job.locale), job))

    async def _edit_status_card(self, job: Job, card: cards.Card) -> None:
        try:
            if self._token_lives(job):
                with _discord_errors():
                    await self._reply_of(job).edit_message(_reply_id(job), view=card.view)
            elif job.reply_message_id is not None:
                with _discord_errors():
                    await self._channel_of(job).get_partial_message(job.reply_message_id).edit(view=card.view)
        except _MethodFailed as broken:
            log.info("The status card can't be changed: %s", broken)

    async def remove_notice(self, job: Job) -> None:
        """Remove the word of a failure that a late picture has replaced; a status card goes as that."""
        notice_id = job.result_message_id
        if notice_id is None or notice_id == job.reply_message_id:
            return
        channel = self._bot.get_partial_messageable(job.result_channel_id or job.origin.channel_id)
        try:
            with _discord_errors():
                await channel.get_partial_message(notice_id).delete()
        except _MethodFailed as broken:
            log.info("The word of a failure can't be removed: %s", broken)

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card that a result has replaced."""
        try:
            if self._token_lives(job):
                with _discord_errors():
                    await self._reply_of(job).delete_message(_reply_id(job))
            elif job.reply_message_id is not None and job.origin.can_post and not job.request.private:
                with _discord_errors():
                    await self._channel_of(job).get_partial_message(job.reply_message_id).delete()
        except _MethodFailed as broken:
            log.info("The status card is gone or can't be removed: %s", broken)

    # --- the rungs ---------------------------------------------------------------------------------

    def _methods(self, job: Job) -> Iterator[Method]:
        post_allowed = job.origin.can_post and not job.request.private
        failed = job.result is None or job.result.failure is not None
        if post_allowed and not failed:
            yield self._post_in_channel
        if self._token_lives(job):
            yield self._edit_reply
        if post_allowed and failed:
            yield self._post_in_channel
        yield self._direct_message

    async def _post_in_channel(self, job: Job, contents: Contents) -> Delivered:
        compose = _Composer(job, contents, translator_for(job.locale))
        return await self._send(self._channel_of(job), compose, job.origin.upload_limit, "channel")

    async def _edit_reply(self, job: Job, contents: Contents) -> Delivered:
        async def edit(card: cards.Card) -> int:
            message = await self._reply_of(job).edit_message(
                _reply_id(job), view=card.view, attachments=card.files, allowed_mentions=_only_the_asker(job)
            )
            return message.id

        compose = _Composer(job, contents, translator_for(job.locale))
        message_id, size = await self._fitted(compose, job.origin.upload_limit, edit)
        return Delivered(message_id, job.origin.channel_id, replaced_card=True, method="reply", picture_bytes=size)

    async def _direct_message(self, job: Job, contents: Contents) -> Delivered:
        with _discord_errors():
            channel = await self._direct_channel(job)
        limit = min(job.origin.upload_limit, discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES)
        return await self._send(
            channel, _Composer(job, contents, translator_for(job.origin.locale)), limit, "direct_message"
        )

    async def _send(
        self,
        channel: discord.PartialMessageable | discord.DMChannel,
        compose: "_Composer",
        upload_limit: int,
        method: str,
    ) -> Delivered:
        job = compose.job

        async def send(card: cards.Card) -> int:
            message = await channel.send(
                view=card.view, files=card.files, nonce=_nonce(job), allowed_mentions=_only_the_asker(job)
            )
            return message.id

        # Discord remembers a nonce for minutes only, and a crash may have come between post and mark.
        posted = await self._find_posted(channel, job) if job.delivery_attempts > 1 else None
        message_id, size = (posted, 0) if posted else await self._fitted(compose, upload_limit, send)
        return Delivered(message_id, channel.id, replaced_card=False, method=method, picture_bytes=size)

    async def _fitted(
        self, compose: "_Composer", upload_limit: int, send: Callable[[cards.Card], Awaitable[int]]
    ) -> tuple[int, int]:
        """Send the card with pictures that fit, smaller ones each time Discord still finds them too large.

        Returns the message's id and the bytes of its pictures.
        """
        for limit in (upload_limit, upload_limit // 2, upload_limit // 8):
            card, size = await compose.card(limit)
            try:
                with _discord_errors():
                    return await send(card), size
            except _TooLarge:
                log.warning("Discord found files of up to %d bytes too large", limit)
        with _discord_errors():
            return await send(compose.card_without_pictures()), 0

    async def _find_posted(self, channel: discord.PartialMessageable | discord.DMChannel, job: Job) -> int | None:
        """Return the id of the message an earlier attempt may have posted, None if there is none to be seen."""
        since = (job.finished_at or job.accepted_at) - timedelta(minutes=1)  # clocks differ
        try:
            with _discord_errors():
                async for message in channel.history(limit=HISTORY_LIMIT, after=since):
                    if self._bot.user and message.author.id == self._bot.user.id and _is_post_of(message, job):
                        return message.id
        except _MethodFailed:
            log.info("The channel's history can't be read; relying on the nonce")
        return None

    def _token_lives(self, job: Job) -> bool:
        has_token = job.origin.interaction_token is not None
        return has_token and self._now() < job.origin.token_expires_at - TOKEN_MARGIN

    # --- Discord objects from ids alone ------------------------------------------------------------

    def _channel_of(self, job: Job) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(job.origin.channel_id, guild_id=job.origin.guild_id)

    async def _direct_channel(self, job: Job) -> discord.DMChannel:
        return await self._bot.create_dm(discord.Object(job.origin.user_id))

    def _reply_of(self, job: Job) -> discord.Webhook:
        application_id, token = self._bot.application_id, job.origin.interaction_token
        if application_id is None or token is None:
            raise _MethodFailed("no interaction token")
        return discord.Webhook.partial(application_id, token, client=self._bot)


@dataclass(frozen=True, slots=True)
class _Composer:
    """Makes a job's final card for whoever reads it."""

    job: Job
    contents: Contents
    translate: Translator

    async def card(self, limit: int) -> tuple[cards.Card, int]:
        """Return the card with files of at most ``limit`` bytes, and what its pictures weigh."""
        fitting = [await fit_or_none(picture, limit) for picture in self.contents.pictures]
        source = await self._source(min(limit, SOURCE_LIMIT))
        card = cards.finished(self.translate, self.job, fitting, parent=self.contents.parent, source=source)
        return card, sum(picture.size for picture in fitting if picture)

    async def _source(self, limit: int) -> Picture | None:
        if self.contents.source is None:
            return None
        try:
            return await plain_copy(self.contents.source, limit)
        except BadImage:
            return None

    def card_without_pictures(self) -> cards.Card:
        """Return the card with links in place of pictures."""
        missing = [None] * len(self.contents.pictures)
        return cards.finished(self.translate, self.job, missing, parent=self.contents.parent)


class _TooLarge(_MethodFailed):
    """Discord takes no files of this size here."""


@contextmanager
def _discord_errors() -> Iterator[None]:
    """Sort Discord's errors: what may pass becomes DeliveryFailed, what stays _RungBroken."""
    try:
        yield
    except discord.HTTPException as error:
        if error.status >= 500 or error.status == 429:
            raise DeliveryFailed(f"Discord answered {error.status}") from error
        if error.status == 413 or error.code == 40005:  # "Request entity too large"
            raise _TooLarge(str(error)) from error
        raise _MethodFailed(f"{error.status} {error.code}: {error.text[:200]}") from error
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
        raise DeliveryFailed(f"Discord is out of reach: {type(error).__name__}") from error


def _reply_id(job: Job) -> int:
    return job.reply_message_id or ORIGINAL


def _only_the_asker(job: Job) -> discord.AllowedMentions:
    users = [discord.Object(job.origin.user_id)] if job.origin.ping else []
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)


def _nonce(job: Job) -> str:
    """Return 25 characters at most that are the same for each try to post this; a late picture is not its failure."""
    return job.id if job.images else f"{job.id}-f"


def _is_post_of(message: discord.Message, job: Job) -> bool:
    """Tell whether a message is this job's final card, and not the answer to somebody who had it shown again."""
    final = cards.final_custom_id(job)
    is_post = message.interaction_metadata is None
    return is_post and any(getattr(part, "custom_id", None) == final for part in components_of(message.components))
