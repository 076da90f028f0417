"""What stands under "Apps" in a message's menu: Edit image, and Remix prompt."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any

import discord
from discord import app_commands

from cogs.commands.edit import Edit, Given
from cogs.forms import fields
from cogs.forms.submitted import Filled, Source, checked_source, is_image, is_too_large
from cogs.image_requests import PROMPT_LIMIT, accept, ask, preferred_size
from cogs.presses import within_deadline
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job, Preferences
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import texts
from flux_bot.ui.cards import OPTIONS_LIMIT, Verb
from flux_bot.ui.command_tree import translatable
from flux_bot.ui.old_pictures import components_of
from flux_bot.ui.replies import Interaction, Reply, translator_of
from flux_bot.workflow.workflow import Workflow

FORM = "again"

Part = discord.Message | discord.MessageSnapshot
"""A message, or one that was forwarded in it."""


class Menus:
    """The two entries; no cog, as discord.py collects only slash commands from those."""

    def __init__(self, workflow: Workflow, catalogue: Catalogue, edit: Edit) -> None:
        """Take the cog that changes pictures."""
        self._workflow = workflow
        self._catalogue = catalogue
        self._edit = edit
        self.entries = (_entry("menu-edit-image", self.edit_image), _entry("menu-remix-prompt", self.remix_prompt))

    async def edit_image(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask what to change in a message's picture."""
        sources = [source for source in _pictures(message) if self._edit.takes(source.url)][:OPTIONS_LIMIT]
        if not sources:
            for file in (file for part in _parts(message) for file in _files(part)):
                checked_source(file)  # which says that it is too large
            raise RequestRejected("no-picture-there")
        await self._edit.open_form(interaction, sources, Given())

    async def remix_prompt(self, interaction: Interaction, message: discord.Message) -> None:
        """Make a message's words the prompt of a new picture; of our own cards, the prompt that they show."""
        is_ours = interaction.client.user is not None and message.author.id == interaction.client.user.id
        job, known = await asyncio.gather(
            within_deadline(self._job_of(message if is_ours else None)),
            within_deadline(self._workflow.history.preferences(interaction.user.id)),
        )
        liked = known or Preferences()
        if job is not None and job.request.action is Action.GENERATE:
            request = job.request
        else:  # of an edit only the words are taken: there is no picture to change
            text = job.request.prompt if job else _prompt_on(message) if is_ours else _words(message)
            if not text:
                raise RequestRejected("no-words-there")
            model = self._catalogue.preferred(None, liked.model, Action.GENERATE)
            size = preferred_size(model, liked)
            request = ImageRequest(Action.GENERATE, text[:PROMPT_LIMIT], model.name, size, liked.count)
        form = fields.remix_form(translator_of(interaction), self._catalogue, f"{FORM}:{request.size}", request)
        await interaction.response.send_modal(form)

    async def form_sent(self, interaction: Interaction, filled: Filled, reply: Reply) -> None:
        """Ask for what the form of Remix prompt says."""
        reply.private = True  # until it is known what they prefer

        async def accepting() -> AcceptedJob:
            liked = await self._workflow.history.preferences(interaction.user.id)
            base = ImageRequest(
                Action.GENERATE, "", self._catalogue.default(Action.GENERATE), filled.about, private=liked.private
            )
            request = filled.request(base, self._catalogue)
            return await accept(interaction, reply, request, preferences=liked)

        await ask(interaction, reply, accepting())

    async def _job_of(self, card: discord.Message | None) -> Job | None:
        """Return the job of our own card, None if it is none or forgotten."""
        for part in components_of(card.components if card else ()):
            verb, _, job_id = str(getattr(part, "custom_id", "")).partition(":")
            if verb in (Verb.INFO, Verb.RETRY, Verb.CANCEL):
                return await self._workflow.history.job(job_id)
        return None


def _entry(
    message_id: str, callback: Callable[[Interaction, discord.Message], Coroutine[Any, Any, None]]
) -> app_commands.ContextMenu:
    return app_commands.ContextMenu(
        name=translatable(message_id),
        callback=callback,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )


def _pictures(message: discord.Message) -> list[Source]:
    """Return the pictures of a message, and of what was forwarded in it, each once."""
    found = [
        source for part in _parts(message) for source in (*_attached(part), *_embedded(part), *_in_components(part))
    ]
    return list({source.url.partition("?")[0]: source for source in found}.values())  # each is signed anew


def _parts(message: discord.Message) -> list[Part]:
    return [message, *message.message_snapshots]


def _files(part: Part) -> list[Mapping[str, Any]]:
    return [file for file in (attachment.to_dict() for attachment in part.attachments) if is_image(file)]


def _attached(part: Part) -> Iterator[Source]:
    return (checked_source(file) for file in _files(part) if not is_too_large(file))


def _embedded(part: Part) -> Iterator[Source]:
    for embed in part.embeds:
        for media in (embed.image, embed.thumbnail):
            if url := media.proxy_url or media.url:
                yield Source(url, media.width, media.height)


def _in_components(part: Part) -> Iterator[Source]:
    shown = list(components_of(part.components))
    media = [
        item.media for gallery in shown if isinstance(gallery, discord.MediaGalleryComponent) for item in gallery.items
    ]
    # last, as on our own cards they are what was changed
    media += [thumbnail.media for thumbnail in shown if isinstance(thumbnail, discord.ThumbnailComponent)]
    pictures = (item for item in media if (item.content_type or "image/").startswith("image/"))
    return (Source(item.url, item.width, item.height) for item in pictures)


def _prompt_on(message: discord.Message) -> str:
    """Return the prompt that our own card shows, "" if none."""
    shown = (part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay))
    return next(filter(None, map(texts.shown_prompt, shown)), "")


def _words(message: discord.Message) -> str:
    """Return what stands in a message, and in what was forwarded in it."""
    parts = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    parts += [embed.description or embed.title or "" for embed in message.embeds]
    parts += [part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay)]
    return "\n".join(part.strip() for part in parts if part.strip())
