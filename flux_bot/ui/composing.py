"""Composes the messages of a job or group: cards with pictures that fit. Also recognises earlier posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord

from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import Job, JobStatus, Origin
from flux_bot.images.decoding import Picture, fit_or_none
from flux_bot.locales import Translator
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, group_cards
from flux_bot.ui.custom_ids import custom_ids
from flux_bot.ui.old_pictures import components_of
from flux_bot.workflow.contents import Contents


@dataclass(frozen=True, slots=True)
class Composer:
    """Builds a job's final card in one language."""

    job: Job
    contents: Contents
    translate: Translator

    async def card(self, limit: int) -> tuple[cards.Card, int]:
        """Return the card with files of at most ``limit`` bytes, and the size of its pictures."""
        fitting = [await fit_or_none(picture, limit) for picture in self.contents.pictures]
        return self._card(fitting), sum(picture.size for picture in fitting if picture)

    def card_without_pictures(self) -> cards.Card:
        """Return the card with links instead of pictures."""
        return self._card([None] * len(self.contents.pictures), has_source=False)

    def _card(self, pictures: Sequence[Picture | None], *, has_source: bool = True) -> cards.Card:
        job, parent = self.job, self.contents.parent
        if not job.group:
            source = self.contents.source if has_source else None
            return cards.finished(self.translate, job, pictures, parent=parent, source=source)
        if not job.images:
            return group_cards.failed(self.translate, job)
        return group_cards.finished(self.translate, job, pictures, parent=parent)


def accepted(translate: Translator, new: AcceptedJob, costs: CostDisplay) -> cards.Card:
    """Return the first status card of a job or group, the reply to a command."""
    if new.job.group:
        return group_cards.status(translate, new.job, new.place or None, new.starts_at, costs)
    return cards.accepted(translate, new, costs)


def status(translate: Translator, job: Job, usual_seconds: float | None, costs: CostDisplay) -> cards.Card:
    """Return the status card of a job or group that is being made, or was cancelled."""
    if not job.group:
        return cards.status(translate, job, usual_seconds, costs)
    if job.status is JobStatus.CANCELLED:
        return group_cards.cancelled(translate, job)
    return group_cards.status(translate, job, None, None, costs)


def queued(translate: Translator, job: Job, place: int, starts_at: datetime | None, costs: CostDisplay) -> cards.Card:
    """Return the status card of a job or group that waits in the queue."""
    show = group_cards.status if job.group else cards.queued
    return show(translate, job, place, starts_at, costs)


def failed(translate: Translator, job: Job, *, is_public: bool = False, can_retry: bool = True) -> cards.Card:
    """Return the card of a job or group that has failed."""
    show = group_cards.failed if job.group else cards.failed
    return show(translate, job, is_public=is_public, can_retry=can_retry)


def nonce_of(job: Job) -> str:
    """Return the nonce of a final message, at most 25 characters: the same for each attempt.

    A late picture has a different nonce from the failure before it. So does a group from its first job, which may leave
    the group.
    """
    if job.group:
        return f"{job.group_id}-g"
    return job.id if job.images else f"{job.id}-f"


def is_post_of(message: discord.Message, job: Job) -> bool:
    """Return whether a message is this job's final card, as opposed to a reply that shows it again.

    A follow-up names the interaction that made the job, but so does the reply, which is the status card.
    """
    final = cards.final_custom_id(job)
    made_by = message.interaction_metadata
    is_follow_up = made_by is not None and made_by.id == job.origin.interaction_id
    is_post = made_by is None or (is_follow_up and job.reply_message_id not in {None, message.id})
    return is_post and final in custom_ids(components_of(message.components))


def answered_message(origin: Origin, *, private: bool) -> Any:
    """Return the reference to the message that a card replies to in its channel, or None.

    The type is Any because discord.py's overloads do not know its own default, None.
    """
    if origin.message_id is None or private:
        return None
    return discord.MessageReference(
        message_id=origin.message_id,
        channel_id=origin.channel_id,
        guild_id=origin.guild_id,
        fail_if_not_exists=False,
    )


def allowed_mentions(job: Job) -> discord.AllowedMentions:
    """Return which users a final message may ping: only the job's user, and only if they have chosen this."""
    users = [discord.Object(job.origin.user_id)] if job.origin.ping else []
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)
