"""Prompts with alternatives in braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected
from flux_bot.core.variations import MAX_GROUP_IMAGES, escaped, joined, variations


def test_alternatives() -> None:
    """Each combination is one prompt, in order; duplicates are made once."""
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
    """More than eight pictures are refused quickly, even if a prompt expands to many more."""
    assert len(variations("{1|2|3|4}", 2)) == 4
    for prompt, count in (("{1|2|3}", 3), ("{1|2|3|4|5|6|7|8|9}", 1), ("{1|2}" * 500, 1), ("{" * 500 + "|", 4)):
        if "}" not in prompt:
            assert variations(prompt, count) == [prompt]
            continue
        with pytest.raises(RequestRejected, match="too-many-variations"):
            variations(prompt, count)
    with pytest.raises(RequestRejected, match="empty-prompt"):
        variations("{|a}", 1)


def test_placeholder_characters() -> None:
    """Internal placeholder characters in a prompt are removed, and do not become braces."""
    assert variations("{a|b} \ufdd0c\ufdd2d\ufdd1", 1) == ["a cd", "b cd"]


@given(
    st.text(alphabet=r"ab{}|\ ", min_size=1).filter(str.strip),
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=5),
)
def test_escaping(braces: str, other: str) -> None:
    """Any escaped text expands only to itself."""
    prompt = f"{braces}{other}x".strip()
    assert variations(escaped(prompt), MAX_GROUP_IMAGES) == [prompt]


def test_joining() -> None:
    """The alternatives are as short as possible, with the common text around them."""
    cases = {
        "a {red|blue} car": "a {red|blue} car",
        "{red|blue} car, {day|night}": "{red|blue} car, {day|night}",
        "{|red }car": "{car|redcar}",
        r"{a|b} \\ fox, {day|night} at {sea|home}": r"{a|b} \\ fox, {day|night} at {sea|home}",
        f"{{a|b}} {'very ' * 700}red {{fox|hen}}": f"{{a|b}} {'very ' * 700}red {{fox|hen}}",
        r"a \{ {b|c}": r"a \{ {b|c}",
        "a cat": "a cat",
        r"\{a\|b\}": r"\{a\|b\}",
    }
    for typed, expected in cases.items():
        assert joined(variations(typed, 1)) == expected, typed


@given(st.lists(st.text(r"ab{}|\ ", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=8, unique=True))
def test_joined_prompts_expand_to_themselves(prompts: list[str]) -> None:
    """Any joined prompts expand to the same prompts again."""
    assert variations(joined(prompts), 1) == prompts


def test_a_joined_prompt_that_is_too_long() -> None:
    """Only the first prompt is returned: a truncated one would expand to other prompts."""
    prompts = [f"{first} {'very ' * 50}{last}" for first in ("red", "blue") for last in ("car", "bus")]
    whole = joined(prompts)
    assert joined(prompts, len(whole)) == whole
    assert joined(prompts, len(whole) - 1) == prompts[0]
