"""Replies to an interaction exactly once, within Discord's three seconds even if the database is slow."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import aiohttp
import discord
from discord import ui

from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.jobs import INTERACTION_TOKEN_LIFE, Origin
from flux_bot.core.rules.requester import Requester
from flux_bot.core.text import one_line, plain_line, truncate
from flux_bot.locales import Translator, translator_for
from flux_bot.logs import about
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.moderation.log_entries import note_rejection
from flux_bot.ui.old_pictures import components_of

log = logging.getLogger(__name__)

ACK_SECONDS = 2.0
"""The time after which the user sees that the bot is thinking, which extends Discord's three seconds to minutes."""
LAST_SECONDS = 2.9
"""The time after which Discord accepts no first reply."""
ALREADY_ACKNOWLEDGED = 40060
TOO_LATE = frozenset({10062, ALREADY_ACKNOWLEDGED})
"""Error codes of a first reply: the interaction is unknown, as it is older than 3 s, or already acknowledged, perhaps
by another process (discord-api-docs, topics/opcodes-and-status-codes, "JSON error codes")."""
THINKING = discord.InteractionResponseType.deferred_channel_message

JOB_ACCEPTED = "job_accepted"
"""Key in an interaction's extras: the id of the job it has created."""
T = TypeVar("T")


def user_translator(interaction: Interaction) -> Translator:
    """Return the translator into the user's language."""
    return translator_for(str(interaction.locale))


class Reply:
    """The only reply to an interaction, sent immediately or, if work takes long, as an edit of "is thinking"."""

    def __init__(self, interaction: Interaction, *, private: bool, updates: bool = False) -> None:
        """Take whether only the user sees the reply, and whether the reply updates the message with the button."""
        self._interaction = interaction
        self.private = private
        self._updates = updates
        self._since = time.perf_counter() - _age_seconds(interaction)
        self._is_lost = False

    @property
    def private(self) -> bool:
        """Return whether only the user sees the reply; always true for a user who may not write here."""
        return self._private

    @private.setter
    def private(self, private: bool) -> None:
        self._private = private or not user_can_post(self._interaction)

    def is_possible(self) -> bool:
        """Return whether Discord still accepts the reply."""
        if self._interaction.response.is_done():
            return True
        return not self._is_lost and time.perf_counter() < self._since + LAST_SECONDS

    async def wait_for(self, work: Awaitable[T]) -> T:
        """Wait for work and return its result; if this takes long, show the user that the bot is thinking.

        Raises SaveUncertain if the bot stops before the work is done.
        """
        working, open_replies = asyncio.ensure_future(work), self._interaction.client.open_replies
        try:
            await open_replies.wait(working, max(0.0, self._since + ACK_SECONDS - time.perf_counter()))
            if not working.done():
                await self.defer()
                await open_replies.wait(working)
            return await working
        finally:
            self._is_lost = not working.done()  # Discord rejected the reply: an unsaved request must stay unsaved
            working.cancel()

    async def defer(self) -> None:
        """Show the user that the reply takes a while."""
        if not self._interaction.response.is_done():
            await self._interaction.response.defer(ephemeral=self.private, thinking=not self._updates)
            _time_reply(self._interaction)

    async def send(self, card: cards.Card) -> int | None:
        """Show a card; return its message's id, or None if Discord's response does not contain it."""
        response = self._interaction.response
        if self._updates and card.files:
            await self.defer()  # Discord drops the files of a reply of this type
        if response.is_done():
            message = await self._interaction.edit_original_response(view=card.view, attachments=card.files)
            return message.id
        if self._updates:
            await response.edit_message(view=card.view)
            _time_reply(self._interaction)
            return None
        files = card.files or discord.utils.MISSING
        try:
            sent = await response.send_message(view=card.view, files=files, ephemeral=self.private)
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
            # Perhaps by this call: discord.py repeats it if Discord's response is lost.
            with suppress(discord.NotFound):
                shown = await self._interaction.original_response()
                if _shows(shown, card):
                    return shown.id
            raise
        _time_reply(self._interaction)
        if sent.message_id is None and isinstance(sent.resource, discord.InteractionMessage):
            return sent.resource.id  # Discord does not always give the id separately
        return sent.message_id

    async def dismiss(self) -> None:
        """Reply without changing anything."""
        if self._interaction.response.is_done():
            await self._interaction.delete_original_response()
        else:
            await self._interaction.response.defer()


def _shows(message: discord.Message, card: cards.Card) -> bool:
    """Return whether a message shows a card, judging by its buttons."""
    expected = [str(part.custom_id) for part in card.view.walk_children() if isinstance(part, ui.Button | ui.Select)]
    return (
        bool(expected) and [str(one) for one in custom_ids(components_of(message.components)) if one.action] == expected
    )


async def reply_with_error(interaction: Interaction, error: Exception) -> None:
    """Explain to the user privately why a request was rejected; show a reference from the log for any other error.

    The user gets back what they typed: see ``drafts``.
    """
    job_id: str | None = interaction.extras.get(JOB_ACCEPTED)
    note_rejection(
        interaction.client.server_log, error, interaction.guild_id, interaction.channel_id, interaction.user.id
    )
    with about(job_id=job_id, user_id=interaction.user.id, guild_id=interaction.guild_id):
        if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
            log.info("Discord rejected the reply: %s", plain_line(error))
            return
        if job_id:
            # "Try again" would make and charge a second picture: the job continues without this reply.
            log.error("Job %s was accepted, but the reply failed", job_id, exc_info=error)
            return
        card = _error_card(interaction, error)
        files = card.files or discord.utils.MISSING
        with ignore_unreachable_user():
            if interaction.response.type is THINKING:
                await interaction.edit_original_response(view=card.view, attachments=card.files)
            elif interaction.response.is_done():
                await interaction.followup.send(view=card.view, files=files, ephemeral=True)
            else:
                await interaction.response.send_message(view=card.view, files=files, ephemeral=True)
                _time_reply(interaction)


def _error_card(interaction: Interaction, error: Exception) -> cards.Card:
    translate = user_translator(interaction)
    if isinstance(error, RequestRejected):
        parts = [texts.refusal(translate, error.text)]
    else:
        reference = secrets.token_hex(4)
        log.error("A command failed, reference %s", reference, exc_info=error)
        parts = [translate("maybe-saved" if isinstance(error, SaveUncertain) else "unexpected", reference=reference)]
    draft = draft_of(interaction)
    items: list[cards.Item] = [ui.TextDisplay(part) for part in parts]
    files: list[discord.File] = []
    if draft.prompt.strip():
        quoted = one_line(draft.prompt.strip())
        items.append(ui.TextDisplay(f"> {truncate(quoted, texts.PROMPT_ON_CARD)}"))
        if len(quoted) > texts.PROMPT_ON_CARD:
            files.append(cards.file("prompt.txt", draft.prompt.encode(errors="replace")))
            items += [ui.TextDisplay(f"-# {translate('info-prompt-attached')}"), ui.File(files[0])]
    if buttons := draft.buttons(interaction, translate, error):
        items.append(ui.ActionRow(*buttons))
    return cards.Card(cards.layout(*items), files)


def _time_reply(interaction: Interaction) -> None:
    """Record how long the reply took, from the interaction's creation by Discord's clock."""
    interaction.client.metrics.replies.observe(_age_seconds(interaction))


def _age_seconds(interaction: Interaction) -> float:
    """Return how long ago Discord created the interaction; its event may have arrived late."""
    return max(0.0, (interaction.client.clock.now() - interaction.created_at).total_seconds())


def seconds_to_reply(interaction: Interaction) -> float:
    """Return how many seconds are left to reply to a new interaction; at least 0."""
    return max(0.0, ACK_SECONDS - _age_seconds(interaction))


@contextmanager
def ignore_unreachable_user() -> Iterator[None]:
    """Log and ignore that a message could not be sent to the user."""
    try:
        yield
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, StoreUnavailable) as failed:
        log.warning("Can't reach the user: %s", plain_line(failed))


def requester_of(interaction: Interaction) -> Requester:
    """Return the user and the place of an interaction, to check the rules for them."""
    user, parent_id = interaction.user, parent_channel_of(interaction.channel)
    return Requester(user.id, interaction.channel_id or 0, interaction.guild_id, roles_of(user), parent_id)


def parent_channel_of(channel: object) -> int | None:
    """Return the id of a thread's parent channel; None if the channel is not a thread."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


def roles_of(user: discord.abc.User) -> list[int]:
    """Return the ids of a user's roles in the server, none outside of servers.

    Everybody has the role with the server's own id (discord-api-docs, topics/permissions, "role object"). discord.py's
    ``Member.roles`` lacks the roles of a server that it does not know yet, such as just after a start.
    """
    return [*user._roles, user.guild.id] if isinstance(user, discord.Member) else []  # noqa: SLF001


def origin_of(interaction: Interaction) -> Origin:
    """Return where an interaction came from, and what is needed to reply there."""
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
        interaction_id=interaction.id,
    )


def user_can_post(interaction: Interaction) -> bool:
    """Return whether the user may write here: otherwise the bot must not write for them.

    Discord only requires Use Application Commands for a command, and nothing for a button (discord-api-docs,
    topics/permissions). In direct messages and group chats everybody may write.
    """
    return interaction.guild_id is None or _can_send(interaction, interaction.permissions)


def _can_post(interaction: Interaction) -> bool:
    """Return whether the bot is a member here and may post pictures."""
    if interaction.guild_id is None:
        return interaction.context.dm_channel is True
    allowed = interaction.app_permissions
    is_member = interaction.is_guild_integration() or not interaction.is_user_integration()
    return is_member and allowed.view_channel and _can_send(interaction, allowed) and allowed.attach_files


def _can_send(interaction: Interaction, allowed: discord.Permissions) -> bool:
    if not isinstance(interaction.channel, discord.Thread):
        return allowed.send_messages
    is_open = not interaction.channel.locked or allowed.manage_threads
    return allowed.send_messages_in_threads and is_open
