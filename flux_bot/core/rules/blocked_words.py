"""Words and phrases that prompts must not contain."""

import re
import unicodedata
from collections.abc import Iterable


class BlockedWords:
    """A list of words and phrases; ``*`` at either end of an entry stands for any letters."""

    def __init__(self, entries: Iterable[str]) -> None:
        """Take the entries as they were typed."""
        self.entries = tuple(entries)
        self._patterns = [(entry, _pattern(entry)) for entry in self.entries if _plain(entry).strip("* ")]

    def find(self, prompt: str) -> str | None:
        """Return the first entry that a prompt contains, None if there is none."""
        text = _plain(prompt)
        return next((entry for entry, pattern in self._patterns if pattern.search(text)), None)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _pattern(entry: str) -> re.Pattern[str]:
    plain = _plain(entry)
    start = "" if plain.startswith("*") else r"(?<!\w)"
    end = "" if plain.endswith("*") else r"(?!\w)"
    return re.compile(start + re.escape(plain.strip("*").strip()) + end)
