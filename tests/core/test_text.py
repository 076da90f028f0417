"""User-provided text appears in Discord exactly as typed: its markdown, mentions and links have no effect."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.text import escape, quote, truncate
from flux_bot.ui import texts
from tests.english import EN

# How Discord's client behaves, independent of the bot's own rules: a backslash before ASCII punctuation
# shows that character without its special meaning ("Markdown Text 101", support.discord.com).
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
SPECIAL = {
    "a backslash": r"\\",
    "emphasis, spoiler or code": r"[*_~|`]",
    "a mention, emoji, time or quote": r"[<>@]",
    "a masked link": r"[\[\]]",
    "a link": r"\w://",
    "an emoji by its name": r":[^\s:]+:",
    "a heading, list or small print": r"(?:^|[\n\r])\s*(?:#|-|\+|\d+[.)])",
}

PROMPTS = {
    "everyone": "@everyone",
    "here": "@here",
    "user": "<@1> <@!1>",
    "role": "<@&1>",
    "channel": "<#1>",
    "time": "<t:1:R>",
    "command": "</imagine:1>",
    "navigation": "<id:guide>",
    "custom emoji": "<:e:1> <a:e:1>",
    "emoji by name": "a :smile: and :+1::skin-tone-2:",
    "italic": "*a* _b_",
    "bold": "**a** __b__ ***c***",
    "snake case": "a_long_name_",
    "strike": "~~a~~",
    "spoiler": "||a||",
    "code": "`a` ``b``",
    "code block": "```py\nprint('a')\n```",
    "open code block": "```",
    "heading": "# a\n## b\n### c",
    "indented heading": "   # a",
    "heading after a carriage return": "a\r# b\r\n# c",
    "small print": "-# a",
    "list": "- a\n* b\n+ c\n  - d",
    "numbers": "1. a\n2) b\n  10. c\n3.",
    "quote": "> a\n>>> b",
    "masked link": "[a](https://example.org)",
    "masked link with a title": '[a](<https://example.org> "b")',
    "link": "https://example.org/a_b_c?d=*e*",
    "links": "http://a https://b discord://c steam://d",
    "autolink": "<https://example.org> <mailto:a@example.org> <tel:+123>",
    "backslash": "\\",
    "backslashes": "\\\\ \\* \\\\* \\@everyone \\",
    "shrug": "¯\\_(ツ)_/¯",
    "right to left": "שלום \u202eabc\u202c عالم",
    "zero width": "@\u200beveryone <\u200d@1> \ufeff# a",
    "full width": "＠everyone ＊a＊",
    "arabic digits": "١. a",
    "emoji": "👩\u200d🎨 🏳️\u200d🌈",
    "plain": "a cat, drawn in 50% ink & 2 colours; (nice!) = $5 + 'x' \"y\" {z} ^/?",
    "empty": "",
}
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("\\*_~|`<>@[]():#-+.1 \n\r\tae/!&t")),
    st.lists(st.sampled_from([*PROMPTS.values(), "\\", "\n", " "])).map("".join),
)


def shown(text: str) -> str:
    """Return what Discord shows if nothing in the text has a special meaning."""
    return ESCAPE.sub(r"\1", text)


def meanings(text: str) -> list[str]:
    """Return the special meanings that Discord finds in the text."""
    bare = ESCAPE.sub("\ue000", text)
    return [name for name, pattern in SPECIAL.items() if re.search(pattern, bare)]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("@everyone", "a mention, emoji, time or quote"),
        ("\\\\@here", "a mention, emoji, time or quote"),
        ("*", "emphasis, spoiler or code"),
        ("a\\", "a backslash"),
        ("[a](b)", "a masked link"),
        ("https://a", "a link"),
        (":smile:", "an emoji by its name"),
        ("a\n # b", "a heading, list or small print"),
        ("12. b", "a heading, list or small print"),
    ],
)
def test_the_check_itself(text: str, meaning: str) -> None:
    """``meanings`` finds special characters, and ignores escaped ones."""
    assert meaning in meanings(text)
    assert meanings("".join(f"\\{character}" if character in "@*\\[]:#.<>" else character for character in text)) == []


@pytest.mark.parametrize("text", PROMPTS.values(), ids=PROMPTS)
def test_everything_shows_as_written(text: str) -> None:
    """Escaped markup is shown literally and unchanged."""
    escaped = escape(text)
    assert shown(escaped) == text
    assert meanings(escaped) == []


@settings(deadline=None)
@given(TEXTS)
@example("0.")
@example(":\\:a:")
def test_any_text_shows_as_written(text: str) -> None:
    """Any escaped text is shown literally and unchanged."""
    escaped = escape(text)
    assert shown(escaped) == text
    assert meanings(escaped) == []


@settings(deadline=None)
@given(TEXTS, st.integers(1, 200))
@example("\\" * 10, 5)
@example("*" * 10, 6)
@example("a\\", 3)
def test_escaped_text_is_cut_between_escapes(text: str, limit: int) -> None:
    """Cut text obeys the limit, has no special meaning, and is a prefix of the original."""
    cut = truncate(escape(text), limit)
    assert len(cut) <= limit
    assert meanings(cut) == []
    if len(escape(text)) <= limit:
        assert shown(cut) == text
    else:
        assert cut.endswith("…")
        assert text.startswith(shown(cut[:-1]))


@settings(deadline=None)
@given(TEXTS, st.integers(1, 200))
def test_text_is_cut(text: str, limit: int) -> None:
    """Cut text obeys the limit and ends with an ellipsis; short text is unchanged."""
    cut = truncate(text, limit)
    assert cut == text if len(text) <= limit else (len(cut) <= limit and cut.endswith("…"))


@pytest.mark.parametrize("text", PROMPTS.values(), ids=PROMPTS)
def test_a_prompt_is_quoted_on_one_line(text: str) -> None:
    """A prompt becomes one quoted line without special meanings; its line breaks become spaces."""
    prompt = texts.prompt(ImageRequest(Action.GENERATE, text, "flux-dev", "1:1"))
    assert prompt.startswith("> ")
    assert shown(prompt[2:]) == " ".join(text.splitlines())
    assert meanings(prompt[2:]) == []
    assert "\n" not in prompt


@settings(deadline=None)
@given(TEXTS)
def test_typed_text_is_escaped_in_error_messages(text: str) -> None:
    """An error message repeats the typed text cut and escaped."""
    refusals = [
        (EN("not-an-image", filename=quote(text, 80)), 80),
        (EN("no-such-model-edit", typed=quote(text, 50), names=("flux-dev",)), 50),
    ]
    for refusal, limit in refusals:
        repeated = refusal.split("“", 1)[1].rpartition("”")[0]
        assert shown(repeated) == truncate(text, limit)
        assert meanings(repeated) == []
