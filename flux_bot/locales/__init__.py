"""What users read, in their language: the messages of ``<locale>/*.ftl``, in Fluent (https://projectfluent.org).

    words = words_in("de")
    words("status-queued", place=3)

The folders are named as Discord names locales (discord-api-docs, reference, "locales"). A new language is a new folder
with the same messages; a test says what is missing.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentNone

from flux_bot.core.text import Argument, TranslatableText

FOLDER = Path(__file__).parent
ENGLISH = "en-US"
LOCALES = tuple(sorted(path.name for path in FOLDER.iterdir() if any(path.glob("*.ftl"))))

_STAND_IN = re.compile("\ue000([0-9]+)\ue001")  # private characters, on no keyboard

_NEAREST = {"es-419": "es-ES"}
"""Discord's locales without a folder of their own whose readers have one all the same; the others read English."""


class Translator:
    """The messages of one locale."""

    def __init__(self, locale: str) -> None:
        """Read the locale's files."""
        self.locale = locale
        self._bundle = FluentBundle([locale], use_isolating=False)  # Discord shows the isolating marks as boxes
        for path in sorted((FOLDER / locale).glob("*.ftl")):
            self._bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))

    def __call__(self, message_id: str, **arguments: Argument) -> str:
        """Return a message, ``name`` or ``name.attribute``. Raises LookupError for one that is not there."""
        name, _, attribute = message_id.partition(".")
        message = self._bundle.get_message(name)
        pattern = message.attributes[attribute] if attribute else message.value
        if pattern is None:
            raise LookupError(message_id)
        said = {key: self._said(value) for key, value in arguments.items()}
        # Texts are put in afterwards: Fluent takes none of more than 1,000 characters.
        texts = [value for value in said.values() if isinstance(value, str)]
        stand_ins = (f"\ue000{number}\ue001" for number in range(len(texts)))
        values = {key: next(stand_ins) if isinstance(value, str) else value for key, value in said.items()}
        text, faults = self._bundle.format_pattern(pattern, values)
        if faults or isinstance(text, FluentNone):
            raise LookupError(f"{message_id}: {faults}")
        return _STAND_IN.sub(lambda match: texts[int(match[1])], text)

    def say(self, phrase: TranslatableText) -> str:
        """Return a phrase as a sentence."""
        return self(phrase.message_id, **phrase.arguments)

    def has(self, message_id: str) -> bool:
        """Tell whether there is such a message."""
        return self._bundle.has_message(message_id)

    def _said(self, value: Argument) -> str | int:
        if isinstance(value, TranslatableText):
            return self.say(value)
        if isinstance(value, tuple):
            return ", ".join(str(self._said(part)) for part in value)
        return value


def translator_for(locale: str) -> Translator:
    """Return the words for a locale of Discord's."""
    nearest = _NEAREST.get(locale, locale)
    return _load(nearest if nearest in LOCALES else ENGLISH)


def fingerprint(folder: Path = FOLDER) -> str:
    """Return what changes whenever a word does in any language."""
    files = sorted(folder.glob("*/*.ftl"))
    return sha256(b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)).hexdigest()


_load = cache(Translator)
