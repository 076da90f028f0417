"""User-provided text appears in Discord exactly as typed: its markdown, mentions and links have no effect."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.text import escape, isolate, one_line, plain_line, quote, shorten, truncate
from flux_bot.ui import texts

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

PROMPTS = [
    "@everyone <@1> <@&1> <#1> <t:1:R> </imagine:1> <id:guide>",
    "<:e:1> <a:e:1> a :smile: and :+1::skin-tone-2:",
    "*a* _b_ **a** __b__ ***c*** a_long_name_ ~~a~~ ||a|| `a`",
    "```py\nprint('a')\n```",
    "# a\n## b\r   ### c\r\n-# a",
    "- a\n* b\n+ c\n  - d\n1. a\n2) b\n  10. c\n3.",
    "> a\n>>> b",
    '[a](https://example.org/a_b_c?d=*e*) [a](<https://example.org> "b") discord://c <tel:+123>',
    "\\\\ \\* \\\\* \\@everyone ¯\\_(ツ)_/¯ \\",
    "שלום \u202eabc\u202c @\u200beveryone <\u200d@1> \ufeff# a ＠everyone 👩\u200d🎨",
    "١. a",
    "a cat, drawn in 50% ink & 2 colours; (nice!) = $5 + 'x' \"y\" {z} ^/?",
    "",
]
TEXTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("\\*_~|`<>@[]():#-+.1 \n\r\tae/!&t")),
    st.lists(st.sampled_from([*PROMPTS, "\\", "\n", " "])).map("".join),
)


def shown(text: str) -> str:
    """Return what Discord shows if nothing in the text has a special meaning."""
    return ESCAPE.sub(r"\1", text)


def meanings(text: str) -> list[str]:
    """Return the special meanings that Discord finds in the text."""
    bare = ESCAPE.sub("\ue000", text)
    return [name for name, pattern in SPECIAL.items() if re.search(pattern, bare)]


def test_the_check_itself() -> None:
    """``meanings`` finds each kind of special characters, and ignores escaped ones."""
    examples = ["a\\", "*", "@everyone", "[a](b)", "https://a", ":smile:", "a\n # b"]
    assert [name for text in examples for name in meanings(text)[:1]] == list(SPECIAL)
    assert meanings(r"a\\ \* \@everyone \[a\] https\://a \:smile\: 12\. b") == []


def check_escapes(text: str) -> None:
    """Check that an escaped text is shown literally and unchanged, as typed, in one line and cut."""
    for escaped, expected in (
        (escape(text), text),
        (one_line(text), " ".join(text.splitlines())),
        (quote(text, 50), truncate(text, 50)),
    ):
        assert shown(escaped) == expected
        assert meanings(escaped) == []


def test_everything_shows_as_written() -> None:
    """Escaped markup has no special meaning; only what needs a backslash gets one."""
    for text in PROMPTS:
        check_escapes(text)
        assert texts.prompt(ImageRequest(Action.GENERATE, text, "flux-dev", "1:1")) == f"> {one_line(text)}"
    assert escape("a cat, 1.5 - 2 = # + 50%! {z} ^/?") == "a cat, 1.5 - 2 = # + 50%! {z} ^/?"
    assert escape("1. a\n - b\n#1") == "1\\. a\n \\- b\n\\#1"


@settings(deadline=None)
@given(TEXTS)
@example("0.")
@example(":\\:a:")
def test_any_text_shows_as_written(text: str) -> None:
    """Any escaped text has no special meaning."""
    check_escapes(text)


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


def test_text_of_other_systems() -> None:
    """Another system's text is reduced to one short line without markup or control characters."""
    for text, line in {
        "size is bad, 3 < 4 > 2": "size is bad, 3 < 4 > 2",
        "<!DOCTYPE html>\n<style>p { x }</style><!-- a -->\n<h1 class='a'>Access\tdenied</h1>\r\n": "Access denied",
        "\x1b[31mred\0\u2028\ud800line\n": "[31mred line",
        "<script>" * 1000: "",
        "x" * 201: "x" * 199 + "…",
        "<p>" + "y " * 10**6: ("y " * 100)[:199] + "…",
    }.items():
        assert plain_line(text) == line, text[:20]
    assert plain_line(ValueError("a\nb")) == "a b"


def test_text_is_cut() -> None:
    """Cut text uses the whole limit and ends with an ellipsis; short text is unchanged."""
    assert [truncate("abcd", limit) for limit in (1, 3, 4, 5)] == ["…", "ab…", "abcd", "abcd"]
    assert quote("***", 2) == "\\*…"
    assert [shorten(" a\n b\t* ", limit) for limit in (5, 4)] == ["a b *", "a b…"]


def test_right_to_left_texts_are_isolated() -> None:
    """Right-to-left text from users can't reorder the text around it; other texts stay as they are."""
    for text, isolated in (
        ("שלום", "\u2068שלום\u2069"),
        ("a cat مرحبا 1", "\u2068a cat مرحبا 1\u2069"),
        ("\u202eabc", "\u2068\u202eabc\u2069"),
        ("שלום\u2069 3", "\u2068שלום 3\u2069"),
        ("a cat, 猫 und größer", "a cat, 猫 und größer"),
        ("", ""),
    ):
        assert isolate(text) == isolated, text
