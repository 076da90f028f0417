"""Words and phrases that prompts must not contain."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flux_bot.core.errors import ConfigurationError
from flux_bot.core.rules.look_alikes import (
    PART_END,
    WORD_START,
    folded,
    has_latin,
    visible,
    with_boundaries,
    without_disguise,
    without_look_alikes,
)

ENTRIES_LIMIT = 5000
ENTRY_LIMIT = 200
"""Maximum length of an entry in a file, in characters."""
_SETTING = "BLOCKED_WORDS_FILE"


class BlockedWords:
    """A list of words and phrases; ``*`` at either end of an entry stands for any letters.

    Entries match whole words, regardless of case, invisible characters and look-alike letters. In scripts without
    spaces between words, such as Japanese, Chinese and Thai, they match anywhere.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries as they were typed; entries that can never match are ignored, see ``can_match``."""
        self.entries = tuple(entries)
        spellings: dict[str, str] = {}
        foreign: dict[str, str] = {}
        for entry in self.entries:
            typed = visible(entry)
            text = typed.strip("* ")
            spellings[_pattern(folded(text), typed)] = entry
            if text.isascii() or has_latin(text):
                spellings[_pattern(without_disguise(text), typed)] = entry
            else:
                latin = {without_look_alikes(one) for one in (text, text.upper())} - {folded(text)}
                foreign |= {_pattern(spelling, typed): entry for spelling in latin}
        self._all, self._foreign = _Automaton(spellings), _Automaton(foreign)

    def find(self, prompt: str) -> str | None:
        """Return an entry that a prompt contains, or None. The time it takes depends only on the prompt's length."""
        if not self.entries:
            return None
        text = visible(prompt)
        for spelling in dict.fromkeys((folded(text), without_disguise(text))):
            if (entry := self._all.find(with_boundaries(spelling))) is not None:
                return entry
        # A Cyrillic entry may be written with Latin look-alikes, but a Latin word in a Latin text is not a disguise.
        return self._foreign.find(with_boundaries(without_disguise(text, hide_latin=True))) if self._foreign else None


def can_match(entry: str) -> bool:
    """Return whether an entry contains a word or symbol, not just spaces, hyphens, ``*`` and the like."""
    return bool(with_boundaries(folded(visible(entry).strip("* "))))


def _pattern(spelling: str, typed: str) -> str:
    """Return the pattern of an entry to search for in texts ``with_boundaries``; "" if the entry is ignored."""
    pattern = with_boundaries(spelling)
    pattern = pattern.removeprefix(WORD_START) if typed.startswith("*") else pattern
    return pattern.removesuffix(PART_END) if typed.endswith("*") else pattern


class _Automaton:
    """A search for all patterns at once, letter by letter (Aho and Corasick, 1975)."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Take a mapping of patterns to entries."""
        self._steps: list[dict[str, int]] = [{}]
        """Next states by state and letter. A state represents the longest prefix of a pattern that was just read."""
        self._fallbacks = [0]
        """State of the next shorter prefix, by state."""
        self._found: list[str | None] = [None]
        """Entry whose pattern was just read, by state; None if there is none."""
        for pattern, entry in patterns.items():
            if pattern:
                self._add(pattern, entry)
        queue = deque(self._steps[0].values())
        while queue:
            state = queue.popleft()
            for letter, longer in self._steps[state].items():
                queue.append(longer)
                self._fallbacks[longer] = self._after(self._fallbacks[state], letter)
                if self._found[longer] is None:
                    self._found[longer] = self._found[self._fallbacks[longer]]

    def __bool__(self) -> bool:
        return bool(self._steps[0])

    def _add(self, pattern: str, entry: str) -> None:
        state = 0
        for letter in pattern:
            new = len(self._steps)
            state = self._steps[state].setdefault(letter, new)
            if state == new:
                self._steps.append({})
                self._fallbacks.append(0)
                self._found.append(None)
        self._found[state] = entry

    def _after(self, state: int, letter: str) -> int:
        while state and letter not in self._steps[state]:
            state = self._fallbacks[state]
        return self._steps[state].get(letter, 0)

    def find(self, text: str) -> str | None:
        """Return the entry whose pattern ends first in a text, or None if the text contains no pattern."""
        state = 0
        for letter in text:
            state = self._after(state, letter)
            if self._found[state] is not None:
                return self._found[state]
        return None


def load_blocked_words(path: str) -> BlockedWords:
    """Read a file with one entry per line; ``#`` starts a comment. The list is empty if the path is "".

    Raises ConfigurationError, which says what to do.
    """
    if not path:
        return BlockedWords(())
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ConfigurationError(f"{_SETTING}: {path} is not a UTF-8 text file: save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"{_SETTING}: can't read {path} ({reason}): check the path and its permissions"
        ) from None
    entries = dict(_entries(lines))
    if len(entries) > ENTRIES_LIMIT:
        raise ConfigurationError(f"{_SETTING}: {path} has {len(entries)} entries: shorten it to {ENTRIES_LIMIT}")
    for entry, number in entries.items():
        if len(entry) > ENTRY_LIMIT:
            raise ConfigurationError(
                f"{_SETTING}: line {number} of {path} is longer than {ENTRY_LIMIT} characters: "
                "put each word or phrase on a line of its own"
            )
        if not can_match(entry):
            raise ConfigurationError(
                f"{_SETTING}: line {number} of {path} has no word or symbol and would never match: remove it"
            )
    return BlockedWords(entries)


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield the entries with their line numbers. A # inside a word, as in "c#", does not start a comment."""
    for number, line in enumerate(lines, 1):
        entry = f" {line}".partition(" #")[0].strip()
        if entry:
            yield entry, number
