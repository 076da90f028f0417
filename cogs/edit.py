"""/edit: change a picture, attached or given by its address."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.asking import Interaction, Prompt, Size, ask, checked_prompt, model_choices, size_choices
from flux_bot import wording
from flux_bot.addresses import check_public_url
from flux_bot.catalogue import Catalogue, Model
from flux_bot.errors import RequestRejected
from flux_bot.jobs import Action, ImageRequest
from flux_bot.workflow import Workflow

MAX_IMAGE_MIB = 25
"""The vendor's FAQ: input pictures up to 25 MB."""

IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")


class Edit(commands.Cog):
    """Changes pictures."""

    def __init__(self, workflow: Workflow, catalogue: Catalogue, *, allow_private_hosts: bool) -> None:
        """Offer the catalogue's edit models."""
        self._workflow = workflow
        self._catalogue = catalogue
        self._allow_private_hosts = allow_private_hosts
        app_commands.choices(model=model_choices(catalogue, Action.EDIT))(self.edit)

    @app_commands.command(description="Change a picture")
    @app_commands.describe(
        prompt="What to change",
        image="The picture to change",
        image_url="Or its address: of an attachment or any public picture",
        model="Who changes it",
        size="The shape of the result; that of the attached picture if left out, else square",
        private="Only I see the result",
    )
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def edit(
        self,
        interaction: Interaction,
        prompt: Prompt,
        image: discord.Attachment | None = None,
        image_url: str | None = None,
        model: str | None = None,
        size: Size | None = None,
        private: bool = False,
    ) -> None:
        """Ask for a changed picture."""
        chosen = self._catalogue.model(model, Action.EDIT)
        address = self._address(image, image_url)
        request = ImageRequest(
            action=Action.EDIT,
            prompt=checked_prompt(prompt),
            model=chosen.name,
            size=_size(chosen, size, image),
            image_url=address,
            private=private,
        )
        await ask(interaction, self._workflow, request)

    def _address(self, image: discord.Attachment | None, image_url: str | None) -> str:
        """Return where the picture is; exactly one of the two must be given."""
        if image is not None and image_url is None:
            _check_attachment(image)
            return image.url
        if image_url is not None and image is None:
            return check_public_url(image_url.strip(), allow_private_hosts=self._allow_private_hosts)
        raise RequestRejected(wording.one_image_please())

    @edit.autocomplete("size")
    async def _sizes(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return size_choices(self._catalogue, Action.EDIT, interaction, typed)


def _check_attachment(image: discord.Attachment) -> None:
    """Refuse what is surely no picture; the image API looks at the bytes."""
    kind = (image.content_type or "").partition(";")[0].strip().lower()
    if kind not in IMAGE_TYPES and (kind or not image.filename.lower().endswith(IMAGE_ENDINGS)):
        raise RequestRejected(wording.not_an_image(image.filename))
    if image.size > MAX_IMAGE_MIB * 1024 * 1024:
        raise RequestRejected(wording.image_too_large(MAX_IMAGE_MIB))


def _size(model: Model, typed: str | None, image: discord.Attachment | None) -> str:
    """Return the size asked for, else the one nearest to the picture's own shape."""
    if typed is None and image is not None and image.width and image.height:
        return model.size_like(image.width, image.height)
    return model.size_for(typed)
