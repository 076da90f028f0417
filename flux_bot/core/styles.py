"""Styles: templates for prompts. ``styles.toml`` contains the built-in styles; servers can add their own."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import ImageRequest
from flux_bot.core.text import Argument

PLACEHOLDER = "{prompt}"
NONE = "none"
"""The name that means no style."""
_RESERVED = (NONE, "as it was", "usual")
"""The values that lists use instead of a name; no style can have one of these names."""
NAME_LIMIT = 50
DESCRIPTION_LIMIT = 100
TEMPLATE_LIMIT = 1000
"""The maximum length in characters. It leaves room for the prompt, because both together have a limit."""
STYLES_PER_SERVER = 25
_INVISIBLE = ("Cc", "Cf", "Cs", "Co")
"""Unicode's categories of control, format, surrogate and private-use characters."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style of a server, or a built-in one."""

    name: str
    """The name saved with a job: the one that the server gave its style, or a key of ``styles.toml``."""
    template: str
    """The template of the prompt that the image API gets; it contains ``{prompt}`` exactly once."""
    description: str = ""
    """The description of a server's style; it may be empty."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    """The ``name`` and ``description`` of a built-in style, by locale."""

    def name_in(self, locale: str) -> str:
        """Return the name in a language; a server's style has the same name in all of them."""
        return self.texts.get(locale, {}).get("name", self.name)

    def description_in(self, locale: str) -> str:
        """Return the description in a language, as ``name_in`` does."""
        return self.texts.get(locale, {}).get("description", self.description)

    @property
    def names(self) -> set[str]:
        """Return the style's names in all languages, normalized."""
        return {normalized(name) for name in (self.name, *(texts["name"] for texts in self.texts.values()))}


def _load() -> dict[str, Style]:
    tables = tomllib.loads(Path(__file__).with_name("styles.toml").read_text(encoding="utf-8"))
    return {name: Style(name, texts.pop("template"), texts=texts) for name, texts in tables.items()}


BUILT_IN = _load()
"""The styles that every server has, by name."""


def normalized(name: str) -> str:
    """Normalize a name for comparisons: case, hyphens, Unicode forms and extra spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", visible(name)).casefold().replace("-", " ").split())


def visible(text: str) -> str:
    """Return a text on one line, without extra spaces and invisible characters."""
    spaced = " ".join(text.split())
    return " ".join("".join(one for one in spaced if unicodedata.category(one) not in _INVISIBLE).split())


def checked_style(name: str, description: str, template: str) -> Style:
    """Clean up and check what a user typed for a server's style. Raises RequestRejected, which says what is wrong."""
    style = Style(visible(name), visible(template), visible(description))
    if not normalized(style.name):
        raise RequestRejected("style-without-name")
    limits: dict[str, tuple[str, int]] = {
        "style-name-too-long": (style.name, NAME_LIMIT),
        "style-description-too-long": (style.description, DESCRIPTION_LIMIT),
        "style-template-too-long": (style.template, TEMPLATE_LIMIT),
    }
    for message, (text, limit) in limits.items():
        if len(text) > limit:
            arguments: dict[str, Argument] = {"limit": str(limit)}
            raise RequestRejected(message, **arguments)
    if style.template.count(PLACEHOLDER) != 1:
        raise RequestRejected("style-without-prompt", placeholder=PLACEHOLDER)
    if normalized(style.name) in _RESERVED or find(BUILT_IN.values(), style.name):
        raise RequestRejected("style-name-taken")
    return style


def find(styles: Iterable[Style], name: str) -> Style | None:
    """Return the style with this name in any language, or None."""
    key = normalized(name)
    return next((style for style in styles if key in style.names), None)


def matching(styles: Iterable[Style], typed: str, locale: str) -> list[Style]:
    """Return the styles whose name or description in the user's language contains all typed words."""
    words = normalized(typed).split()
    return [
        style
        for style in styles
        if all(
            word in normalized(f"{style.name} {style.name_in(locale)} {style.description_in(locale)}") for word in words
        )
    ]


def candidates(styles: Sequence[Style], typed: str, locale: str) -> list[Style]:
    """Return the style with exactly the typed name, or else all that match the typed words."""
    exact = find(styles, typed)
    return [exact] if exact else matching(styles, typed, locale)


def with_style(request: ImageRequest, style: Style | None) -> ImageRequest:
    """Return the request with another style, or without one."""
    if style is None:
        return replace(request, style=None, template=None)
    return replace(request, style=style.name, template=style.template)
