"""The list from which a user picks one of several pictures to edit."""

import asyncio
from dataclasses import replace
from functools import partial

import discord
from discord import ui

from cogs.messages.reading import MessageRequest, read
from cogs.presses import chosen, is_on_card
from flux_bot.core.errors import RequestRejected
from flux_bot.core.text import one_line, truncate
from flux_bot.locales import translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, composing, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.composing import answered_message
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.discord_errors import MethodFailed, discord_errors
from flux_bot.ui.interactions.replies import JOB_ACCEPTED, TOO_LATE, Reply, roles_of
from flux_bot.ui.moderation.log_entries import note_rejection

WHICH = "which"


async def offer_pictures(bot: FluxBot, request: MessageRequest, message: discord.Message) -> None:
    """Reply to a message with the list. Raises DeliveryFailed, or RequestRejected if the bot may not write there.

    The words and pictures are stored in memory, and read again from the message if the bot was restarted since.
    """
    origin = request.origin
    translate = translator_for(origin.locale)
    custom_id = CustomId(WHICH, f"{origin.user_id}:{message.channel.id}:{message.id}")
    if str(custom_id) in bot.recent_forms:
        return  # a repeated event; if another process has answered it, Discord recognises the nonce
    labels = {
        str(number): translate("form-which-option", number=number) for number in range(1, 1 + len(request.sources))
    }
    picker = ui.Select[ui.LayoutView](
        custom_id=str(custom_id), placeholder=translate("form-which"), options=cards.options(labels)
    )
    words = f"> {truncate(one_line(request.words), texts.PROMPT_ON_CARD)}"
    view = cards.layout(ui.TextDisplay(translate("mention-which")), ui.TextDisplay(words), ui.ActionRow(picker))
    bot.recent_forms[str(custom_id)] = request
    channel = bot.get_partial_messageable(origin.channel_id, guild_id=origin.guild_id)
    try:
        with discord_errors():
            await channel.send(
                view=view, reference=answered_message(origin, private=request.private), nonce=f"{message.id}-w"
            )
    except MethodFailed as failed:
        raise RequestRejected("mention-not-here", channel=f"<#{origin.channel_id}>") from failed


async def pick(interaction: Interaction, about: str) -> None:
    """Edit the chosen picture; the list becomes the status card. Each message makes at most one job.

    Raises RequestRejected unless the user is the author of the message.
    """
    bot, message = interaction.client, interaction.message
    picked = chosen(interaction)
    if message is None or not is_on_card(interaction, about) or not picked.isdecimal():
        raise RequestRejected("other-version")
    user_id, channel_id, message_id = (int(part) for part in about.split(":"))
    if interaction.user.id != user_id:
        raise RequestRejected("mention-not-your-list")
    reply = Reply(interaction, private=True, updates=True)
    request: MessageRequest | None = bot.recent_forms.get(str(CustomId(WHICH, about)))
    if request is None:
        request = await reply.wait_for(_read_again(bot, channel_id, message_id))
    if not 1 <= int(picked) <= len(request.sources):
        raise RequestRejected("other-version")
    # After a restart, the message no longer has its author's roles; in direct messages, the interaction has none.
    requester = replace(request.requester, roles=roles_of(interaction.user) or request.requester.roles)
    accepted = await _accept(interaction, reply, replace(request, requester=requester), int(picked))
    if accepted.is_duplicate or accepted.is_repeated_event:
        if not interaction.response.is_done():
            await interaction.response.defer()
        return
    interaction.extras[JOB_ACCEPTED] = accepted.job.id
    try:
        await reply.send(composing.accepted(translator_for(accepted.job.locale), accepted, bot.settings.cost_display))
    except discord.HTTPException as error:
        if error.code in TOO_LATE:
            await bot.workflow.withdraw(accepted)
        raise
    await bot.workflow.replied(accepted, message.id)


async def _accept(interaction: Interaction, reply: Reply, request: MessageRequest, number: int) -> AcceptedJob:
    """Accept a request. A rejection in direct messages is noted in the log of the server that the request came from."""
    bot, requester = interaction.client, request.requester
    accepting = bot.workflow.accept(
        partial(request.requests, bot.catalogue, number),
        request.origin,
        requester=requester,
        parent_id=request.parent.id if request.parent else None,
        can_reply=reply.is_possible,
    )
    try:
        return await reply.wait_for(asyncio.ensure_future(accepting))
    except RequestRejected as rejected:
        if interaction.guild_id is None:
            guild_id, channel_id = requester.guild_id, requester.channel_id
            note_rejection(bot.server_log, rejected, guild_id, channel_id, requester.user_id)
        raise


async def _read_again(bot: FluxBot, channel_id: int, message_id: int) -> MessageRequest:
    """Return the request of a message. Raises RequestRejected if the message is gone."""
    try:
        with discord_errors():
            channel = bot.get_channel(channel_id) or await bot.fetch_channel(channel_id)
            if not isinstance(channel, discord.abc.Messageable):
                raise RequestRejected("mention-gone")
            message = await channel.fetch_message(message_id)
    except MethodFailed:
        raise RequestRejected("mention-gone") from None
    return await read(bot, message)
