"""Where a finished job is posted.

The delivery methods, tried in this order until one works:

1. a new message in the channel, which pings the user and nobody else; if the channel's rate limit would delay it, a
   follow-up of the interaction, which has no such limit, or if the bot can't read the channel, method 2
2. an edit of the interaction's own reply, while its token is valid
3. a direct message to the user
4. none: the job is undelivered, and its user can fetch it later (see ``cogs/undelivered.py``)

A failure starts with method 2, as it belongs on the status card; a private job has no method 1. Nothing is posted
twice: a new message has the job's id as its nonce, an edit may be repeated, and before another attempt or a follow-up
the bot looks for an earlier post.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import cast

import discord

from flux_bot.core.errors import RateLimited
from flux_bot.core.jobs import Job
from flux_bot.images.decoding import fit_or_none
from flux_bot.locales import Translator, translator_for
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.channel_pace import ChannelPace
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.discord_errors import DEAD_TOKEN_CODES, MethodFailed, TooLarge, discord_errors, refusals_logged
from flux_bot.ui.old_pictures import components_of
from flux_bot.workflow.contents import Contents
from flux_bot.workflow.delivery import Delivered

log = logging.getLogger(__name__)

ORIGINAL = cast("int", "@original")
"""The interaction's own reply, if a crash has lost its id (discord-api-docs, receiving-and-responding)."""
TOKEN_MARGIN = timedelta(seconds=10)
"""Treat a token as expired this long before it expires, because an upload takes time."""
HISTORY_LIMIT = 500
"""Messages to search for an earlier post."""
ATTEMPTS_PER_METHOD = 50
"""Attempts after which an error that should pass counts as permanent: about four hours (see ``Delivery``)."""

Method = Callable[[Job, Contents], Awaitable[Delivered]]
Channel = discord.PartialMessageable | discord.DMChannel


class DiscordMessenger:
    """Posts, edits and removes cards through one bot."""

    def __init__(self, bot: FluxBot, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the bot; it must be logged in before the first call."""
        self._bot = bot
        self._now = now
        self._pace = ChannelPace()

    def seconds_to_wait(self, job: Job) -> float:
        """Return how long a job must wait for its channel; 0.0 if it can be delivered now."""
        method = next(self._methods(job))
        is_limited = method == self._post_in_channel and not self._is_token_valid(job)
        return self._pace.limited_seconds(job.origin.channel_id) if is_limited else 0.0

    async def deliver(self, job: Job, contents: Contents) -> Delivered | None:
        """Try the delivery methods; None if none works. Raises DeliveryFailed if Discord can't be reached."""
        given_up = max(0, job.delivery_attempts - 1) // ATTEMPTS_PER_METHOD
        for method in islice(self._methods(job), given_up, None):
            try:
                return await method(job, contents)
            except MethodFailed as failed:
                log.info("Can't deliver by %s: %s", method.__name__.strip("_"), failed)
        return None

    async def replace_links(self, job: Job, contents: Contents) -> None:
        """Edit the message of a result that has links in place of pictures."""
        message_id, channel_id = job.result_message_id, job.result_channel_id or job.origin.channel_id
        if message_id is None:
            return
        is_direct = channel_id != job.origin.channel_id
        compose = _Composer(job, contents, translator_for(job.origin.locale if is_direct else job.locale))

        async def edit(card: cards.Card) -> int:
            if message_id == job.reply_message_id and self._is_token_valid(job):
                await self._reply_of(job).edit_message(message_id, view=card.view, attachments=card.files)
            else:
                message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
                await message.edit(view=card.view, attachments=card.files)
            return message_id

        limit = _direct_limit(job) if is_direct else job.origin.upload_limit
        with refusals_logged("replace links by pictures"):
            await self._fitted(compose, limit, edit)
            log.info("Replaced links by pictures")

    async def edit_status_card(self, job: Job, usual_seconds: float | None = None) -> None:
        """Edit the status card."""
        card = cards.status(translator_for(job.locale), job, usual_seconds, self._bot.settings.cost_display)

        async def edit_reply() -> None:
            await self._reply_of(job).edit_message(_reply_id(job), view=card.view)

        async def edit_message(message: discord.PartialMessage) -> None:
            await message.edit(view=card.view)

        with refusals_logged("edit the status card"):
            await self._change_card(job, edit_reply, edit_message)

    async def remove_notice(self, job: Job) -> None:
        """Remove a failure message that a late picture has replaced, unless it is the status card."""
        notice_id = job.result_message_id
        if notice_id is None or notice_id == job.reply_message_id:
            return
        channel = self._bot.get_partial_messageable(job.result_channel_id or job.origin.channel_id)
        with refusals_logged("remove a failure message"):
            await channel.get_partial_message(notice_id).delete()

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card, which the result replaces."""

        async def delete_reply() -> None:
            await self._reply_of(job).delete_message(_reply_id(job))

        with refusals_logged("remove the status card"):
            await self._change_card(job, delete_reply, discord.PartialMessage.delete)

    async def _change_card(
        self,
        job: Job,
        by_token: Callable[[], Awaitable[None]],
        by_channel: Callable[[discord.PartialMessage], Awaitable[None]],
    ) -> None:
        """Change the status card through the interaction, or without a token through the channel.

        The bot needs no permission to change its own messages in a channel that it sees; it can't see private ones.
        """
        if self._is_token_valid(job):
            try:
                with discord_errors():
                    return await by_token()
            except MethodFailed as failed:
                if failed.code not in DEAD_TOKEN_CODES:
                    raise
        if job.reply_message_id is not None and not job.request.private:
            await by_channel(self._channel_of(job).get_partial_message(job.reply_message_id))
        return None

    # --- the delivery methods ---------------------------------------------------------------------------------

    def _methods(self, job: Job) -> Iterator[Method]:
        post_allowed = job.origin.can_post and not job.request.private
        failed = job.result is None or job.result.failure is not None
        if post_allowed and not failed:
            yield self._post_in_channel
        if self._is_token_valid(job):
            yield self._edit_reply
        if post_allowed and failed:
            yield self._post_in_channel
        yield self._direct_message

    async def _post_in_channel(self, job: Job, contents: Contents) -> Delivered:
        compose = _Composer(job, contents, translator_for(job.locale))
        has_token = self._is_token_valid(job)
        try:
            return await self._send(
                self._channel_of(job), compose, job.origin.upload_limit, "channel", can_wait=not has_token
            )
        except RateLimited as limited:
            if not has_token:
                raise
            log.info("The channel is limited (%s), so use the interaction", limited)
            try:
                return await self._follow_up(job, contents)
            except MethodFailed as failed:
                log.info("Can't deliver by the interaction: %s", failed)
                raise limited from None

    async def _follow_up(self, job: Job, contents: Contents) -> Delivered:
        """Post through the interaction. That takes no nonce, so an earlier post must be found if there is one."""
        channel = self._channel_of(job)
        posted, is_readable = await self._find_posted(channel, job)
        is_recognisable = None not in {job.reply_message_id, job.origin.interaction_id}
        if not is_readable or not is_recognisable:
            return await self._edit_reply(job, contents)

        async def send(card: cards.Card) -> int:
            message = await self._reply_of(job).send(
                view=card.view, files=card.files, allowed_mentions=_only_the_user(job), wait=True
            )
            return message.id

        compose = _Composer(job, contents, translator_for(job.locale))
        message_id, size = (posted, 0) if posted else await self._fitted(compose, job.origin.upload_limit, send)
        return Delivered(message_id, channel.id, replaced_card=False, method="follow_up", picture_bytes=size)

    async def _edit_reply(self, job: Job, contents: Contents) -> Delivered:
        async def edit(card: cards.Card) -> int:
            message = await self._reply_of(job).edit_message(
                _reply_id(job), view=card.view, attachments=card.files, allowed_mentions=_only_the_user(job)
            )
            return message.id

        compose = _Composer(job, contents, translator_for(job.locale))
        message_id, size = await self._fitted(compose, job.origin.upload_limit, edit)
        return Delivered(message_id, job.origin.channel_id, replaced_card=True, method="reply", picture_bytes=size)

    async def _direct_message(self, job: Job, contents: Contents) -> Delivered:
        with discord_errors():
            channel = await self._bot.create_dm(discord.Object(job.origin.user_id))
        compose = _Composer(job, contents, translator_for(job.origin.locale))
        return await self._send(channel, compose, _direct_limit(job), "direct_message", can_wait=True)

    async def _send(
        self, channel: Channel, compose: "_Composer", upload_limit: int, method: str, *, can_wait: bool
    ) -> Delivered:
        job = compose.job

        async def send(card: cards.Card) -> int:
            async with self._pace.turn(channel.id, can_wait=can_wait):
                with discord_errors():
                    message = await channel.send(
                        view=card.view, files=card.files, nonce=_nonce(job), allowed_mentions=_only_the_user(job)
                    )
            return message.id

        # Discord only remembers a nonce for minutes, and the bot may have crashed after the post.
        posted = (await self._find_posted(channel, job))[0] if job.delivery_attempts > 1 else None
        message_id, size = (posted, 0) if posted else await self._fitted(compose, upload_limit, send)
        return Delivered(message_id, channel.id, replaced_card=False, method=method, picture_bytes=size)

    async def _fitted(
        self, compose: "_Composer", upload_limit: int, send: Callable[[cards.Card], Awaitable[int]]
    ) -> tuple[int, int]:
        """Send the card, with smaller pictures each time Discord finds them too large.

        Return the message's id and the size of its pictures.
        """
        for limit in (upload_limit, upload_limit // 2, upload_limit // 8):
            card, size = await compose.card(limit)
            try:
                with discord_errors():
                    return await send(card), size
            except TooLarge:
                log.warning("Discord rejected files of up to %d bytes as too large", limit)
        with discord_errors():
            return await send(compose.card_without_pictures()), 0

    async def _find_posted(self, channel: Channel, job: Job) -> tuple[int | None, bool]:
        """Return the id of a message that an earlier attempt posted, if any, and whether the channel can be read."""
        finished_at = min(job.finished_at or job.accepted_at, self._now())  # before the login, the clock may be wrong
        since = finished_at - timedelta(minutes=1)
        posted, is_readable = None, False
        # A first attempt has no earlier post; one message tells whether it could be found later.
        where = {"limit": HISTORY_LIMIT, "after": since} if job.delivery_attempts > 1 else {"limit": 1}
        with refusals_logged("read the channel's history, so rely on the nonce"):
            async for message in channel.history(**where):
                if self._bot.user and message.author.id == self._bot.user.id and _is_post_of(message, job):
                    posted = message.id
                    break
            is_readable = True
        return posted, is_readable

    def _is_token_valid(self, job: Job) -> bool:
        has_token = job.origin.interaction_token is not None
        return has_token and self._now() < job.origin.token_expires_at - TOKEN_MARGIN

    # --- Discord objects from ids alone ------------------------------------------------------------

    def _channel_of(self, job: Job) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(job.origin.channel_id, guild_id=job.origin.guild_id)

    def _reply_of(self, job: Job) -> discord.Webhook:
        application_id, token = self._bot.application_id, job.origin.interaction_token
        if application_id is None or token is None:
            raise MethodFailed("no interaction token")
        return discord.Webhook.partial(application_id, token, client=self._bot)


@dataclass(frozen=True, slots=True)
class _Composer:
    """Builds a job's final card in one language."""

    job: Job
    contents: Contents
    translate: Translator

    async def card(self, limit: int) -> tuple[cards.Card, int]:
        """Return the card with files of at most ``limit`` bytes, and the size of its pictures."""
        fitting = [await fit_or_none(picture, limit) for picture in self.contents.pictures]
        source, parent = self.contents.source, self.contents.parent
        card = cards.finished(self.translate, self.job, fitting, parent=parent, source=source)
        return card, sum(picture.size for picture in fitting if picture)

    def card_without_pictures(self) -> cards.Card:
        """Return the card with links in place of pictures."""
        missing = [None] * len(self.contents.pictures)
        return cards.finished(self.translate, self.job, missing, parent=self.contents.parent)


def _reply_id(job: Job) -> int:
    return job.reply_message_id or ORIGINAL


def _direct_limit(job: Job) -> int:
    return min(job.origin.upload_limit, discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES)


def _only_the_user(job: Job) -> discord.AllowedMentions:
    users = [discord.Object(job.origin.user_id)] if job.origin.ping else []
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)


def _nonce(job: Job) -> str:
    """Return at most 25 characters, the same for each attempt; a late picture differs from the failure before."""
    return job.id if job.images else f"{job.id}-f"


def _is_post_of(message: discord.Message, job: Job) -> bool:
    """Return whether a message is this job's final card, as opposed to a reply that shows it again.

    A follow-up names the interaction that made the job, but so does the reply, which is the status card.
    """
    final = cards.final_custom_id(job)
    made_by = message.interaction_metadata
    is_follow_up = made_by is not None and made_by.id == job.origin.interaction_id
    is_post = made_by is None or (is_follow_up and job.reply_message_id not in {None, message.id})
    return is_post and final in custom_ids(components_of(message.components))
