"""The forms (modals) that are sent in, and what was written into them.

A form is known by its custom_id alone, ``<name>:<what it is about>``, so that one which was open during a restart is
read all the same; ``Forms`` hears all that are sent in.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord
from discord.ext import commands

from cogs.forms.fields import AS_IT_WAS, LIKE_THE_PICTURE, MAX_IMAGE_MIB
from cogs.image_requests import MAX_COUNT, checked_prompt
from cogs.presses import is_private
from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.text import quote
from flux_bot.ui.replies import TYPED, Interaction, Reply, reply_with_error

IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")

Values = Mapping[str, str | list[str] | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A picture to change."""

    url: str
    width: int | None = None
    height: int | None = None

    def size_for(self, model: Model) -> str:
        """Return the size whose shape is nearest to the picture's own, the model's first if that is not known."""
        return model.size_like(self.width, self.height) if self.width and self.height else model.size_for(None)


def is_image(file: Mapping[str, Any]) -> bool:
    """Tell whether an attachment, as Discord describes it, may be a picture."""
    kind = str(file.get("content_type") or "").partition(";")[0].strip().lower()
    return kind in IMAGE_TYPES or (not kind and str(file["filename"]).lower().endswith(IMAGE_ENDINGS))


def is_too_large(file: Mapping[str, Any]) -> bool:
    """Tell whether an attachment, as Discord describes it, is more than the image API takes."""
    return bool(file["size"] > MAX_IMAGE_MIB * 1024 * 1024)


def checked_source(file: Mapping[str, Any]) -> Source:
    """Return an attachment as Discord describes it. Raises RequestRejected for what is surely no picture.

    The image API looks at the bytes.
    """
    if not is_image(file):
        raise RequestRejected("not-an-image", filename=quote(file["filename"], 80))
    if is_too_large(file):
        raise RequestRejected("image-too-large", mebibytes=str(MAX_IMAGE_MIB))
    return Source(file["url"], file.get("width"), file.get("height"))


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was sent in. Nothing in it is trusted: clients may send what they like."""

    about: str
    """What stood in its custom_id."""
    values: Values
    files: Mapping[str, Mapping[str, Any]]
    """Attachments by their ids, as Discord describes them."""

    def text(self, name: str) -> str:
        """Return what was written into a field, or chosen in it, "" if nothing."""
        value = self.values.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        return str(value or "")

    def choice(self, name: str) -> str:
        """Return what was chosen in a field, "" for what changes nothing."""
        text = self.text(name)
        return "" if text in (AS_IT_WAS, LIKE_THE_PICTURE) else text

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number that was chosen; what is none counts as not chosen."""
        text = self.choice(name)
        number = int(text) if text.isdecimal() and len(text) < 4 else default
        return number if 1 <= number <= most else default

    def source(self) -> Source:
        """Return the picture that was uploaded. Raises RequestRejected if there is none."""
        file = self.files.get(self.text("image"))
        if file is None:
            raise RequestRejected("one-image-please")
        return checked_source(file)

    def request(self, base: ImageRequest, catalogue: Catalogue) -> ImageRequest:
        """Return a request with what was changed in it. Raises RequestRejected."""
        model = catalogue.model(self.choice("model") or base.model, base.action)
        makes = base.action is Action.GENERATE
        return replace(
            base,
            prompt=checked_prompt(self.text("prompt") or base.prompt),
            model=model.name,
            size=model.size_near(self.choice("size") or base.size),
            count=self.number("count", base.count, MAX_COUNT) if makes else base.count,
        )


def read(data: Mapping[str, Any]) -> Filled:
    """Read a form's interaction data (discord-api-docs, receiving-and-responding, "modal submit data")."""
    values: dict[str, str | list[str] | None] = {}
    for label in data.get("components", ()):
        field = label.get("component") or {}
        values[str(field.get("custom_id"))] = field.get("values", field.get("value"))
    files = (data.get("resolved") or {}).get("attachments") or {}
    return Filled(str(data["custom_id"]).partition(":")[2], values, files)


Handler = Callable[[Interaction, Filled, Reply], Awaitable[None]]


class Forms(commands.Cog):
    """Hears the forms that are sent in."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        """Take what to do, by the forms' names."""
        self._handlers = handlers

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Do what a form asks for."""
        data: Mapping[str, Any] = interaction.data or {}
        handler = self._handlers.get(str(data.get("custom_id")).partition(":")[0])
        if interaction.type is not discord.InteractionType.modal_submit or handler is None:
            return
        filled = read(data)
        interaction.extras[TYPED] = filled.text("prompt")
        try:
            await handler(interaction, filled, Reply(interaction, private=is_private(interaction)))
        except Exception as error:  # noqa: BLE001  a form has no other edge: the tree's on_error is for commands
            await reply_with_error(interaction, error)
