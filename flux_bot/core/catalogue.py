"""The models and the sizes they accept, from ``catalogue.toml``; ``shape_words.toml`` contains words for shapes.

Users think in shapes; models expect pixels or ratios. ``Model.size_for`` checks what a user typed, and
``Model.size_in`` converts it to one of the forms that the model accepts. ``capabilities.py`` knows which of them the
image API accepts at present.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, isclose, sqrt
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from flux_bot.core.errors import ConfigurationError, RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.core.text import Argument, TranslatableText, quote

SHIPPED = Path(__file__).with_name("catalogue.toml")

SHAPES = ("1:1", "16:9", "9:16", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5", "21:9", "9:21")
"""The shapes offered for models with a pixel range, the most common first."""
SHAPE_WORDS: dict[str, str] = {
    word: ratio
    for ratio, words in tomllib.loads(Path(__file__).with_name("shape_words.toml").read_text(encoding="utf-8")).items()
    for word in words
}
"""The shapes by the words for them that users type, in all languages; see ``folded``."""

_NO_LIMIT = sys.maxsize

RATIO_TOLERANCE = 0.03
"""The tolerance for equal ratios. Pixel sizes come in steps, so 1344x768, which is exactly 7:4, is offered as 16:9."""

# Neither pattern matches part of a longer expression: 1024x1024x3 and 16:9:4 are not sizes.
_BEFORE, _AFTER = r"(?<![\d.,:x×*-])", r"(?!\d|\s*[.,:x×*]\s*\d)"
_NUMBER = r"(\d{1,4}(?:[.,]\d{1,3})?)"
_RATIO = re.compile(rf"{_BEFORE}{_NUMBER}\s*:\s*{_NUMBER}{_AFTER}")
_PIXELS = re.compile(rf"{_BEFORE}(\d{{1,5}})\s*[x×*]\s*(\d{{1,5}}){_AFTER}", re.IGNORECASE)

Ratio = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,3}:[1-9]\d{0,3}$")]
Pixels = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{1,4}x[1-9]\d{1,4}$")]


def folded(text: str) -> str:
    """Normalize a typed word like those in ``SHAPE_WORDS`` and ``Model.tags``: lower case, spaces for hyphens."""
    return " ".join(text.replace("-", " ").lower().split())


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Shape:
    """A size that a model offers: the ratio shown to users and the value sent to the API."""

    ratio: str
    size: str


class PixelRange(_Table):
    """A range of sizes: any width and height within bounds that are multiples of a step, in pixels."""

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
    """One form of ``size`` that a model may accept: a pixel range or a list of pixel sizes, ratios, or both."""

    pixels: PixelRange | tuple[Pixels, ...] = ()
    ratios: tuple[Ratio, ...] = ()

    @property
    def form(self) -> str:
        """Return the form's name: ``pixels``, ``ratios``, or ``pixels and ratios``."""
        return " and ".join(name for name in ("pixels", "ratios") if getattr(self, name))

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.pixels and not self.ratios:
            raise ValueError("sizes needs pixels, ratios or both")
        if not self.shapes():
            raise ValueError("no shape fits within these bounds")
        return self

    def shapes(self) -> tuple[Shape, ...]:
        """Return the sizes to offer, the most common first."""
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

    def size_like(self, ratio: float) -> str:
        """Return the size whose ratio (width divided by height) is nearest to the given one."""
        return min(self.shapes(), key=lambda shape: abs(_ratio_value(shape.ratio) - ratio)).size

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


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class Model(_Table):
    """A model of the image API."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    label: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    sizes: Annotated[tuple[SizeRule, ...], BeforeValidator(_as_list), Field(min_length=1)]
    """The forms of ``size`` to try, the preferred one first."""
    credits: Decimal | None = Field(default=None, ge=0, lt=1_000_000)
    """The approximate price of one picture."""
    tags: tuple[Annotated[str, StringConstraints(pattern=r"^[^\sA-Z-]+( [^\sA-Z-]+)*$", max_length=50)], ...] = ()
    """Words that users may type instead of the name, as ``folded`` returns them."""

    @model_validator(mode="before")
    @classmethod
    def _not_in_dollars(cls, table: object) -> object:
        if isinstance(table, dict) and "price" in table:
            raise ValueError("prices are in credits now: replace `price` by `credits`, dollars divided by about 0.0952")
        return table

    @field_validator("sizes")
    @classmethod
    def _forms_differ(cls, sizes: tuple[SizeRule, ...]) -> tuple[SizeRule, ...]:
        if len({rule.form for rule in sizes}) < len(sizes):
            raise ValueError("the same form is listed twice")
        if not _common_shapes(sizes):
            raise ValueError("the forms have no shape in common")
        return sizes

    @property
    def forms(self) -> tuple[str, ...]:
        """Return the names of the forms, the preferred one first."""
        return tuple(rule.form for rule in self.sizes)

    def in_form(self, form: str) -> Self:
        """Return a copy of the model with only one of its forms."""
        return self.model_copy(update={"sizes": (self._rule(form),)})

    def shapes(self) -> tuple[Shape, ...]:
        """Return the sizes to offer, which are those that every form has, the most common first."""
        return _common_shapes(self.sizes)

    def describe_sizes(self) -> tuple[Argument, ...]:
        """List the accepted sizes for a user."""
        if len(self.sizes) == 1:
            return self.sizes[0].describe()
        return tuple(shape.ratio for shape in self.shapes())

    def size_for(self, text: str | None) -> str:
        """Return the chosen size for what a user typed, or the model's first shape if they typed nothing.

        A word such as "phone" gets the nearest shape of the model.
        Raises RequestRejected, which lists the sizes that the model accepts.
        """
        if not text or not text.strip():
            return self.shapes()[0].size
        if ratio := SHAPE_WORDS.get(folded(text)):
            return self.size_near(ratio)
        if (size := self._size_for(text)) is None:
            model, typed = quote(self.label.partition(":")[0], 100), quote(text.strip(), 50)
            raise RequestRejected("size-not-supported", model=model, typed=typed, supported=self.describe_sizes())
        return size

    def size_near(self, text: str) -> str:
        """Convert a ratio or size chosen for another model; use the nearest shape if there is no match."""
        if size := self._size_for(text):
            return size
        ratio = _ratio_in(text)
        return self.size_like(ratio, 1) if ratio else self.size_for(None)

    def size_like(self, width: float, height: float) -> str:
        """Return the offered size whose ratio is nearest to that of a picture, for edits."""
        return min(self.shapes(), key=lambda shape: abs(_ratio_value(shape.ratio) - width / height)).size

    def size_in(self, form: str, size: str) -> str:
        """Convert a chosen size to one of the model's forms; use the nearest shape if there is no match."""
        rule = self._rule(form)
        ratio = _ratio_in(size)
        return rule.size_for(size) or (rule.size_like(ratio) if ratio else rule.shapes()[0].size)

    def _rule(self, form: str) -> SizeRule:
        return next(rule for rule in self.sizes if rule.form == form)

    def _size_for(self, text: str) -> str | None:
        """Return the chosen size if every form has it; in pixels if pixels were typed and one of the forms has them."""
        sizes = [size for rule in self.sizes if (size := rule.size_for(text))]
        if len(sizes) < len(self.sizes):
            return None
        in_pixels = [] if _RATIO.search(text) else [size for size in sizes if "x" in size]
        return (*in_pixels, *sizes)[0]


def _common_shapes(sizes: tuple[SizeRule, ...]) -> tuple[Shape, ...]:
    first, *others = sizes
    return tuple(shape for shape in first.shapes() if all(rule.size_for(shape.ratio) for rule in others))


class Catalogue(_Table):
    """All available models."""

    defaults: dict[Action, str]
    """The model for each action if the user chooses none."""
    models: Annotated[tuple[Model, ...], Field(min_length=1, max_length=25)]
    """All models; Discord allows 25 options in a list (discord-api-docs, components/reference, "string select")."""

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
        """Return the name of the model to use if the user chooses none."""
        return self.defaults[action]

    def models_for(self, action: Action) -> tuple[Model, ...]:
        """Return the models that support this action, in the order of the file."""
        return tuple(model for model in self.models if action in model.actions)

    def model(self, name: str | None, action: Action) -> Model:
        """Return the model with this name; None means the default model.

        Raises RequestRejected if there is no such model or it does not support the action.
        """
        models, name = self._by_name(action), name or self.default(action)
        if name not in models:
            names = tuple(quote(model.label.partition(":")[0], 100) for model in models.values())
            raise RequestRejected(f"no-such-model-{action}", typed=quote(name, 50), names=names)
        return models[name]

    def preferred(self, name: str | None, preference: str | None, action: Action) -> Model:
        """Return the model with this name, the user's preferred model if it is still available, or the default.

        Raises RequestRejected as ``model`` does.
        """
        return self.model(name or (preference if preference in self._by_name(action) else None), action)

    def resolve(self, typed: str, action: Action) -> str:
        """Return the name of the model that a user means, or the text itself if there is none.

        Users may type a name, a label with or without its description, or a tag, which means the first model with it.
        Don't pass the model of an earlier request: if it is gone, a tag of the same name must not choose another one.
        """
        text = folded(typed)
        for model in self.models_for(action):
            if text in (folded(model.name), folded(model.label), folded(model.label.partition(":")[0])):
                return model.name
        return next((model.name for model in self.models_for(action) if text in model.tags), typed)

    def find(self, name: str, action: Action) -> Model | None:
        """Return the model with this name, or None if there is none or it does not support the action."""
        return self._by_name(action).get(name)

    def from_next(self, name: str, action: Action) -> tuple[Model, ...]:
        """Return the other models for this action: first those after the named one in the file, then those before."""
        models = self.models_for(action)
        place = next((place for place, model in enumerate(models) if model.name == name), -1)
        return (*models[place + 1 :], *models[: max(place, 0)])

    def _by_name(self, action: Action) -> dict[str, Model]:
        return {model.name: model for model in self.models_for(action)}


def load_catalogue(path_or_empty: str) -> Catalogue:
    """Load a TOML file, or the built-in catalogue if the path is "".

    Raises ConfigurationError, which says what is wrong and where.
    """
    if path_or_empty == "2026-10":  # formerly a second catalogue; now there is one for both forms of the API
        raise ConfigurationError("FLUX_CATALOGUE: 2026-10 is now part of the default catalogue: remove the setting")
    path = Path(path_or_empty) if path_or_empty else SHIPPED
    try:
        return Catalogue.model_validate(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
    except OSError as error:
        raise ConfigurationError(
            f"FLUX_CATALOGUE: can't read {path} ({error.strerror}). Give the path of a TOML file, or leave it empty."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"FLUX_CATALOGUE: {path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the table"
        raise ConfigurationError(f"FLUX_CATALOGUE: {path}: {field}: {_describe_error(first)}") from None


_ERRORS = {
    "missing": "is missing",
    "extra_forbidden": "is unknown; is it misspelled?",
    "enum": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "too_short": "must not be empty",
    "too_long": "must have at most {max_length} entries",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
}
"""The bot's own messages for pydantic's error types."""


def _describe_error(details: Any) -> str:
    if details["type"] == "value_error":  # raised by the validators above
        return str(details["ctx"]["error"])
    sentence = _ERRORS.get(details["type"], "is not in the right form; see the comments in catalogue.toml")
    return sentence.format(**details.get("ctx", {}))


def _nearest(shapes: Iterable[Shape], ratio: float) -> str | None:
    """Return the size of the shape that is nearest to a ratio, or None if none is within the tolerance."""
    matches = [shape for shape in shapes if isclose(_ratio_value(shape.ratio), ratio, rel_tol=RATIO_TOLERANCE)]
    return min(matches, key=lambda shape: abs(_ratio_value(shape.ratio) - ratio)).size if matches else None


def _ratio_in(size: str) -> float | None:
    """Return the ratio of a size such as 16:9 or 1344x768."""
    match = re.fullmatch(r"(\d{1,5})[:x](\d{1,5})", size)
    return int(match[1]) / int(match[2]) if match and int(match[1]) and int(match[2]) else None


def _ratio_value(ratio: str) -> float:
    width, height = ratio.split(":")
    return int(width) / int(height)


def _ratio_of(size: str) -> str:
    """Return the reduced ratio of a pixel size such as 1024x1792."""
    width, height = (int(side) for side in size.split("x"))
    return f"{width // gcd(width, height)}:{height // gcd(width, height)}"
