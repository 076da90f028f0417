"""Texts as a reader sees them: without invisible characters, and with Latin letters in place of look-alikes.

Unicode defines the look-alikes (https://www.unicode.org/reports/tr39, "confusable detection").
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from confusable_homoglyphs.utils import load  # type: ignore[import-untyped]

_LATIN = "LATIN"
_CACHED = 20_000
"""Number of characters in each cache: enough for most prompts, and bounded no matter what users send."""

# Invisible characters in addition to those of the category "format": variation selectors, fillers, the grapheme joiner,
# the Arabic elongation, an empty musical note, noncharacters and reserved code points.
_INVISIBLE = re.compile(
    "[\u034f\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufdd0-\ufdef\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001d159\U000e0000-\U000e0fff]"
)
_LONGEST = 6
"""Maximum number of characters that one may expand to. Some Arabic characters expand to phrases, which is too long."""
_SPACES = ("Zs", "Zl", "Zp", "Cc", "Pd", "Pc")
"""Unicode categories of characters that separate words; they include hyphens and underscores."""
_LETTERS_ON_BLACK = {
    first + number: chr(ord("A") + number) for first in (0x1F150, 0x1F170) for number in range(26)
}  # in circles and squares

# Combining marks left after composition: decoration in Latin, Greek and Cyrillic, optional in Hebrew and Arabic.
_DECORATION = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

_IN_WORD, _CONTINUOUS, _MARK, _OTHER = "wcm "
"""Kinds of characters: in words, in scripts written without spaces, marks of those scripts, and all others."""
_CONTINUOUS_SCRIPTS = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\u3005-\u3007\u3021-\u3035"
    "\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua980-\ua9ff\uaa60-\uaadf\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)  # Thai, Lao, Tibetan, Burmese, Khmer, Tai, Balinese, Japanese, Chinese and Javanese
_PARTS = re.compile(f"({_IN_WORD}+)|[{_CONTINUOUS}{_MARK}]{_MARK}*")
WORD_START, PART_END = "\ue000", "\ue001"
"""Boundaries, from the private use area. A part is a word or, in scripts without spaces, a letter and its marks."""


def with_boundaries(text: str) -> str:
    """Return a text with ``WORD_START`` before each word and ``PART_END`` after each part."""
    pieces, done = [], 0
    for match in _PARTS.finditer(_kinds_of(text)):
        start, end = match.span()
        pieces += [text[done:start], WORD_START if match[1] else "", text[start:end], PART_END]
        done = end
    return "".join((*pieces, text[done:]))


def _kinds_of(text: str) -> str:
    return "".join(map(_kind, text))


def visible(text: str) -> str:
    """Return the visible characters of a text, normalised (NFKC), with single spaces; capitals stay as they are."""
    shown = "".join(map(_shown, text.translate(_LETTERS_ON_BLACK)))
    return " ".join(_DECORATION.sub("", unicodedata.normalize("NFKC", shown)).split())


def folded(text: str) -> str:
    """Return a visible text in lower case."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text.casefold()))


def without_look_alikes(text: str) -> str:
    """Return a visible text in lower case, in which Latin letters replace all look-alikes."""
    return folded(text.translate(_look_alikes()))


def has_latin(text: str) -> bool:
    """Return whether a text contains any Latin letter."""
    return _LATIN in _scripts(text)


def without_disguise(text: str, *, hide_latin: bool = False) -> str:
    """Return a visible text in lower case, in which Latin letters replace the look-alikes of disguised words.

    A word may be disguised if it mixes scripts, or letters and digits, or is not in the main script of the text: a
    Russian word that consists only of look-alikes stays as it is in a Russian text, but not in an English one.
    ``hide_latin`` leaves out Latin words that are not disguised.
    """
    if text.isascii() and not hide_latin and not any(chr(digit) in text for digit in _digits()):
        return text.casefold()
    spans = [match.span() for match in _PARTS.finditer(_kinds_of(text)) if match[1]]
    main = _main_scripts([text[start:end] for start, end in spans])
    parts, done = [], 0
    for start, end in spans:
        word, scripts = text[start:end], _scripts(text[start:end])
        is_plain = not scripts or (
            len(scripts) == 1 and scripts <= main and not any(chr(digit) in word for digit in _digits())
        )
        if not is_plain:
            word = word.translate(_look_alikes()).translate(_digits())
            word = word.translate(_capital_look_alikes()) if len(scripts) > 1 else word
        elif hide_latin and scripts == {_LATIN}:
            word = ""
        parts += [text[done:start], word]
        done = end
    return folded("".join((*parts, text[done:])))


def _main_scripts(words: list[str]) -> set[str]:
    """Return the script of most words, or several in a tie. Words that consist only of look-alikes do not count."""
    found: Counter[str] = Counter()
    for word in words:
        scripts = _scripts(word)
        if len(scripts) == 1 and (
            scripts == {_LATIN} or any(one.isalpha() and ord(one) not in _look_alikes() for one in word)
        ):
            found.update(scripts)
    most = max(found.values(), default=0)
    return {script for script, count in found.items() if count == most}


def _scripts(text: str) -> set[str]:
    return {_script(one) for one in text if one.isalpha()}


@lru_cache(maxsize=_CACHED)
def _script(letter: str) -> str:
    """Return a letter's script, the first word of its name; "PHONETIC" for letters that no language is written in."""
    name = unicodedata.name(letter, "?")
    if name.startswith("LATIN LETTER") or re.match("[\u0250-\u02af\u1d00-\u1dbf\uab30-\uab6f]", letter):
        return "PHONETIC"
    return name.partition(" ")[0]


@lru_cache(maxsize=_CACHED)
def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or _INVISIBLE.match(character):
        return ""
    if category in _SPACES or character == "\u2800":  # the blank Braille pattern
        return " "
    if len(unicodedata.normalize("NFKC", character)) > _LONGEST or character in (WORD_START, PART_END):
        return " "
    return "'" if character in "\u2018\u2019" else character


@lru_cache(maxsize=_CACHED)
def _kind(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category not in "LMN":
        return _OTHER
    if _CONTINUOUS_SCRIPTS.match(character):
        return _MARK if category == "M" else _CONTINUOUS
    return _IN_WORD


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[int, str], dict[int, str], dict[int, str]]:
    """Return the Latin letters for look-alike letters, for digits, and for letters that look alike only as capitals."""
    letters: dict[int, str] = {}
    digits: dict[int, str] = {}
    for character, similar in load("confusables.json").items():
        targets = [one["c"] for one in similar if re.fullmatch("[A-Za-z]", one["c"])]
        if targets and _is_of_word(character):
            table = digits if character.isascii() else letters
            table[ord(character)] = targets[0].lower()
    for code, latin in letters.items():  # the data does not distinguish I from l
        if latin == "l" and letters.get(ord(chr(code).lower()[0])) == "i":
            letters[code] = "i"
    capitals = {ord(chr(code).lower()): latin for code, latin in letters.items() if len(chr(code).lower()) == 1}
    return letters, digits, {code: latin for code, latin in capitals.items() if code not in letters}


def _is_of_word(character: str) -> bool:
    """Return whether a character is a digit or a letter other than a to z, in a script with spaces between words."""
    return len(character) == 1 and not re.match("[A-Za-z]", character) and _kind(character) == _IN_WORD


def _look_alikes() -> dict[int, str]:
    return _tables()[0]


def _digits() -> dict[int, str]:
    return _tables()[1]


def _capital_look_alikes() -> dict[int, str]:
    return _tables()[2]
