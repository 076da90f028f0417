"""The available models and the sizes they accept, as listed in ``catalogue.toml``.

Users think in shapes; models expect pixels or ratios. ``Model.size_for`` converts what a user typed to the form
that the model accepts, or rejects it before it costs anything.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, isclose, sqrt
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from flux_bot.core.errors import ConfigurationError, RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.core.text import Argument, TranslatableText, quote

SHIPPED = {
    "": Path(__file__).with_name("catalogue.toml"),
    "2026-10": Path(__file__).with_name("catalogue_2026_10.toml"),
}

SHAPES = ("1:1", "16:9", "9:16", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "21:9", "9:21")
"""The shapes offered for models with a pixel range, most common first."""
SHAPE_WORDS = {"square": "1:1", "wide": "16:9", "tall": "9:16", "landscape": "3:2", "portrait": "2:3"}

_NO_LIMIT = sys.maxsize

RATIO_TOLERANCE = 0.03
"""Ratios this close count as equal: pixel sizes come in steps, so 1344x768, exactly 7:4, is offered as 16:9."""

# Neither pattern matches part of a longer expression: 1024x1024x3 and 16:9:4 are not sizes.
_BEFORE, _AFTER = r"(?<![\d.,:x×*-])", r"(?!\d|\s*[.,:x×*]\s*\d)"
_NUMBER = r"(\d{1,4}(?:[.,]\d{1,3})?)"
_RATIO = re.compile(rf"{_BEFORE}{_NUMBER}\s*:\s*{_NUMBER}{_AFTER}")
_PIXELS = re.compile(rf"{_BEFORE}(\d{{1,5}})\s*[x×*]\s*(\d{{1,5}}){_AFTER}", re.IGNORECASE)

Ratio = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$")]
Pixels = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{1,4}x[1-9]\d{1,4}$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Shape:
    """A size that a model offers: the ratio shown to users and the value sent to the API."""

    ratio: str
    size: str


class PixelRange(_Table):
    """Any width and height within bounds and in steps, in pixels."""

    min: int = Field(ge=1)
    max: int = Field(default=_NO_LIMIT, ge=1)
    multiple: int = Field(ge=1)
    area: int = Field(default=1024 * 1024, ge=1)
    """The area to aim for when only a ratio is given."""

    def allows(self, width: int, height: int) -> bool:
        """Return whether the model accepts exactly this size."""
        return all(self.min <= side <= self.max and side % self.multiple == 0 for side in (width, height))

    def nearest(self, ratio: float) -> str | None:
        """Return the allowed size of about ``area`` pixels with this ratio, or None if the ratio is too extreme."""
        width, height = sqrt(self.area * ratio), sqrt(self.area / ratio)
        shrink = min(1.0, self.max / max(width, height))
        # 1e-6 makes up for floating-point rounding.
        width, height = (int(side * shrink + 1e-6) // self.multiple * self.multiple for side in (width, height))
        return f"{width}x{height}" if self.allows(width, height) else None

    def describe(self) -> TranslatableText:
        """Describe the allowed sizes to a user."""
        arguments = {"smallest": str(self.min), "step": str(self.multiple)}
        if self.max == _NO_LIMIT:
            return TranslatableText("pixel-rule-open", arguments)
        return TranslatableText("pixel-rule-range", {**arguments, "largest": str(self.max)})


class SizeRule(_Table):
    """What a model accepts as ``size``: a pixel range or a list of pixel sizes, a list of ratios, or both."""

    pixels: PixelRange | tuple[Pixels, ...] = ()
    ratios: tuple[Ratio, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.pixels and not self.ratios:
            raise ValueError("sizes needs pixels, ratios or both")
        if not self.shapes():
            raise ValueError("no shape fits within these bounds")
        return self

    def shapes(self) -> tuple[Shape, ...]:
        """Return the sizes to offer, most common first."""
        if isinstance(self.pixels, PixelRange):
            sizes = ((ratio, self.pixels.nearest(_ratio_value(ratio))) for ratio in SHAPES)
            return tuple(Shape(ratio, size) for ratio, size in sizes if size)
        ratios = sorted(self.ratios, key=lambda ratio: SHAPES.index(ratio) if ratio in SHAPES else len(SHAPES))
        return (*(Shape(r, r) for r in ratios), *(Shape(_ratio_of(p), p) for p in self.pixels))

    def size_for(self, text: str) -> str | None:
        """Return the size to send for a ratio or pixel size, or None if the model has no match."""
        if match := _RATIO.search(text):
            width, height = (Fraction(number.replace(",", ".")) for number in match.groups())
            return self._for_ratio(float(width / height)) if width and height else None
        if match := _PIXELS.search(text):
            columns, rows = int(match[1]), int(match[2])
            return self._for_pixels(columns, rows) if columns and rows else None
        return None

    def _for_ratio(self, ratio: float) -> str | None:
        if isinstance(self.pixels, PixelRange) and not self.ratios:
            return self.pixels.nearest(ratio)
        return _nearest(self.shapes(), ratio)

    def _for_pixels(self, width: int, height: int) -> str | None:
        size = f"{width}x{height}"
        if isinstance(self.pixels, PixelRange):
            return size if self.pixels.allows(width, height) else None
        if size in self.pixels:
            return size
        return _nearest([Shape(ratio, ratio) for ratio in self.ratios], width / height)

    def describe(self) -> tuple[Argument, ...]:
        """List the accepted sizes for a user."""
        pixels = (self.pixels.describe(),) if isinstance(self.pixels, PixelRange) else self.pixels
        return (*self.ratios, *pixels)


class Model(_Table):
    """A model of the image API."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    label: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    sizes: SizeRule
    price: float | None = Field(default=None, ge=0)

    def size_for(self, text: str | None) -> str:
        """Return the size to send for what a user typed, or the model's first shape if they typed nothing.

        Raises RequestRejected, which lists the sizes that the model accepts.
        """
        if not text or not text.strip():
            return self.sizes.shapes()[0].size
        size = self.sizes.size_for(SHAPE_WORDS.get(text.strip().lower(), text))
        if size is None:
            typed = quote(text.strip(), 50)
            raise RequestRejected("size-not-supported", model=self.name, typed=typed, supported=self.sizes.describe())
        return size

    def size_near(self, text: str) -> str:
        """Convert a ratio or size chosen for another model; use the nearest shape if there is no match."""
        if size := self.sizes.size_for(text):
            return size
        match = re.fullmatch(r"(\d{1,5})[:x](\d{1,5})", text)
        return self.size_like(int(match[1]), int(match[2])) if match and int(match[2]) else self.size_for(None)

    def size_like(self, width: float, height: float) -> str:
        """Return the offered size whose ratio is nearest to that of a picture, for edits."""
        return min(self.sizes.shapes(), key=lambda shape: abs(_ratio_value(shape.ratio) - width / height)).size


class Catalogue(_Table):
    """All available models."""

    defaults: dict[Action, str]
    """The model for each action when the user picks none."""
    models: Annotated[tuple[Model, ...], Field(min_length=1, max_length=25)]
    """Discord allows at most 25 choices (discord-api-docs, application-commands, "choices")."""

    @model_validator(mode="after")
    def _defaults_exist(self) -> Self:
        names = [model.name for model in self.models]
        if len(set(names)) != len(names):
            raise ValueError("two models have the same name")
        for action in Action:
            if self.defaults.get(action) not in self._by_name(action):
                raise ValueError(f"defaults.{action} is not a model that can {action}")
        return self

    def default(self, action: Action) -> str:
        """Return the name of the model to use when the user picks none."""
        return self.defaults[action]

    def models_for(self, action: Action) -> tuple[Model, ...]:
        """Return the models that support this action, in the order of the file."""
        return tuple(model for model in self.models if action in model.actions)

    def model(self, name: str | None, action: Action) -> Model:
        """Return the named model, or the default for None.

        Raises RequestRejected if there is no such model or it does not support the action.
        """
        models, name = self._by_name(action), name or self.default(action)
        if name not in models:
            raise RequestRejected(f"no-such-model-{action}", typed=quote(name, 50), names=tuple(models))
        return models[name]

    def preferred(self, name: str | None, preference: str | None, action: Action) -> Model:
        """Return the named model, else the user's preference if it is still available, else the default.

        Raises RequestRejected as ``model`` does.
        """
        return self.model(name or (preference if preference in self._by_name(action) else None), action)

    def _by_name(self, action: Action) -> dict[str, Model]:
        return {model.name: model for model in self.models_for(action)}


def load_catalogue(name_or_path: str) -> Catalogue:
    """Load a shipped catalogue by name ("" or "2026-10"), or a TOML file by path.

    Raises ConfigurationError, which says what is wrong and where.
    """
    path = SHIPPED.get(name_or_path, Path(name_or_path))
    try:
        return Catalogue.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        shipped = ", ".join(repr(name) for name in SHIPPED)
        raise ConfigurationError(
            f"FLUX_CATALOGUE: can't read {path} ({error.strerror}). Give the path of a TOML file or one of {shipped}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"FLUX_CATALOGUE: {path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the table"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"FLUX_CATALOGUE: {path}: {field}: {message}") from error


def _nearest(shapes: Iterable[Shape], ratio: float) -> str | None:
    """Return the size of the shape nearest to a ratio, or None if none is within the tolerance."""
    matches = [shape for shape in shapes if isclose(_ratio_value(shape.ratio), ratio, rel_tol=RATIO_TOLERANCE)]
    return min(matches, key=lambda shape: abs(_ratio_value(shape.ratio) - ratio)).size if matches else None


def _ratio_value(ratio: str) -> float:
    width, height = ratio.split(":")
    return int(width) / int(height)


def _ratio_of(size: str) -> str:
    """Return the reduced ratio of a pixel size such as 1024x1792."""
    width, height = (int(side) for side in size.split("x"))
    return f"{width // gcd(width, height)}:{height // gcd(width, height)}"
