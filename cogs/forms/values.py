"""Reads the values and the picture of a submitted form. Clients may send anything, so nothing is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from cogs.forms.fields import LIKE_THE_PICTURE, MAX_IMAGE_MIB, UNCHANGED, as_typed
from cogs.image_requests import MAX_COUNT, checked_prompt
from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.text import quote
from flux_bot.ui.custom_ids import CustomId, parse_custom_id

IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")
SPOILER_FLAG = 1 << 3
"""discord-api-docs, resources/message, "attachment flags": IS_SPOILER."""
IMAGE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Source:
    """A picture to edit."""

    url: str
    width: int | None = None
    height: int | None = None
    spoiler: bool = False

    def size_for(self, model: Model) -> str:
        """Return the size whose shape is nearest to the picture's, or the model's default if the shape is unknown."""
        return model.size_like(self.width, self.height) if self.width and self.height else model.size_for(None)


def is_image(file: Mapping[str, Any]) -> bool:
    """Return whether Discord describes an attachment as a picture."""
    kind = str(file.get("content_type") or "").partition(";")[0].strip().lower()
    return kind in IMAGE_TYPES or (not kind and str(file["filename"]).lower().endswith(IMAGE_ENDINGS))


def is_too_large(file: Mapping[str, Any]) -> bool:
    """Return whether an attachment is larger than the image API accepts."""
    return bool(file["size"] > MAX_IMAGE_MIB * 1024 * 1024)


def is_spoiler(file: Mapping[str, Any]) -> bool:
    """Return whether an attachment, as Discord or discord.py describes it, is marked as a spoiler."""
    is_marked = file.get("spoiler") or file.get("is_spoiler") or int(file.get("flags") or 0) & SPOILER_FLAG
    return bool(is_marked or str(file["filename"]).startswith("SPOILER_"))


def checked_source(file: Mapping[str, Any]) -> Source:
    """Return the picture in an attachment. Raises RequestRejected if it is not a picture, or too large."""
    if not is_image(file):
        raise RequestRejected("not-an-image", filename=quote(file["filename"], 80))
    if is_too_large(file):
        raise RequestRejected("image-too-large", mebibytes=str(MAX_IMAGE_MIB))
    return Source(file["url"], file.get("width"), file.get("height"), is_spoiler(file))


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """The values that a user has submitted."""

    custom_id: CustomId
    values: Mapping[str, str | list[str] | None]
    files: Mapping[str, Mapping[str, Any]]
    """Attachments by their ids, as Discord describes them."""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read interaction data (discord-api-docs, receiving-and-responding, "modal submit data")."""
        values: dict[str, str | list[str] | None] = {}
        for label in data.get("components", ()):
            field = label.get("component") or {}
            values[str(field.get("custom_id"))] = field.get("values", field.get("value"))
        files = (data.get("resolved") or {}).get("attachments") or {}
        return cls(parse_custom_id(data.get("custom_id")), values, files)

    def text(self, name: str) -> str:
        """Return the text or choice in a field, or ""."""
        value = self.values.get(name)
        if isinstance(value, list):
            value = value[0] if value else None
        return str(value or "")

    def texts(self, name: str) -> list[str]:
        """Return all options that were chosen in a field."""
        value = self.values.get(name)
        return [str(one) for one in value] if isinstance(value, list) else []

    def choice(self, name: str) -> str:
        """Return the choice in a field; "" if it changes nothing."""
        text = self.text(name)
        return "" if text in (UNCHANGED, LIKE_THE_PICTURE) else text

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number from 1 to ``most`` that was chosen in a field, or the default."""
        text = self.choice(name)
        number = int(text) if text.isdecimal() and len(text) < 4 else default
        return number if 1 <= number <= most else default

    def source(self) -> Source:
        """Return the uploaded picture. Raises RequestRejected if there is none."""
        file = self.files.get(self.text("image"))
        if file is None:
            raise RequestRejected("one-image-needed")
        return checked_source(file)

    def changed(self, base: ImageRequest, catalogue: Catalogue) -> ImageRequest:
        """Return a request with the submitted changes. Raises RequestRejected."""
        model = catalogue.model(self.choice("model") or base.model, base.action)
        makes, size = base.action is Action.GENERATE, self.choice("size")
        keeps_size = not size and model.name == base.model
        return replace(
            base,
            prompt=checked_prompt(self.text("prompt") or as_typed(base)),
            model=model.name,
            model_chosen=base.model_chosen or model.name != base.model,
            size=base.size if keeps_size else model.size_near(size or base.size),
            count=self.number("count", base.count, MAX_COUNT) if makes else base.count,
        )
