"""Blocked words in many scripts, disguised words and innocent ones, and the operator's file."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.errors import ConfigurationError
from flux_bot.core.rules.blocked_words import ENTRIES_LIMIT, ENTRY_LIMIT, BlockedWords, load_blocked_words

BLOCKED = [
    # --- whole words and phrases
    ("fox", "a FOX, running"),
    ("Fox", "the fox's den"),
    ("fox", "_fox_ and **fox**"),
    ("red fox", "a red\n  fox"),
    ("red fox", "a red-fox"),
    ("red fox", "a red_fox"),
    ("sci-fi", "sci fi"),
    ("don't", "don\u2019t"),
    ("c++", "learn c++ now"),
    ("\U0001f52b", "gun\U0001f52b"),
    # --- wildcards
    ("fox*", "foxes"),
    ("*fox", "firefox"),
    ("*fox*", "firefoxes"),
    ("fox *", "fox tail"),
    ("\uff0afox", "firefox"),
    ("\uc5ec\uc6b0*", "\uc5ec\uc6b0\uac00"),
    # --- invisible characters and other forms
    ("fox", "f\u200bo\u00adx"),
    ("fox", "f\u2065o\ufff3x"),
    ("fox", "f\ufdd0o\U0001d159x"),
    ("fox", "f\ufe0fo\u2060x\U000e0061"),
    ("f\u200dox", "fox"),
    ("fox", "\uff46\uff4f\uff58"),
    ("fox", "\u24d5\u24de\u24e7 \U0001d4bb"),
    ("fox", "\U0001f175\U0001f17e\U0001f187"),
    ("fox", "f\u0336o\u0336x\u0336"),
    ("\ufb01sh", "fish"),
    ("stra\u00dfe", "STRASSE"),
    ("istanbul", "\u0130STANBUL"),
    ("caf\u00e9", "cafe\u0301"),
    ("cafe\u0301", "CAF\u00c9"),
    # --- look-alikes
    ("fox", "f\u043ex"),  # Cyrillic
    ("fox", "f\u03bfx"),  # Greek
    ("fox", "f\u1d0fx"),  # phonetic
    ("fox", "f0x"),
    ("f0x", "fox"),
    ("nude", "\u039dUDE"),
    ("kill", "\u041a\u0406LL"),
    ("kill", "\u043aill"),
    ("cop", "a \u0441\u043e\u0440 with a gun"),  # Cyrillic alone, but in an English text
    ("bad cop", "a bad \u0441\u043e\u0440"),
    ("\u0441\u043e\u0440", "\u0441\u043e\u0440 \u043d\u0430 \u043f\u043e\u043b\u0443"),  # Russian: litter on the floor
    ("\u0445\u0435\u0440", "xep \u043d\u0430 \u043f\u043e\u043b\u0443 \u043b\u0435\u0436\u0438\u0442"),
    ("\u043b\u0438\u0441\u0430", "\u043b\u0438ca"),
    ("\u0432\u043e\u0440", "B\u041e\u0420"),
    # --- other scripts
    ("\u03b1\u03bb\u03b5\u03c0\u03bf\u03cd", "\u0391\u039b\u0395\u03a0\u039f\u038e!"),
    ("\u062b\u0639\u0644\u0628", "\u062b\u064e\u0639\u0652\u0644\u0640\u0640\u064e\u0628"),  # vowels, elongation
    ("\u05e9\u05d5\u05e2\u05dc", "\u05e9\u05c1\u05d5\u05bc\u05e2\u05b8\u05dc"),
    ("\u0932\u094b\u092e\u0921\u093c\u0940", "\u090f\u0915 \u0932\u094b\u092e\u0921\u093c\u0940 \u0939\u0948"),
    ("\uc5ec\uc6b0", "\uadc0\uc5ec\uc6b4 \uc5ec\uc6b0 \uadf8\ub9bc"),
    ("\u72d0", "\u8d64\u3044\u72d0\u304c\u3044\u308b"),
    ("\u72d0", "\u72d0\u72f8"),
    ("\u30ad\u30c4\u30cd", "\uff77\uff82\uff88\u3092\u63cf\u3044\u3066"),
    ("fox", "fox\u3092\u63cf\u3044\u3066"),
    ("\u0e2b\u0e21\u0e32", "\u0e23\u0e39\u0e1b\u0e2b\u0e21\u0e32\u0e19\u0e48\u0e32\u0e23\u0e31\u0e01"),
]
"""Entries, and prompts in which each is found."""
ALLOWED = [
    # --- other words
    ("fox", "firefox foxes"),
    ("ass", "class"),
    ("*fox", "foxes"),
    ("fox*", "firefox"),
    ("ano", "a\u00f1o"),
    ("red fox", "red and fox"),
    # --- numbers are not words
    ("lo", "10 cats"),
    ("o", "0"),
    # --- innocent words that consist of look-alikes
    ("cop", "\u0441\u043e\u0440 \u043d\u0430 \u043f\u043e\u043b\u0443"),
    ("co", "\u0441\u043e \u043c\u043d\u043e\u0439 \u0432 \u0441\u0442\u0438\u043b\u0435 Ghibli"),
    ("to", "\u03c4\u03bf \u03b2\u03b9\u03b2\u03bb\u03af\u03bf"),
    ("\u0441\u043e\u0440", "a cop with a gun"),
    ("sik", "s\u0131k s\u0131k"),  # Turkish
    ("s\u0131k", "sik"),
    # --- combining marks belong to their letters
    ("\u0915", "\u0915\u093f\u0938"),
    ("\u0939\u093f", "\u0939\u093f\u0928\u094d\u0926\u0940"),
    ("\u0e01", "\u0e01\u0e34\u0e19"),
    ("\uc5ec\uc6b0", "\uc5ec\uc6b0\uac00"),
    # --- entries without a word
    *((empty, "* a fox -") for empty in ("", " ", "*", "**", "* *", "\u200b", "-")),
]


def test_what_is_found() -> None:
    """Each entry is found in its prompt, both by itself and in a list of all entries."""
    every = BlockedWords(entry for entry, _ in BLOCKED)
    for entry, prompt in BLOCKED:
        assert BlockedWords([entry]).find(prompt) == entry, (entry, prompt)
        assert every.find(prompt), prompt


def test_what_is_not_found() -> None:
    """Innocent prompts are not blocked."""
    for entry, prompt in ALLOWED:
        assert BlockedWords([entry]).find(prompt) is None, (entry, prompt)
    assert BlockedWords(()).find("anything") is None


def test_entries_that_overlap() -> None:
    """Entries may overlap: a letter may end one and continue another, or belong to a match that begins later."""
    for entries, prompt, found in (
        (["*aab*"], "aaab", "*aab*"),
        (["*abab*", "*ba*"], "abac", "*ba*"),
        (["*b*", "*abc*"], "abd", "*b*"),
        (["fox tail", "tail*"], "fox tails", "tail*"),
        (["\u72d0\u72f8\u732b", "\u72f8"], "\u72d0\u72f8", "\u72f8"),
    ):
        assert BlockedWords(entries).find(prompt) == found, (entries, prompt)


@given(st.lists(st.text("ab \u0430\u72d0-*", max_size=5), max_size=6), st.text("ab \u0430\u72d0-", max_size=20))
def test_lists_find_what_their_entries_find(entries: list[str], prompt: str) -> None:
    """A list finds an entry if and only if one of its entries alone is found, and only returns such an entry."""
    alone = {entry for entry in entries if BlockedWords([entry]).find(prompt) is not None}
    found = BlockedWords(entries).find(prompt)
    assert (found in alone) if alone else (found is None)


@given(st.from_regex(r"\*?[a-c]{1,3}( [a-c]{1,2})?\*?", fullmatch=True), st.text("abc ,", max_size=30))
def test_latin_words(entry: str, prompt: str) -> None:
    """For plain words, the result is the same as that of a regular expression."""
    start, end = "" if entry[0] == "*" else r"\b", "" if entry[-1] == "*" else r"\b"
    expected = re.search(start + re.escape(entry.strip("*")) + end, " ".join(prompt.split()))
    assert (BlockedWords([entry]).find(prompt) is not None) == (expected is not None)


@given(st.text(max_size=12), st.text(max_size=8), st.text(max_size=8))
def test_any_text(word: str, before: str, after: str) -> None:
    """A blocked text is found between spaces, also when it is decomposed; no text causes an error."""
    blocked = BlockedWords([word])
    blocked.find(before + word + after)
    if word[:1] != "*" and word[-1:] != "*" and blocked.find(word) is not None:
        for spelling in (word, unicodedata.normalize("NFD", word)):
            assert blocked.find(f"{before} {spelling} {after}") == word, spelling


def test_hostile_lists_and_prompts() -> None:
    """Long prompts, and long lists whose entries share beginnings and ends, take only a few steps per letter."""
    entries = ["a" * number + "b" for number in range(1, 200)] + [f"*{'a ' * number}b*" for number in range(1, 200)]
    blocked = BlockedWords([*entries, *(f"*word{number}*" for number in range(1000))])
    for prompt in ("a" * 4000, "a " * 2000, "\ufdfa" * 4000, "f\u0336" * 2000, "\u72d0" * 4000, "\u0430a" * 2000):
        assert blocked.find(prompt) is None, prompt[:4]
    assert blocked.find("a" * 3000 + " xword999x") == "*word9*"


def test_file(tmp_path: Path) -> None:
    """The file has one entry per line; comments, empty lines, duplicates and a byte order mark don't matter."""
    assert load_blocked_words("").entries == ()
    path = tmp_path / "words.txt"
    path.write_bytes(b"\xef\xbb\xbf# animals\r\nfox\r\n\r\n  red fox*  # any\nc#\nfox\n\xe7\x8b\x90\n#\n")
    blocked = load_blocked_words(str(path))
    assert blocked.entries == ("fox", "red fox*", "c#", "\u72d0")
    assert blocked.find("RED foxes") == "red fox*"


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """The error names the setting and the file, and says what to do."""
    path = tmp_path / "words.txt"
    for content, problem in (
        ("fox".encode("utf-16"), "is not a UTF-8 text file: save it as UTF-8"),
        (b"fox\n*\n", "line 2 of"),
        (b"fox\n" + b"x" * (ENTRY_LIMIT + 1), "line 2 of"),
        ("\n".join(map(str, range(ENTRIES_LIMIT + 1))).encode(), f"shorten it to {ENTRIES_LIMIT}"),
        (None, "No such file"),
    ):
        path.unlink() if content is None else path.write_bytes(content)
        with pytest.raises(ConfigurationError) as raised:
            load_blocked_words(str(path))
        assert str(raised.value).startswith("BLOCKED_WORDS_FILE: "), problem
        assert problem in str(raised.value)
        assert str(path) in str(raised.value)
    for unreadable in ("\0", str(tmp_path)):
        with pytest.raises(ConfigurationError, match="can't read"):
            load_blocked_words(unreadable)
