"""Receives messages to the bot, and replies with a status card, a list of pictures or a refusal.

There is no interaction, so there is no token: cards are posted and edited through the channel.
"""

import asyncio
import logging
import secrets
import time
from functools import partial
from typing import Any

import discord
from discord.ext import commands

from cogs.messages.pictures import offer_pictures
from cogs.messages.reading import MessageRequest, can_write, is_direct, is_request, permissions_in, read
from flux_bot.core.errors import DeliveryFailed, RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.rules.places import PlaceRefused
from flux_bot.locales import ENGLISH, Translator, translator_for
from flux_bot.logs import about, about_job
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, composing, texts
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.composing import answered_message
from flux_bot.ui.discord_errors import MethodFailed, discord_errors
from flux_bot.ui.interactions.places import check_message_place
from flux_bot.ui.interactions.replies import ignore_unreachable_user
from flux_bot.ui.moderation.log_entries import note_rejection
from flux_bot.ui.recent_items import RecentItems

log = logging.getLogger(__name__)

CARD_SECONDS = 4.0
"""How long to try to post a status card; after 5 s (``Timing.reply_grace``) the job is submitted without one."""
REFUSAL_PAUSE_SECONDS = 10.0
"""The time in which each user gets at most one refusal, so that users can't make the bot flood a channel."""


class Messages(commands.Cog):
    """Receives messages to the bot."""

    def __init__(self, bot: FluxBot) -> None:
        """Set the bot to handle messages for."""
        self._bot = bot
        self._refused_at: RecentItems[int, float] = RecentItems()
        """When a user was last refused something, by ``time.perf_counter``: SimCord stops ``time.monotonic``."""
        self._received: RecentItems[int, bool] = RecentItems()
        """The messages received so far: a repeated event must not get a different answer."""

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Handle a message to the bot (discord.py dispatches this for every new message)."""
        if not is_request(self._bot, message) or message.id in self._received:
            return
        self._received[message.id] = True
        guild_id = message.guild.id if message.guild else None
        with about(user_id=message.author.id, guild_id=guild_id):
            try:
                await check_message_place(self._bot, message.author.id, guild_id)
                request = await read(self._bot, message)
                if request.number is not None:
                    await self._accept(request, request.number)
                elif not await self._bot.workflow.history.was_accepted(message.id):
                    await offer_pictures(self._bot, request, message)
            except Exception as error:  # noqa: BLE001  discord.py would only log it
                if reported := await self._error_to_report(message, error):
                    note_rejection(self._bot.server_log, reported, guild_id, message.channel.id, message.author.id)
                    await self._refuse(message, reported)

    async def _accept(self, request: MessageRequest, number: int) -> None:
        accepted = await self._bot.workflow.accept(
            partial(request.requests, self._bot.catalogue, number),
            request.origin,
            requester=request.requester,
            parent_id=request.parent.id if request.parent else None,
        )
        if accepted.is_duplicate or accepted.is_repeated_event:
            return  # the handler of the first event answers
        with about_job(accepted.job):
            await self._post_card(accepted)

    async def _post_card(self, accepted: AcceptedJob) -> None:
        """Reply with the status card. Raises RequestRejected, and withdraws the job, if the bot may not write there.

        If Discord can't be reached, the job continues without a card.
        """
        job, bot = accepted.job, self._bot
        card = composing.accepted(translator_for(job.locale), accepted, bot.settings.cost_display)
        channel = bot.get_partial_messageable(job.origin.channel_id, guild_id=job.origin.guild_id)
        reference = answered_message(job.origin, private=job.request.private)
        try:
            with discord_errors():
                async with asyncio.timeout(CARD_SECONDS):
                    # Not the nonce of the result, or Discord would take the result for a repetition of this message.
                    sent = await channel.send(view=card.view, reference=reference, nonce=f"{job.id}-s")
            await bot.workflow.replied(accepted, sent.id)
        except MethodFailed as failed:
            log.info("Can't post the status card: %s", failed)
            if await bot.workflow.withdraw(accepted):
                reason = "mention-not-private" if job.request.private else "mention-not-here"
                raise RequestRejected(reason, channel=f"<#{job.origin.channel_id}>") from failed
        except (DeliveryFailed, StoreUnavailable) as error:
            log.warning("The job continues without its status card: %s", error)

    async def _error_to_report(self, message: discord.Message, error: Exception) -> Exception | None:
        """Return what to report to the author; None if an earlier event of the message was accepted."""
        try:
            return None if await self._bot.workflow.history.was_accepted(message.id) else error
        except StoreUnavailable:
            # Another process may have accepted the message, so "try again" would be wrong advice.
            return SaveUncertain(str(error)) if isinstance(error, StoreUnavailable) else error

    async def _refuse(self, message: discord.Message, error: Exception) -> None:
        """Send the author the reason by direct message, or reply in the channel if they accept no direct messages.

        Where the bot may not be used, it never writes in the channel.
        """
        translate = translator_for(str(message.guild.preferred_locale) if message.guild else ENGLISH)
        text = _error_text(translate, error)
        now, author = time.perf_counter(), message.author
        nonce = f"{message.id}-r"  # the same in each process that receives the message, so only one refusal is posted
        if now - self._refused_at.get(author.id, -REFUSAL_PAUSE_SECONDS) < REFUSAL_PAUSE_SECONDS:
            return
        self._refused_at[author.id] = now
        try:
            with discord_errors():
                direct = await self._bot.create_dm(author)
                link = [] if is_direct(message) else [f"-# {message.jump_url}"]
                await direct.send(view=cards.text(text, *link).view, nonce=nonce)
        except MethodFailed as failed:
            log.info("Can't send a direct message: %s", failed)
            if isinstance(error, PlaceRefused):
                return
            allowed = permissions_in(message)
            if not is_direct(message) and can_write(message, allowed):
                replied: Any = message.to_reference(fail_if_not_exists=False) if allowed.read_message_history else None
                with ignore_unreachable_user():
                    await message.channel.send(view=cards.text(text).view, reference=replied, nonce=nonce)
        except DeliveryFailed as failed:
            log.warning("Can't send a refusal: %s", failed)


def _error_text(translate: Translator, error: Exception) -> str:
    if isinstance(error, RequestRejected):
        return texts.refusal(translate, error.text)
    reference = secrets.token_hex(4)
    log.error("A message could not be handled, reference %s", reference, exc_info=error)
    return translate("maybe-saved" if isinstance(error, SaveUncertain) else "unexpected", reference=reference)


async def setup(bot: FluxBot) -> None:
    """Add the listener, unless ``MENTIONS`` is off (discord.py calls this)."""
    if bot.settings.mentions:
        await bot.add_cog(Messages(bot))
