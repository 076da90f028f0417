"""The entries under "Apps" in a message's menu: Edit image and Remix prompt."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands

from cogs.commands.edit import checked_address
from cogs.forms import fields
from cogs.forms.edit import EditOptions, open_form
from cogs.forms.remix import REMIX_PROMPT, REMIX_PROMPT_PRIVATELY
from cogs.forms.values import Source, checked_source, is_image, is_too_large
from cogs.image_requests import PROMPT_LIMIT, preferred_size
from cogs.presses import is_prompt_hidden, visible_group, within_deadline
from cogs.server_settings import catalogue_here, preferences_here
from cogs.styles import styles_here
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job
from flux_bot.core.styles import NONE, find, with_style
from flux_bot.core.variations import joined
from flux_bot.ui import group_cards, texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.cards import OPTIONS_LIMIT, Verb
from flux_bot.ui.custom_ids import CustomId, custom_ids
from flux_bot.ui.interactions.command_tree import translatable
from flux_bot.ui.interactions.replies import user_translator
from flux_bot.ui.old_pictures import components_of

Part = discord.Message | discord.MessageSnapshot
"""A message, or a message that is forwarded in it."""

_MENTION = re.compile(r"<(?P<kind>@[!&]?|#)(?P<id>\d{15,20})>")
_NAMED = re.compile(r"<(?:(?P<command>/[^:<>]+):|a?(?P<emoji>:\w+:))\d{15,20}>")
_GUIDES = re.compile(r"<(?:id|sound):[^<>\s]*>")
_TIME = re.compile(r"<t:(?P<seconds>-?\d+)(?::(?P<style>[tTdDfFsSR]))?>")
_COVERED = re.compile(r"\|\|.+?\|\|", re.DOTALL)
"""A spoiler in a text."""
_DATE, _HOUR = "{0.day} {0:%B %Y}", "{0:%H:%M}"
_TIME_FORMATS = {"t": _HOUR, "T": "{0:%H:%M:%S}", "d": _DATE, "D": _DATE}


async def edit_image(interaction: Interaction, message: discord.Message) -> None:
    """Open the form that edits a message's picture; a private message's result is private."""
    sources = [source for source in _pictures(message) if _is_usable(interaction, source)][:OPTIONS_LIMIT]
    if not sources:
        for file in (file for part in _parts(message) for file in _files(part)):
            checked_source(file)  # rejects a file that is too large
        raise RequestRejected("no-picture-found")
    await open_form(interaction, sources, EditOptions(private=True if message.flags.ephemeral else None))


async def remix_prompt(interaction: Interaction, message: discord.Message) -> None:
    """Open the form that makes a picture of a message's text, or of the prompt on one of the bot's cards.

    A private message's result is private.
    """
    is_ours = interaction.client.user is not None and message.author.id == interaction.client.user.id
    styles = styles_here(interaction)
    job, preferences, catalogue, _ = await asyncio.gather(
        within_deadline(_job_of_card(interaction, message if is_ours else None)),
        preferences_here(interaction),
        catalogue_here(interaction, Action.GENERATE),
        within_deadline(styles.read()),
    )
    is_group = job is not None and bool(job.group)
    if job is not None and job.request.action is Action.GENERATE:
        # The form is not about the job, so it can only have a style that exists here.
        request = with_style(job.request, find(styles.all, job.request.style or NONE))
        if is_group:
            request = replace(request, prompt=_prompt_of_group(interaction, job))
    else:  # for an edit, only the prompt is used: there is no picture to edit
        text = job.request.prompt if job else _prompt_on_card(message) if is_ours else _text_of(message)
        if not text:
            raise RequestRejected("no-text-found")
        model = catalogue.preferred(None, preferences.model, Action.GENERATE)
        size = preferred_size(model, preferences)
        request = ImageRequest(Action.GENERATE, text[:PROMPT_LIMIT], model.name, size, preferences.count)
        request = styles.apply(request, "", preferences)
    custom_id = CustomId(REMIX_PROMPT_PRIVATELY if message.flags.ephemeral else REMIX_PROMPT, request.size)
    is_partial = is_ours and job is None and texts.may_be_truncated(request.prompt)
    translate = user_translator(interaction)
    form = fields.remix_form(
        translate, catalogue, custom_id, request, styles=styles.all, is_partial=is_partial, is_typed=is_group
    )
    await interaction.response.send_modal(form)


def _prompt_of_group(interaction: Interaction, job: Job) -> str:
    """Return one prompt that expands to all prompts of a group. Raises RequestRejected if the user may see none."""
    prompts = group_cards.prompts_of(visible_group(interaction, job))
    if not prompts:
        raise RequestRejected("no-text-found")
    return joined(prompts, PROMPT_LIMIT)


async def _job_of_card(interaction: Interaction, card: discord.Message | None) -> Job | None:
    """Return the job of one of the bot's cards, with its group; None if it has none or the job was deleted.

    Raises RequestRejected if the card hides its prompt from the user.
    """
    history = interaction.client.workflow.history
    found = [
        one
        for one in custom_ids(components_of(card.components if card else ()))
        if one.action in set(Verb) - {Verb.FETCH}
    ]
    of_group = next((one for one in found if one.action in (Verb.REROLL_ALL, Verb.CANCEL)), None)
    if of_group:
        job = await history.with_group(of_group.about)
    else:
        job = await history.job(found[0].about) if found else None
    if job is not None and is_prompt_hidden(interaction, job):
        raise RequestRejected("no-text-found")
    return job


def _is_usable(interaction: Interaction, source: Source) -> bool:
    try:
        checked_address(interaction, source.url)
    except RequestRejected:
        return False
    return True


def _pictures(message: discord.Message) -> list[Source]:
    """Return the pictures of a message and of messages forwarded in it, without duplicates."""
    found = [
        source
        for part in _parts(message)
        for source in (*_attached(part), *_stickers(part), *_embedded(part), *_in_components(part))
    ]
    distinct: dict[str, Source] = {}
    for source in found:
        address = source.url.partition("?")[0]  # signatures differ
        spoiler = source.spoiler or (address in distinct and distinct[address].spoiler)
        distinct[address] = replace(source, spoiler=spoiler)
    return list(distinct.values())


def _parts(message: discord.Message) -> list[Part]:
    return [message, *message.message_snapshots]


def _files(part: Part) -> list[Mapping[str, Any]]:
    return [file for file in (attachment.to_dict() for attachment in part.attachments) if is_image(file)]


def _attached(part: Part) -> Iterator[Source]:
    return (checked_source(file) for file in _files(part) if not is_too_large(file))


def _stickers(part: Part) -> Iterator[Source]:
    return (Source(item.url) for item in part.stickers if item.format is not discord.StickerFormatType.lottie)


def _embedded(part: Part) -> Iterator[Source]:
    # Discord changes the spelling of addresses, so it is not certain which of them is covered.
    is_covered = any("://" in covered for covered in _COVERED.findall(part.content))
    for embed in part.embeds:
        for media in (embed.image, embed.thumbnail):
            if url := media.proxy_url or media.url:
                yield Source(url, media.width, media.height, spoiler=is_covered)


def _in_components(part: Part) -> Iterator[Source]:
    shown = list(components_of(part.components))
    covered = [
        inner
        for outer in shown
        if isinstance(outer, discord.Container) and outer.spoiler
        for inner in components_of(outer.children)
    ]
    media = [
        (item.media, item.spoiler or gallery in covered)
        for gallery in shown
        if isinstance(gallery, discord.MediaGalleryComponent)
        for item in gallery.items
    ]
    # Last, because on our own cards these show the original of an edited picture.
    media += [
        (thumbnail.media, thumbnail.spoiler or thumbnail in covered)
        for thumbnail in shown
        if isinstance(thumbnail, discord.ThumbnailComponent)
    ]
    for item, spoiler in media:
        if (item.content_type or "image/").startswith("image/"):
            yield Source(item.url, item.width, item.height, spoiler)


def _prompt_on_card(message: discord.Message) -> str:
    """Return the prompt that one of the bot's cards shows, or ""."""
    shown = (part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay))
    return next(filter(None, map(texts.shown_prompt, shown)), "")


def _text_of(message: discord.Message) -> str:
    """Return the text of a message and of messages forwarded in it, as Discord shows it."""
    parts = [message.content, *(snapshot.content for snapshot in message.message_snapshots)]
    parts += [embed.description or embed.title or "" for embed in message.embeds]
    parts += [part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay)]
    return "\n".join(part for part in (readable(part, message).strip() for part in parts) if part)


def readable(text: str, message: discord.Message) -> str:
    """Replace codes with what Discord shows: names, emoji as ``:name:``, times in UTC; remove unknown mentions.

    The codes are in discord-api-docs, reference, "message formatting".
    """
    names: dict[str, Callable[[int], object]] = {
        "@": {user.id: user.display_name for user in message.mentions}.get,
        "@&": {role.id: role.name for role in message.role_mentions}.get,
        "#": message.guild.get_channel_or_thread if message.guild else lambda _: None,
    }

    def name(match: re.Match[str]) -> str:
        kind = match["kind"].rstrip("!")
        found = names[kind](int(match["id"]))
        return f"{kind[0]}{found}" if found else ""

    text = _MENTION.sub(name, text)
    text = _NAMED.sub(lambda match: match["command"] or match["emoji"], _GUIDES.sub("", text))
    return _TIME.sub(_readable_time, text)


def _readable_time(match: re.Match[str]) -> str:
    try:
        at = datetime.fromtimestamp(int(match["seconds"]), UTC)
    except (ValueError, OverflowError, OSError):
        return match[0]
    return _TIME_FORMATS.get(match["style"], f"{_DATE}, {_HOUR}").format(at)


async def setup(bot: FluxBot) -> None:
    """Add the entries (discord.py calls this)."""
    bot.tree.add_command(app_commands.ContextMenu(name=translatable("menu-edit-image"), callback=edit_image))
    bot.tree.add_command(app_commands.ContextMenu(name=translatable("menu-remix-prompt"), callback=remix_prompt))
