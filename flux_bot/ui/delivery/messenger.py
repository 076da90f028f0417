"""Posts finished jobs to Discord.

The delivery methods, tried in this order until one works:

1. a new message in the channel, which pings the user and nobody else; if the channel's rate limit would delay it, a
   follow-up of the interaction, which has no such limit, or if the bot can't read the channel, method 2
2. an edit of the interaction's own reply, while its token is valid
3. a direct message to the user
4. none: the job is undelivered, and the user can fetch it later (see ``cogs/undelivered.py``)

A private job has no method 1. A failure quotes the prompt, so it has other methods, which show it only to its user:

1. a follow-up that only the user sees, while the token is valid; a private job's reply is edited instead
2. a direct message
3. an edit of the public status card, without the prompt
4. none, as above

Nothing is posted twice: a new message has the job's id as its nonce, an edit may be repeated, and before another
attempt or a follow-up the bot looks for an earlier post. A private follow-up can't be found again: it is repeated if
the process dies before marking it as posted, because a second notice is better than none.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast

import discord

from flux_bot.core.errors import RateLimited
from flux_bot.core.jobs import Job
from flux_bot.locales import translator_for
from flux_bot.ui import cards, composing
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.composing import Composer, allowed_mentions, answered_message, is_post_of, nonce_of
from flux_bot.ui.custom_ids import CustomId, custom_ids
from flux_bot.ui.delivery.channel_pace import ChannelPace
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
"""The number of messages to search for an earlier post."""
ATTEMPTS_PER_METHOD = 50
"""Attempts after which a temporary error counts as permanent: about four hours (see ``Delivery``)."""

Method = Callable[[Job, Contents], Awaitable[Delivered]]
Channel = discord.PartialMessageable | discord.DMChannel


class DiscordMessenger:
    """Posts, edits and removes cards through one bot."""

    def __init__(self, bot: FluxBot, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the bot; it must be logged in before the first call."""
        self._bot = bot
        self._now = now
        self._pace = ChannelPace()
        self._private_notices: dict[str, int] = {}
        """The private follow-ups that are not marked as posted yet, by job id."""

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
        """Edit the message of a result that has links instead of pictures."""
        message_id, channel_id = job.result_message_id, job.result_channel_id or job.origin.channel_id
        if message_id is None:
            return
        is_direct = channel_id != job.origin.channel_id
        compose = Composer(job, contents, translator_for(job.origin.locale if is_direct else job.locale))

        async def edit(card: cards.Card) -> int:
            if message_id == job.reply_message_id and self._is_token_valid(job):
                await self._reply_of(job).edit_message(message_id, view=card.view, attachments=card.files)
            else:
                message = self._bot.get_partial_messageable(channel_id).get_partial_message(message_id)
                await message.edit(view=card.view, attachments=card.files)
            return message_id

        limit = _direct_limit(job) if is_direct else job.origin.upload_limit
        with refusals_logged("replace links with pictures"):
            await self._fitted(compose, limit, edit)
            log.info("Replaced links with pictures")

    async def edit_status_card(self, job: Job, usual_seconds: float | None = None) -> None:
        """Edit the status card."""
        costs = self._bot.settings.cost_display
        await self._edit_card(job, composing.status(translator_for(job.locale), job, usual_seconds, costs))

    async def show_place(self, job: Job, place: int, starts_at: datetime | None) -> None:
        """Edit the status card of a queued job."""
        costs = self._bot.settings.cost_display
        await self._edit_card(job, composing.queued(translator_for(job.locale), job, place, starts_at, costs))

    async def _edit_card(self, job: Job, card: cards.Card) -> None:
        async def edit_reply() -> None:
            await self._reply_of(job).edit_message(_reply_id(job), view=card.view)

        async def edit_message(message: discord.PartialMessage) -> None:
            await message.edit(view=card.view)

        with refusals_logged("edit the status card"):
            await self._change_card(job, edit_reply, edit_message)

    async def remove_notice(self, job: Job) -> None:
        """Remove a failure message that a late picture has replaced, unless it is the status card."""
        if job.result_message_id == job.reply_message_id:
            return

        async def delete(notice_id: int) -> None:
            await self._reply_of(job).delete_message(notice_id)

        with refusals_logged("remove a failure message"):
            await self._change_notice(job, delete, discord.PartialMessage.delete)

    async def remove_buttons(self, job: Job) -> None:
        """Remove the buttons of a failure message after a successful retry."""
        # A card whose id was lost in a crash may be the one that others see.
        is_public = job.reply_message_id in {None, job.result_message_id} and not _is_private(job)
        translate = translator_for(job.locale if is_public else job.origin.locale)
        view = composing.failed(translate, job, is_public=is_public, can_retry=False).view

        async def edit(notice_id: int) -> None:
            await self._reply_of(job).edit_message(notice_id, view=view)

        async def edit_message(message: discord.PartialMessage) -> None:
            await message.edit(view=view)

        with refusals_logged("remove the buttons of a failure message"):
            await self._change_notice(job, edit, edit_message)

    async def _change_notice(
        self,
        job: Job,
        by_token: Callable[[int], Awaitable[None]],
        by_channel: Callable[[discord.PartialMessage], Awaitable[None]],
    ) -> None:
        """Change a failure message: through the interaction, or else through the channel.

        The bot can't see a private reply in the channel, but it can't know whether the message is one.
        """
        notice_id, channel_id = job.result_message_id, job.result_channel_id or job.origin.channel_id
        if notice_id is None:
            return None
        if channel_id == job.origin.channel_id and self._is_token_valid(job):
            try:
                with discord_errors():
                    return await by_token(notice_id)
            except MethodFailed as failed:
                log.info("Can't change a failure message through the interaction: %s", failed)
        return await by_channel(self._bot.get_partial_messageable(channel_id).get_partial_message(notice_id))

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card, which the result replaces."""
        self._private_notices.pop(job.id, None)  # the result is already marked as posted

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
        card_id = job.reply_message_id or await self._find_card(job)
        if card_id is not None and (job.origin.message_id is not None or not job.request.private):
            await by_channel(self._channel_of(job).get_partial_message(card_id))
        return None

    async def _find_card(self, job: Job) -> int | None:
        """Return the id of the status card that answered a message just before a crash, None if there is none."""
        if job.origin.message_id is None:
            return None
        cancel, request = CustomId(cards.Verb.CANCEL, job.group_id or job.id), discord.Object(job.origin.message_id)
        async for message in self._channel_of(job).history(limit=HISTORY_LIMIT, after=request):
            is_own = self._bot.user is not None and message.author.id == self._bot.user.id
            if is_own and cancel in custom_ids(components_of(message.components)):
                return message.id
        return None

    # --- the delivery methods ---------------------------------------------------------------------------------

    def _methods(self, job: Job) -> Iterator[Method]:
        hides_failure = not job.images and not _is_private(job)
        if job.images and job.origin.can_post and not job.request.private:
            yield self._post_in_channel
        if self._is_token_valid(job):
            yield self._follow_up_privately if hides_failure else self._edit_reply
        yield self._direct_message
        if hides_failure:
            yield self._fail_on_card

    async def _post_in_channel(self, job: Job, contents: Contents) -> Delivered:
        compose = Composer(job, contents, translator_for(job.locale))
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
        """Post through the interaction, which supports no nonce, so any earlier post must be found first."""
        channel = self._channel_of(job)
        posted, is_readable = await self._find_posted(channel, job)
        is_recognisable = None not in {job.reply_message_id, job.origin.interaction_id}
        if not is_readable or not is_recognisable:
            return await self._edit_reply(job, contents)

        async def send(card: cards.Card) -> int:
            message = await self._reply_of(job).send(
                view=card.view, files=card.files, allowed_mentions=allowed_mentions(job), wait=True
            )
            return message.id

        compose = Composer(job, contents, translator_for(job.locale))
        message_id, size = (posted, 0) if posted else await self._fitted(compose, job.origin.upload_limit, send)
        return Delivered(message_id, channel.id, replaced_card=False, method="follow_up", picture_bytes=size)

    async def _follow_up_privately(self, job: Job, contents: Contents) -> Delivered:
        """Post a failure that only the user sees. Such a message has no nonce and is in no channel's history."""

        async def send(card: cards.Card) -> int:
            mentions = allowed_mentions(job)
            message = await self._reply_of(job).send(
                view=card.view, ephemeral=True, allowed_mentions=mentions, wait=True
            )
            return message.id

        if job.id not in self._private_notices:
            compose = Composer(job, contents, translator_for(job.origin.locale))
            self._private_notices[job.id], _ = await self._fitted(compose, job.origin.upload_limit, send)
        notice_id, channel_id = self._private_notices[job.id], job.origin.channel_id
        return Delivered(notice_id, channel_id, replaced_card=False, method="private_follow_up", picture_bytes=0)

    async def _fail_on_card(self, job: Job, _: Contents) -> Delivered:
        """Show a failure on the public status card, without the prompt."""
        view = composing.failed(translator_for(job.locale), job, is_public=True).view
        edited: list[int] = []

        async def edit_reply() -> None:
            edited.append((await self._reply_of(job).edit_message(_reply_id(job), view=view)).id)

        async def edit_message(message: discord.PartialMessage) -> None:
            edited.append((await message.edit(view=view)).id)

        with discord_errors():
            await self._change_card(job, edit_reply, edit_message)
        if not edited:
            raise MethodFailed("the status card's id is unknown")
        return Delivered(edited[0], job.origin.channel_id, replaced_card=True, method="card", picture_bytes=0)

    async def _edit_reply(self, job: Job, contents: Contents) -> Delivered:
        async def edit(card: cards.Card) -> int:
            message = await self._reply_of(job).edit_message(
                _reply_id(job), view=card.view, attachments=card.files, allowed_mentions=allowed_mentions(job)
            )
            return message.id

        compose = Composer(job, contents, translator_for(job.locale))
        message_id, size = await self._fitted(compose, job.origin.upload_limit, edit)
        return Delivered(message_id, job.origin.channel_id, replaced_card=True, method="reply", picture_bytes=size)

    async def _direct_message(self, job: Job, contents: Contents) -> Delivered:
        with discord_errors():
            channel = await self._bot.create_dm(discord.Object(job.origin.user_id))
        compose = Composer(job, contents, translator_for(job.origin.locale))
        return await self._send(channel, compose, _direct_limit(job), "direct_message", can_wait=True)

    async def _send(
        self, channel: Channel, compose: Composer, upload_limit: int, method: str, *, can_wait: bool
    ) -> Delivered:
        job = compose.job
        is_there = channel.id == job.origin.channel_id
        reference: Any = answered_message(job.origin, private=job.request.private) if is_there else None

        async def send(card: cards.Card) -> int:
            async with self._pace.turn(channel.id, can_wait=can_wait):
                with discord_errors():
                    message = await channel.send(
                        view=card.view,
                        files=card.files,
                        nonce=nonce_of(job),
                        allowed_mentions=allowed_mentions(job),
                        reference=reference,
                    )
            return message.id

        # Discord only remembers a nonce for minutes, and the bot may have crashed after the post.
        posted = (await self._find_posted(channel, job))[0] if job.delivery_attempts > 1 else None
        message_id, size = (posted, 0) if posted else await self._fitted(compose, upload_limit, send)
        return Delivered(message_id, channel.id, replaced_card=False, method=method, picture_bytes=size)

    async def _fitted(
        self, compose: Composer, upload_limit: int, send: Callable[[cards.Card], Awaitable[int]]
    ) -> tuple[int, int]:
        """Send the card, with smaller pictures each time Discord rejects them as too large.

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
        finished_at = max(one.finished_at or one.accepted_at for one in job.jobs)  # nothing of a group is posted before
        since = min(finished_at, self._now()) - timedelta(minutes=1)  # before the login, the clock may be wrong
        posted, is_readable = None, False
        # A first attempt has no earlier post; one message shows whether it could be found later.
        where = {"limit": HISTORY_LIMIT, "after": since} if job.delivery_attempts > 1 else {"limit": 1}
        with refusals_logged("read the channel's history, so rely on the nonce"):
            async for message in channel.history(**where):
                if self._bot.user and message.author.id == self._bot.user.id and is_post_of(message, job):
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
        webhook = discord.Webhook.partial(application_id, token, client=self._bot)
        webhook.type = discord.WebhookType.application  # otherwise discord.py refuses to send private messages
        return webhook


def _reply_id(job: Job) -> int:
    return job.reply_message_id or ORIGINAL


def _is_private(job: Job) -> bool:
    """Return whether only the user sees the status card. Outside of servers, the bot can only post to its user."""
    return job.request.private or (job.origin.guild_id is None and job.origin.can_post)


def _direct_limit(job: Job) -> int:
    return min(job.origin.upload_limit, discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES)
