"""The valid values in the forms of /settings."""

import pytest

from cogs.forms.settings import blocked_words, limit_in
from flux_bot.core.errors import RequestRejected


def test_numbers() -> None:
    """Only whole numbers within bounds are accepted; an empty field means that there is no limit."""
    for typed, number in (("", None), ("  ", None), ("0", 0), (" 1000 ", 1000), ("٣", 3)):
        assert limit_in(typed, 1000) == number, typed
    for typed in ("1001", "-1", "1.5", "1,000", "²", "ten", "0" * 5, "9" * 5000, "1 0"):
        with pytest.raises(RequestRejected) as rejected:
            limit_in(typed, 1000)
        assert rejected.value.text.arguments == {"most": "1000"}, typed


def test_words() -> None:
    """Line breaks, commas and semicolons separate entries; those too long or unable to match are refused."""
    assert blocked_words(" a b \n\n\r\nc*\na b\n*d\0\ud800\n") == ("a b", "c*", "*d")
    assert blocked_words("fox, red fox;\N{AUBERGINE}") == ("fox", "red fox", "\N{AUBERGINE}")
    assert blocked_words("") == ()
    assert len(blocked_words("\n".join(map(str, range(200))))) == 200
    for typed, reason in (
        ("x" * 101, "settings-word-too-long"),
        ("good\n**", "settings-word-never-matches"),
        ("\n".join(map(str, range(201))), "settings-too-many-words"),
        ("\n".join(f"{number:099}" for number in range(50)), "settings-words-too-long"),
    ):
        with pytest.raises(RequestRejected) as rejected:
            blocked_words(typed)
        assert rejected.value.text.message_id == reason
