"""A job's final message: its card with pictures that fit, and how the message is recognised again."""

from dataclasses import dataclass
from typing import Any

import discord

from flux_bot.core.jobs import Job, Origin
from flux_bot.images.decoding import fit_or_none
from flux_bot.locales import Translator
from flux_bot.ui import cards
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
        source, parent = self.contents.source, self.contents.parent
        card = cards.finished(self.translate, self.job, fitting, parent=parent, source=source)
        return card, sum(picture.size for picture in fitting if picture)

    def card_without_pictures(self) -> cards.Card:
        """Return the card with links in place of pictures."""
        missing = [None] * len(self.contents.pictures)
        return cards.finished(self.translate, self.job, missing, parent=self.contents.parent)


def nonce_of(job: Job) -> str:
    """Return at most 25 characters, the same for each attempt; a late picture differs from the failure before."""
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
    """Return the reference to the message that a card answers in its channel, None if there is none.

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


def only_the_user(job: Job) -> discord.AllowedMentions:
    """Return whom a final message may ping: its user, if they want that."""
    users = [discord.Object(job.origin.user_id)] if job.origin.ping else []
    return discord.AllowedMentions(everyone=False, roles=False, users=users, replied_user=False)
