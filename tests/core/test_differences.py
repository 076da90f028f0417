"""The common words of prompts, and their differences."""

from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.differences import differences
from flux_bot.core.variations import variations

prompts = st.lists(st.text("ab ,|青い", min_size=1, max_size=30), min_size=1, max_size=8, unique=True)


def test_the_alternatives_that_were_chosen() -> None:
    """Only the chosen alternatives are named, in any language; a prompt without words of its own is named in full."""
    cases = {
        "{red|blue} car, {day|night}": ("… car, …", ["red, day", "red, night", "blue, day", "blue, night"]),
        "a fox in the {deep snow|hot desert}, oil": ("a fox in the …, oil", ["deep snow", "hot desert"]),
        "a {sunny|rainy} day {in|at} sea": ("a … day … sea", ["sunny, in", "sunny, at", "rainy, in", "rainy, at"]),
        "{赤|青}い車、{昼|夜}": ("…い車、…", ["赤, 昼", "赤, 夜", "青, 昼", "青, 夜"]),
        "{|red} car": ("car", ["car", "red"]),
        "{a|b}": ("…", ["a", "b"]),
        "a cat": ("a cat", ["a cat"]),
        "{|red} red": ("red", ["red", "red red"]),
    }
    for prompt, expected in cases.items():
        assert differences(variations(prompt, 1)) == expected, prompt


def test_long_prompts() -> None:
    """The common words of long prompts are left out; a long difference is one part."""
    beginning, end = "word " * 1000, " end" * 500
    common, own = differences([f"{beginning}{colour}{end}" for colour in ("red", "blue")])
    assert (common, own) == (f"{beginning}…{end}", ["red", "blue"])
    common, own = differences(["a " + "b c " * 100 + "d", "a " + "c b " * 100 + "d"])
    assert (common, own) == ("a … d", [("b c " * 100).strip(), ("c b " * 100).strip()])


@given(prompts)
def test_any_prompts(made: list[str]) -> None:
    """Each prompt gets a text, and different prompts never get the same one."""
    _, own = differences(made)
    assert len(set(own)) == len(made)
    assert all(own)
