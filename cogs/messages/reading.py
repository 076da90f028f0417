"""Reads a message to the bot: finds the words, the pictures to edit, and where to reply.

Without the privileged intent Discord sends the content only of messages that mention the bot, of direct messages and of
the bot's own (discord-api-docs, events/gateway, "message content intent").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from cogs.commands.message_menus import readable
from cogs.forms.values import Source, checked_source, is_image, is_too_large
from cogs.image_requests import checked_prompt, preferred_size, with_variations
from cogs.styles import AvailableStyles
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job, Origin, Preferences
from flux_bot.core.rules.requester import Requester
from flux_bot.locales import ENGLISH
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.cards import Verb
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.discord_errors import MethodFailed, discord_errors
from flux_bot.ui.interactions.replies import parent_channel_of, roles_of
from flux_bot.ui.old_pictures import components_of, file_in, original_urls

_NUMBERED = re.compile(r"#?(?P<number>\d{1,2})\s*[:\uff1a](?:\s+|(?!\d))(?P<words>.+)", re.DOTALL)
"""``2: make it night``, but not ``16:9``; the other colon is the full-width one of East Asian keyboards."""


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """The request in a message."""

    words: str
    origin: Origin
    requester: Requester
    """Who makes the request and where, for the rules. A server's rules also apply if the answer is a direct message."""
    private: bool
    styles: AvailableStyles
    sources: Sequence[Source | None] = ()
    """The pictures to edit, None for each that is gone; if there are none at all, a new picture is made."""
    number: int | None = 1
    """The number of the picture to edit, from 1; None if the user has to choose."""
    parent: Job | None = None
    """The job of the result that the message replies to."""

    def requests(self, catalogue: Catalogue, number: int, preferences: Preferences) -> list[ImageRequest]:
        """Return requests for new pictures, or one for an edit of picture ``number``. Raises RequestRejected."""
        prompt = checked_prompt(self.words)
        if not self.sources:
            model = catalogue.preferred(None, preferences.model, Action.GENERATE)
            size, count = preferred_size(model, preferences), preferences.count
            request = ImageRequest(
                Action.GENERATE, prompt, model.name, size, count, private=self.private, model_chosen=False
            )
            return with_variations(self.styles.apply(request, "", preferences))
        source = self.sources[number - 1]
        if source is None:
            raise RequestRejected("picture-lost")
        model = catalogue.preferred(None, preferences.edit_model, Action.EDIT)
        request = ImageRequest(
            action=Action.EDIT,
            prompt=prompt,
            model=model.name,
            model_chosen=False,
            size=model.size_near(self.parent.request.size) if self.parent else source.size_for(model),
            image_url=source.url,
            private=self.private,
            spoiler=source.spoiler,
        )
        return [request]


def is_request(bot: FluxBot, message: discord.Message) -> bool:
    """Return whether a person has written to the bot: directly, or in a server by mentioning it."""
    if message.author.bot or message.webhook_id is not None:
        return False
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return False
    if is_direct(message):
        return True
    return message.guild is not None and bot.user in message.mentions and bool(message.content.strip())


def is_direct(message: discord.Message) -> bool:
    """Return whether the message is a direct message."""
    return isinstance(message.channel, discord.DMChannel)


async def read(bot: FluxBot, message: discord.Message) -> MessageRequest:
    """Return the request in a message. Raises RequestRejected, StoreUnavailable."""
    words = _words(bot, message)
    if not words:
        raise RequestRejected("mention-empty")
    parent: Job | None = None
    sources: Sequence[Source | None] = [checked_source(file.to_dict()) for file in message.attachments]
    if not sources and (replied := await _replied_message(message)):
        parent, sources = await _pictures(bot, replied)
    number: int | None = 1
    if (chosen := _NUMBERED.fullmatch(words)) and 1 <= int(chosen["number"]) <= len(sources):
        number, words = int(chosen["number"]), chosen["words"]
    elif len(sources) > 1:
        number = None
    author, guild_id = message.author, message.guild.id if message.guild else None
    parent_id = parent_channel_of(message.channel)
    requester = Requester(author.id, message.channel.id, guild_id, roles_of(author), parent_id)
    known = await bot.store.admission.known(requester, now=bot.clock.now())
    preferences = known.preferences_of(author.id)
    is_private_here = known.settings_of(guild_id).is_private_in(requester.channels)
    # If a private job's result is in a channel, its user has made it public.
    private = preferences.private or (is_direct(message) and parent is not None and parent.request.private)
    otherwise = "settings-private-here" if is_private_here else "mention-not-private"
    private = private or is_private_here
    origin = await _origin(bot, message, private=private, otherwise=otherwise)
    styles = AvailableStyles(bot, guild_id)
    await styles.read()
    return MessageRequest(words, origin, requester, private, styles, sources, number, parent)


def _words(bot: FluxBot, message: discord.Message) -> str:
    """Return the text as Discord shows it, without the mention of the bot."""
    own_id = bot.user.id if bot.user else 0
    text = re.sub(rf"\s*<@!?{own_id}>\s*", " ", message.content)
    return readable(text, message).strip().lstrip(",:").strip()


async def _replied_message(message: discord.Message) -> discord.Message | None:
    """Return the message that a message replies to; None if there is none, or the bot can't see it."""
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None or reference.message_id is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    if isinstance(reference.resolved, discord.DeletedReferencedMessage):
        raise RequestRejected("mention-no-picture")
    try:
        with discord_errors():
            return await message.channel.fetch_message(reference.message_id)
    except MethodFailed:
        return None


async def _pictures(bot: FluxBot, replied: discord.Message) -> tuple[Job | None, Sequence[Source | None]]:
    """Return the job that a message shows, and its pictures. Raises RequestRejected if the bot's message has none."""
    if bot.user is None or replied.author.id != bot.user.id:
        files: list[Any] = [file.to_dict() for file in replied.attachments]
        return None, [checked_source(file) for file in files if is_image(file) and not is_too_large(file)]
    job = await _job_of_card(bot, replied)
    if job is None:  # deleted, or the originals that "Save" has sent
        shown = [
            Source(item.media.url, item.media.width, item.media.height, item.spoiler)
            for gallery in components_of(replied.components)
            if isinstance(gallery, discord.MediaGalleryComponent)
            for item in gallery.items
        ]
        if not shown:
            raise RequestRejected("mention-no-picture")
        return None, shown
    if job.is_open:
        raise RequestRejected("not-finished")
    if not job.images:
        raise RequestRejected("mention-no-picture")
    urls = [
        original_urls(one).get(number) or file_in(replied, one.id, number)
        for one in job.jobs
        for number in range(1, 1 + len(one.images))
    ]
    return job, [Source(url, spoiler=job.request.spoiler) if url else None for url in urls]


async def _job_of_card(bot: FluxBot, card: discord.Message) -> Job | None:
    """Return the job of one of the bot's cards, with its group; None if it has none or the job was deleted."""
    for action, job_id in custom_ids(components_of(card.components)):
        if action in (Verb.REROLL_ALL, Verb.CANCEL):
            return await bot.workflow.history.with_group(job_id)
        if action in (Verb.REROLL, Verb.EDIT, Verb.INFO, Verb.RETRY, Verb.REWORD):
            return await bot.workflow.history.job(job_id)
    return None


async def _origin(bot: FluxBot, message: discord.Message, *, private: bool, otherwise: str) -> Origin:
    """Return where to reply: in the channel, or by direct message if the request is private.

    Raises RequestRejected if the bot may not write there; for direct messages, its text is ``otherwise``.
    """
    channel_id, guild, can_post, can_reply = message.channel.id, None, True, True
    if private:
        try:
            with discord_errors():
                channel_id = (await bot.create_dm(message.author)).id
        except MethodFailed:
            raise RequestRejected(otherwise) from None
    elif message.guild is not None:
        guild, allowed = message.guild, permissions_in(message)
        if not can_write(message, allowed):
            raise RequestRejected("mention-not-here", channel=f"<#{channel_id}>")
        can_post, can_reply = allowed.attach_files, allowed.read_message_history
    locale = str(message.guild.preferred_locale) if message.guild else ENGLISH
    return Origin(
        user_id=message.author.id,
        channel_id=channel_id,
        guild_id=guild.id if guild else None,
        locale=locale,
        interaction_token=None,
        token_expires_at=bot.clock.now(),
        upload_limit=guild.filesize_limit if guild else discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES,
        can_post=can_post,
        guild_locale=locale if guild else None,
        interaction_id=message.id,
        message_id=message.id if can_reply else None,
    )


def permissions_in(message: discord.Message) -> discord.Permissions:
    """Return what the bot may do in the channel of a message; everything in direct messages."""
    if message.guild is None or isinstance(
        message.channel, discord.PartialMessageable
    ):  # the permissions are unknown, so try it
        return discord.Permissions.all()
    return message.channel.permissions_for(message.guild.me)


def can_write(message: discord.Message, allowed: discord.Permissions) -> bool:
    """Return whether permissions allow writing in the channel of a message."""
    is_thread = isinstance(message.channel, discord.Thread)
    return allowed.view_channel and (allowed.send_messages_in_threads if is_thread else allowed.send_messages)
