"""Styles: what they make of a prompt. ``styles.toml`` has those that every server has; servers add their own."""

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
"""What stands for no style, in place of a name."""
_RESERVED = (NONE, "as it was", "usual")
"""What lists use in place of a name."""
NAME_LIMIT = 50
DESCRIPTION_LIMIT = 100
TEMPLATE_LIMIT = 1000
"""Characters; it leaves room for a prompt, as both together have a limit."""
STYLES_PER_SERVER = 25
_INVISIBLE = ("Cc", "Cf", "Cs", "Co")
"""Unicode's categories of control, format, surrogate and private characters."""


@dataclass(frozen=True, slots=True)
class Style:
    """A style of a server, or a built-in one."""

    name: str
    """What is saved with a job: as typed by the server, or a key of ``styles.toml``."""
    template: str
    """What the image API gets, with ``{prompt}`` in it once."""
    description: str = ""
    """Of a server's style; it may be empty."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, compare=False)
    """The ``name`` and ``description`` of a built-in style, by locale."""

    def name_in(self, locale: str) -> str:
        """Return the name in a language; a server's style has the same in all of them."""
        return self.texts.get(locale, {}).get("name", self.name)

    def description_in(self, locale: str) -> str:
        """Return the description in a language, as ``name_in``."""
        return self.texts.get(locale, {}).get("description", self.description)

    @property
    def names(self) -> set[str]:
        """Return all its names, as ``comparable`` returns them."""
        return {comparable(name) for name in (self.name, *(texts["name"] for texts in self.texts.values()))}


def _load() -> dict[str, Style]:
    tables = tomllib.loads(Path(__file__).with_name("styles.toml").read_text(encoding="utf-8"))
    return {name: Style(name, texts.pop("template"), texts=texts) for name, texts in tables.items()}


BUILT_IN = _load()
"""The styles that every server has, by their names."""


def comparable(name: str) -> str:
    """Return a name as names are compared: without regard to case, hyphens, accents' encoding and extra spaces."""
    return " ".join(unicodedata.normalize("NFKC", visible(name)).casefold().replace("-", " ").split())


def visible(text: str) -> str:
    """Return what was typed in one line, without extra spaces and characters that can't be seen."""
    spaced = " ".join(text.split())
    return " ".join("".join(one for one in spaced if unicodedata.category(one) not in _INVISIBLE).split())


def checked(name: str, description: str, template: str) -> Style:
    """Return a server's style as it is saved. Raises RequestRejected, which tells what is wrong with it."""
    style = Style(visible(name), visible(template), visible(description))
    if not comparable(style.name):
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
    if comparable(style.name) in _RESERVED or find(BUILT_IN.values(), style.name):
        raise RequestRejected("style-name-taken")
    return style


def find(styles: Iterable[Style], name: str) -> Style | None:
    """Return the style with this name in any language, None if there is none."""
    wanted = comparable(name)
    return next((style for style in styles if wanted in style.names), None)


def matching(styles: Iterable[Style], typed: str, locale: str) -> list[Style]:
    """Return the styles with all typed words in their name or description, in the user's language."""
    words = comparable(typed).split()
    return [
        style
        for style in styles
        if all(
            word in comparable(f"{style.name} {style.name_in(locale)} {style.description_in(locale)}") for word in words
        )
    ]


def meant(styles: Sequence[Style], typed: str, locale: str) -> list[Style]:
    """Return the style with the typed name, or else all that match: if there are several, any may be meant."""
    exact = find(styles, typed)
    return [exact] if exact else matching(styles, typed, locale)


def with_style(request: ImageRequest, style: Style | None) -> ImageRequest:
    """Return a request in another style, or in none."""
    if style is None:
        return replace(request, style=None, template=None)
    return replace(request, style=style.name, template=style.template)
