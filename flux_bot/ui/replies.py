"""Answering an interaction: once, within Discord's three seconds whatever the database does, in the user's language."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import aiohttp
import discord

from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.jobs import INTERACTION_TOKEN_LIFE, Origin
from flux_bot.core.text import quote
from flux_bot.locales import Translator, translator_for
from flux_bot.logs import about
from flux_bot.ui import cards, texts

if TYPE_CHECKING:
    from flux_bot.ui.bot import FluxBot

log = logging.getLogger(__name__)

Interaction: TypeAlias = "discord.Interaction[FluxBot]"

ACK_SECONDS = 2.0
"""After this the user sees that the bot is thinking, and it has minutes in place of Discord's three seconds."""
LAST_SECONDS = 2.9
"""After this Discord takes no first answer any more."""

THINKING = discord.InteractionResponseType.deferred_channel_message

JOB_ACCEPTED = "job_accepted"
"""In an interaction's extras: the id of the job that came of it."""
TYPED = "typed"
"""In an interaction's extras: what was written into a form, which must not be lost with it."""

T = TypeVar("T")


def translator_of(interaction: Interaction) -> Translator:
    """Return the words for who acts."""
    return translator_for(str(interaction.locale))


class Reply:
    """The one answer to an interaction: at once, or as an edit of "is thinking" if something takes long."""

    def __init__(self, interaction: Interaction, *, private: bool, updates: bool = False) -> None:
        """Say whether only the user sees it, and whether it changes the message that was pressed on."""
        self.private = private
        self._interaction = interaction
        self._updates = updates
        self._since = time.monotonic()
        self._is_lost = False

    def is_possible(self) -> bool:
        """Tell whether Discord still takes the answer."""
        if self._interaction.response.is_done():
            return True
        return not self._is_lost and time.monotonic() < self._since + LAST_SECONDS

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Return what the work gives; if that takes long, let the user know that it is being done."""
        working = asyncio.ensure_future(work)
        try:
            await asyncio.wait({working}, timeout=max(0.0, self._since + ACK_SECONDS - time.monotonic()))
            if not working.done():
                await self.defer()
            return await working
        finally:
            self._is_lost = not working.done()  # Discord did not take it: what is not saved yet must not be
            working.cancel()

    async def defer(self) -> None:
        """Let the user know that the answer takes a while."""
        if not self._interaction.response.is_done():
            await self._interaction.response.defer(ephemeral=self.private, thinking=not self._updates)
            note_reply(self._interaction)

    async def send(self, card: cards.Card) -> int | None:
        """Show a card; returns its message's id, None if Discord does not tell it."""
        response = self._interaction.response
        if self._updates and card.files:
            await self.defer()  # Discord forgets the files of an answer of this kind
        if response.is_done():
            message = await self._interaction.edit_original_response(view=card.view, attachments=card.files)
            return message.id
        if self._updates:
            await response.edit_message(view=card.view)
            note_reply(self._interaction)
            return None
        files = card.files or discord.utils.MISSING
        sent = await response.send_message(view=card.view, files=files, ephemeral=self.private)
        note_reply(self._interaction)
        if sent.message_id is None and isinstance(sent.resource, discord.InteractionMessage):
            return sent.resource.id  # Discord does not always name the message apart from showing it
        return sent.message_id

    async def dismiss(self) -> None:
        """Leave all as it is."""
        if self._interaction.response.is_done():
            await self._interaction.delete_original_response()
        else:
            await self._interaction.response.defer()


async def reply_with_error(interaction: Interaction, error: Exception) -> None:
    """Answer a rejected request with its reason, anything else with a reference that is in the log too."""
    with about(job_id=interaction.extras.get(JOB_ACCEPTED), user_id=interaction.user.id, guild_id=interaction.guild_id):
        await _reply_with_error(interaction, error)


async def _reply_with_error(interaction: Interaction, error: Exception) -> None:
    if job_id := interaction.extras.get(JOB_ACCEPTED):
        # "Try again" would have the picture painted and paid twice: the job goes on without this answer.
        log.error("Job %s was accepted, but answering its command broke", job_id, exc_info=error)
        return
    translate = translator_of(interaction)
    if isinstance(error, RequestRejected):
        parts = [translate.say(error.phrase)]
    else:
        reference = secrets.token_hex(4)
        log.error("A command broke, reference %s", reference, exc_info=error)
        parts = [translate("maybe-saved" if isinstance(error, SaveUncertain) else "unexpected", reference=reference)]
    whole = None
    if typed := interaction.extras.get(TYPED, "").strip():
        parts.append(translate("you-wrote", prompt=quote(typed, texts.PROMPT_ON_CARD)))
        if len(typed) > texts.PROMPT_ON_CARD:
            whole = cards.file("prompt.txt", typed.encode())
            parts.append(f"-# {translate('info-prompt-attached')}")
    card = cards.text(*parts, attached=whole)
    files = card.files or discord.utils.MISSING
    with ignore_unreachable_user():
        if interaction.response.type is THINKING:
            await interaction.edit_original_response(view=card.view, attachments=card.files)
        elif interaction.response.is_done():
            await interaction.followup.send(view=card.view, files=files, ephemeral=True)
        else:
            await interaction.response.send_message(view=card.view, files=files, ephemeral=True)
            note_reply(interaction)


def note_reply(interaction: Interaction) -> None:
    """Time a reply that Discord has just taken, from when the interaction was made, by Discord's clock."""
    seconds = (discord.utils.utcnow() - interaction.created_at).total_seconds()
    interaction.client.metrics.replies.observe(max(0.0, seconds))


@contextmanager
def ignore_unreachable_user() -> Iterator[None]:
    """Go on where the user can't be told what happened: there is nobody left to tell that to."""
    try:
        yield
    except (discord.HTTPException, aiohttp.ClientError, OSError, StoreUnavailable) as failed:
        log.warning("The user could not be told: %s", failed)


def origin_of(interaction: Interaction, *, ping: bool = True) -> Origin:
    """Return where an interaction came from and how its answer can get back there."""
    if interaction.channel_id is None:  # only pings have none
        raise RequestRejected("no-channel")
    return Origin(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id,
        guild_id=interaction.guild_id,
        locale=str(interaction.locale),
        interaction_token=interaction.token,
        token_expires_at=interaction.created_at + INTERACTION_TOKEN_LIFE,
        upload_limit=interaction.filesize_limit,
        can_post=_can_post(interaction),
        guild_locale=str(interaction.guild_locale) if interaction.guild_locale else None,
        ping=ping,
    )


def _can_post(interaction: Interaction) -> bool:
    """Tell whether the bot is a member here and may send messages with pictures."""
    if interaction.guild_id is None:
        return interaction.context.dm_channel is True
    allowed = interaction.app_permissions
    in_thread = isinstance(interaction.channel, discord.Thread)
    send = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    is_member = interaction.is_guild_integration() or not interaction.is_user_integration()
    return is_member and allowed.view_channel and send and allowed.attach_files
