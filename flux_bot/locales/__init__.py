"""The texts that users read, in their language: Fluent messages in ``<locale>/*.ftl`` (https://projectfluent.org).

    translate = translator_for("de")
    translate("status-queued", place=3)

The folders have Discord's names of locales (discord-api-docs, reference, "locales"). For a new language, add a folder
with the same messages; a test lists what is missing.
"""

import re
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path

from babel import Locale
from babel.numbers import format_currency, get_currency_precision
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentFloat, FluentNone

from flux_bot.core.costs import Money, rounded
from flux_bot.core.text import Argument, TranslatableText, isolate

FOLDER = Path(__file__).parent
ENGLISH = "en-US"
LOCALES = tuple(sorted(path.name for path in FOLDER.iterdir() if any(path.glob("*.ftl"))))

_STAND_IN = re.compile("\ue000([0-9]+)\ue001")  # private characters, on no keyboard

_ADDRESS = re.compile(r"https?://\S+")

_DECIMALS = 9
"""The maximum number of decimals in a number: costs are stored in billionths of a credit."""

_NEAREST = {"es-419": "es-ES"}
"""Locales that use another locale's folder; all others without a folder use English."""


class Translator:
    """Formats the messages of one locale, or those of one file, with its own or another locale's plural rules."""

    def __init__(self, locale: str, files: str = "*.ftl", rules: str | None = None) -> None:
        self.locale = locale
        self._bundle = FluentBundle([rules or locale], use_isolating=False)  # see _inserted
        for path in sorted((FOLDER / locale).glob(files)):
            self._bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))

    def __call__(self, message_id: str, **arguments: Argument) -> str:
        """Return a message, ``name`` or ``name.attribute``. Raises LookupError if it does not exist."""
        name, _, attribute = message_id.partition(".")
        message = self._bundle.get_message(name)
        pattern = message.attributes[attribute] if attribute else message.value
        if pattern is None:
            raise LookupError(message_id)
        resolved = {key: self._resolve(value) for key, value in arguments.items()}
        # Texts are inserted afterwards: Fluent rejects those of more than 1,000 characters.
        texts = [_inserted(value) for value in resolved.values() if isinstance(value, str)]
        stand_ins = (f"\ue000{number}\ue001" for number in range(len(texts)))
        values = {key: next(stand_ins) if isinstance(value, str) else value for key, value in resolved.items()}
        text, faults = self._bundle.format_pattern(pattern, values)
        if faults or isinstance(text, FluentNone):
            raise LookupError(f"{message_id}: {faults}")
        return _STAND_IN.sub(lambda match: texts[int(match[1])], text)

    def text(self, text: TranslatableText) -> str:
        """Translate a text."""
        return self(text.message_id, **text.arguments)

    def has(self, message_id: str) -> bool:
        """Return whether a message exists."""
        return self._bundle.has_message(message_id)

    def _resolve(self, value: Argument) -> str | float:
        if isinstance(value, TranslatableText):
            return self.text(value)
        if isinstance(value, tuple):
            return ", ".join(str(self._resolve(part)) for part in value)
        if isinstance(value, Decimal):
            # Fluent's plural rules ignore decimals; a float of up to 15 digits is shown exactly.
            return FluentFloat(value, maximumFractionDigits=_DECIMALS)
        if isinstance(value, Money):
            return self._money(value)
        return value

    def _money(self, money: Money) -> str:
        """Return an amount with the currency's usual decimals, or with more if it has fewer significant digits."""
        amount = rounded(money.amount, get_currency_precision(money.currency)).normalize()
        locale = Locale.parse(self.locale, sep="-")
        return format_currency(amount, money.currency, locale=locale, decimal_quantization=False)


def translator_for(locale: str) -> Translator:
    """Return the translator for one of Discord's locales."""
    return _load(_nearest(locale))


def command_translator_for(locale: str) -> Translator:
    """Return a translator of the commands alone. They have no plurals, so the locale's rules need not be loaded."""
    return _load(_nearest(locale), "commands.ftl", ENGLISH)


def language_name(locale: str) -> str:
    """Return a language's own name for itself, without loading all its messages."""
    return _load(_nearest(locale), "language.ftl", ENGLISH)("language-name")


def _nearest(locale: str) -> str:
    nearest = _NEAREST.get(locale, locale)
    return nearest if nearest in LOCALES else ENGLISH


def fingerprint(folder: Path = FOLDER) -> str:
    """Return a hash of all messages in all languages."""
    files = sorted(folder.glob("*/*.ftl"))
    return sha256(b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)).hexdigest()


def _inserted(text: str) -> str:
    """Prepare a text for insertion into a message: isolate it if it is written right to left.

    Other texts get no marks, because some fonts show marks as boxes. Nor do addresses: a mark would break the link.
    """
    return text if _ADDRESS.fullmatch(text) else isolate(text)


_load = cache(Translator)
