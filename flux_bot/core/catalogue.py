"""The models and what each accepts; the facts themselves are in ``catalogue.toml``.

People think in shapes, models in pixels or ratios: ``Model.size_for`` turns whatever somebody typed into
the one form the model takes, or refuses it before it costs anything.
"""

import re
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
"""The shapes offered for models that take any pixels, the commonest first."""

SHAPE_WORDS = {"square": "1:1", "wide": "16:9", "tall": "9:16", "landscape": "3:2", "portrait": "2:3"}

RATIO_TOLERANCE = 0.03
"""1344x768 is offered as 16:9 although it is 7:4: pixel sizes come in steps, so near is meant as equal."""

# Neither takes a piece out of something longer: 1024x1024x3 and 16:9:4 are no sizes.
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
    """One size a model offers: what people call it and what is sent."""

    ratio: str
    size: str


class PixelRange(_Table):
    """Any width and height within bounds, in steps."""

    min: int = Field(ge=1)
    max: int | None = Field(default=None, ge=1)
    multiple: int = Field(ge=1)
    area: int = Field(default=1024 * 1024, ge=1)

    def allows(self, width: int, height: int) -> bool:
        """Tell whether the model takes exactly this size."""
        return all(
            side >= self.min and (self.max is None or side <= self.max) and side % self.multiple == 0
            for side in (width, height)
        )

    def nearest(self, ratio: float) -> tuple[int, int] | None:
        """Return the allowed size of about ``area`` pixels with this shape, None for a shape too long."""
        width, height = sqrt(self.area * ratio), sqrt(self.area / ratio)
        if self.max is not None and max(width, height) > self.max:
            shrink = self.max / max(width, height)
            width, height = width * shrink, height * shrink
        size = (self._step_down(width), self._step_down(height))
        return size if self.allows(*size) else None

    def _step_down(self, side: float) -> int:
        return int(side + 1e-6) // self.multiple * self.multiple

    def described(self) -> TranslatableText:
        """Describe the rule for a person."""
        return _pixel_rule(self.min, self.max, self.multiple)


class SizeRule(_Table):
    """What a model takes as ``size``: a range or a list of pixel sizes, a list of ratios, or both."""

    pixels: PixelRange | tuple[Pixels, ...] = ()
    ratios: tuple[Ratio, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.pixels and not self.ratios:
            raise ValueError("sizes needs pixels, ratios or both")
        if not self.shapes():
            raise ValueError("these bounds leave no size to offer")
        return self

    def shapes(self) -> tuple[Shape, ...]:
        """Return what to offer, the commonest first."""
        if isinstance(self.pixels, PixelRange):
            sizes = ((shape, self.pixels.nearest(_value(shape))) for shape in SHAPES)
            return tuple(Shape(shape, f"{size[0]}x{size[1]}") for shape, size in sizes if size)
        order = {shape: place for place, shape in enumerate(SHAPES)}
        ratios = sorted(self.ratios, key=lambda ratio: order.get(ratio, len(order)))
        return (*(Shape(r, r) for r in ratios), *(Shape(_reduced(p), p) for p in self.pixels))

    def size_for(self, text: str) -> str | None:
        """Return what to send for a ratio or size in digits, None if the model has nothing like it."""
        if match := _RATIO.search(text):
            left, right = (Fraction(number.replace(",", ".")) for number in match.groups())
            return self._for_ratio(left / right) if left and right else None
        if match := _PIXELS.search(text):
            width, height = int(match[1]), int(match[2])
            return self._for_pixels(width, height) if width and height else None
        return None

    def _for_ratio(self, wanted: Fraction) -> str | None:
        if isinstance(self.pixels, PixelRange) and not self.ratios:
            size = self.pixels.nearest(float(wanted))
            return f"{size[0]}x{size[1]}" if size else None
        return _nearest(self.shapes(), float(wanted))

    def _for_pixels(self, width: int, height: int) -> str | None:
        size = f"{width}x{height}"
        if isinstance(self.pixels, PixelRange):
            return size if self.pixels.allows(width, height) else None
        if size in self.pixels:
            return size
        return _nearest([Shape(ratio, ratio) for ratio in self.ratios], width / height)

    def described(self) -> tuple[Argument, ...]:
        """Describe the rule for a person."""
        pixels = (self.pixels.described(),) if isinstance(self.pixels, PixelRange) else self.pixels
        return (*self.ratios, *pixels)


class Model(_Table):
    """One model of the image API."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    label: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    sizes: SizeRule
    price: float | None = Field(default=None, ge=0)

    def size_for(self, text: str | None) -> str:
        """Return the size to send for what somebody typed; the model's first shape if nothing.

        Raises RequestRejected with a list of what the model takes.
        """
        if not text or not text.strip():
            return self.sizes.shapes()[0].size
        typed = SHAPE_WORDS.get(text.strip().lower(), text)
        size = self.sizes.size_for(typed)
        if size is None:
            asked = quote(text.strip(), 50)
            raise RequestRejected("size-not-taken", model=self.name, typed=asked, takes=self.sizes.described())
        return size

    def size_near(self, text: str) -> str:
        """Return the size to send for a shape or size that was meant for another model: at worst the nearest shape."""
        if size := self.sizes.size_for(text):
            return size
        match = re.fullmatch(r"(\d{1,5})[:x](\d{1,5})", text)
        return self.size_like(int(match[1]), int(match[2])) if match and int(match[2]) else self.size_for(None)

    def size_like(self, width: float, height: float) -> str:
        """Return the offered size whose shape is nearest to a picture's own, for edits."""
        return min(self.sizes.shapes(), key=lambda shape: abs(_value(shape.ratio) - width / height)).size


class Defaults(_Table):
    """The model taken for each action when the person picks none."""

    generate: str
    edit: str


class Catalogue(_Table):
    """All models on offer."""

    defaults: Defaults
    models: Annotated[tuple[Model, ...], Field(min_length=1, max_length=25)]
    """At most 25: Discord shows no more choices (discord-api-docs, application-commands, "choices")."""

    @model_validator(mode="after")
    def _defaults_exist(self) -> Self:
        names = [model.name for model in self.models]
        if len(set(names)) != len(names):
            raise ValueError("two models have the same name")
        for action in Action:
            if self.default(action) not in [model.name for model in self.models_for(action)]:
                raise ValueError(f"defaults.{action} names no model that can {action}")
        return self

    def default(self, action: Action) -> str:
        """Return the name of the model taken when the person picks none."""
        return self.defaults.generate if action is Action.GENERATE else self.defaults.edit

    def models_for(self, action: Action) -> tuple[Model, ...]:
        """Return the models that can do this, in the file's order."""
        return tuple(model for model in self.models if action in model.actions)

    def model(self, name: str | None, action: Action) -> Model:
        """Return the named model, or the default for None.

        Raises RequestRejected when there is no such model or it can't do this.
        """
        wanted = name or self.default(action)
        for model in self.models_for(action):
            if model.name == wanted:
                return model
        names = tuple(model.name for model in self.models_for(action))
        raise RequestRejected(f"no-such-model-{action}", typed=quote(wanted, 50), names=names)

    def preferred(self, name: str | None, liked: str | None, action: Action) -> Model:
        """Return the named model, else the one liked if it is still there, else the default.

        Raises RequestRejected as ``model`` does.
        """
        there = liked in [model.name for model in self.models_for(action)]
        return self.model(name or (liked if there else None), action)


def load_catalogue(which: str) -> Catalogue:
    """Read a catalogue: a shipped one by its name ("" or "2026-10"), else a TOML file by its path.

    Raises ConfigurationError that names what is wrong and where.
    """
    path = SHIPPED.get(which, Path(which))
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
        where = ".".join(str(part) for part in first["loc"]) or "the table"
        said = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"FLUX_CATALOGUE: {path}: {where}: {said}") from error


def _nearest(shapes: Iterable[Shape], wanted: float) -> str | None:
    """Return the size of the shape that is near enough to be meant, the nearest of them."""
    near = (shape for shape in shapes if isclose(_value(shape.ratio), wanted, rel_tol=RATIO_TOLERANCE))
    nearest = min(near, key=lambda shape: abs(_value(shape.ratio) - wanted), default=None)
    return nearest.size if nearest else None


def _value(ratio: str) -> float:
    left, right = ratio.split(":")
    return int(left) / int(right)


def _reduced(size: str) -> str:
    left, right = (int(part) for part in re.split("[:x]", size))
    return f"{left // gcd(left, right)}:{right // gcd(left, right)}"


def _pixel_rule(smallest: int, largest: int | None, step: int) -> TranslatableText:
    """Describe which pixel sizes a model takes."""
    arguments: dict[str, Argument] = {"smallest": str(smallest), "step": str(step)}
    if largest is None:
        return TranslatableText("pixel-rule-open", arguments)
    return TranslatableText("pixel-rule-range", arguments | {"largest": str(largest)})
