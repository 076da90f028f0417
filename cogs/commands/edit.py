"""/edit: change a picture that is attached, given by its address, or uploaded in a form."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from cogs.forms.edit import EditOptions, describe_edit, open_form, request_edit
from cogs.forms.values import Source, checked_source
from cogs.image_requests import Prompt, Size, model_choices, size_choices
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.images.addresses import check_public_url, is_expired
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.replies import Reply


class Edit(commands.Cog):
    """The /edit command."""

    @app_commands.command()
    async def edit(
        self,
        interaction: Interaction,
        prompt: Prompt | None = None,
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        model: str | None = None,
        size: Size | None = None,
        private: bool | None = None,
    ) -> None:
        """Request an edited picture; a form asks for a missing prompt or picture."""
        named = interaction.client.catalogue.resolve(model, Action.EDIT) if model else ""
        options = EditOptions(prompt or "", named, (size or "").strip(), private, model_named=bool(model))
        describe_edit(interaction, [], options)
        source = _source(interaction, image, image_url)
        describe_edit(interaction, [source] if source else [], options)
        if source is None or prompt is None:
            await open_form(interaction, [source] if source else [], options)
        else:
            await request_edit(interaction, Reply(interaction, private=private is not False), source, options)

    @edit.autocomplete("model")
    async def _models(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await model_choices(interaction, Action.EDIT, typed)

    @edit.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await size_choices(interaction, Action.EDIT, typed)


def _source(interaction: Interaction, image: discord.Attachment | None, image_url: str | None) -> Source | None:
    """Return the picture or None. Raises RequestRejected if there are two, or if the picture can't be used."""
    if image is not None and image_url is not None:
        raise RequestRejected("one-image-needed")
    if image is not None:
        return checked_source(image.to_dict())
    if image_url is None:
        return None
    link, spoiler = _unwrapped(image_url)
    is_marked = (
        link.partition("?")[0].rpartition("/")[2].startswith("SPOILER_")
    )  # Discord's file names for such attachments begin like this
    return replace(checked_address(interaction, link), spoiler=spoiler or is_marked)


def _unwrapped(link: str) -> tuple[str, bool]:
    """Return a link without the marks that messages have, ``<link>`` or ``||link||``; and whether it is a spoiler."""
    link = link.strip()
    spoiler = link.startswith("||") and link.endswith("||")
    if spoiler:
        link = link[2:-2].strip()
    if link.startswith("<") and link.endswith(">"):
        link = link[1:-1].strip()
    return link, spoiler


def checked_address(interaction: Interaction, url: str) -> Source:
    """Return the picture at an address. Raises RequestRejected if the image API can't fetch it from there."""
    allow_private_hosts = interaction.client.settings.allow_private_image_hosts
    url = check_public_url(url, allow_private_hosts=allow_private_hosts)
    if is_expired(url, now=interaction.client.clock.now()):
        raise RequestRejected("link-expired")
    return Source(url)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Edit())
