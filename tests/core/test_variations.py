"""Prompts with alternatives in braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected
from flux_bot.core.variations import MAX_GROUP_IMAGES, escaped, variations


def test_alternatives() -> None:
    """Each combination is one prompt, in order; doubled ones are made once."""
    cases = {
        "a {red|blue} car, {day|night}": ["a red car, day", "a red car, night", "a blue car, day", "a blue car, night"],
        "{a|a} fox": ["a fox"],
        "a {big |}fox": ["a bigfox", "a fox"],
        "{a {red|blue}|no} fox": ["a red fox", "no fox", "a blue fox"],
        r"no braces \{": ["no braces {"],
        r"a \{red|blue\} car": ["a {red|blue} car"],
        r"{a\|b|c}": ["a|b", "c"],
        '{"scene": "a fox"}': ['{"scene": "a fox"}'],
        "} | {": ["} | {"],
        r"C:\new": [r"C:\new"],
    }
    for prompt, expected in cases.items():
        assert variations(prompt, 1) == expected, prompt


def test_too_many() -> None:
    """More than eight pictures are refused before they are counted out, however many a prompt stands for."""
    assert len(variations("{1|2|3|4}", 2)) == 4
    for prompt, count in (("{1|2|3}", 3), ("{1|2|3|4|5|6|7|8|9}", 1), ("{1|2}" * 500, 1), ("{" * 500 + "|", 4)):
        if "}" not in prompt:
            assert variations(prompt, count) == [prompt]
            continue
        with pytest.raises(RequestRejected, match="too-many-variations"):
            variations(prompt, count)
    with pytest.raises(RequestRejected, match="empty-prompt"):
        variations("{|a}", 1)


@given(st.text(alphabet=r"ab{}|\ ", min_size=1).filter(str.strip), st.text(max_size=5))
def test_escaping(braces: str, other: str) -> None:
    """Any text, escaped, stands for itself alone."""
    prompt = f"{braces}{other}x".strip()
    assert variations(escaped(prompt), MAX_GROUP_IMAGES) == [prompt]
