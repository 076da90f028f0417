"""Styles: the built-in ones are complete; names are compared, found and checked as users type them."""

import pytest

from flux_bot.core import styles
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.styles import BUILT_IN, DESCRIPTION_LIMIT, NAME_LIMIT, TEMPLATE_LIMIT, Style, checked_style
from flux_bot.locales import LOCALES, translator_for
from flux_bot.ui.texts import style_label

INK = Style("Ink & Wash", "ink of {prompt}", "black and white")


def test_built_in_styles() -> None:
    """There are a dozen styles, each with a name and short description in every language, and a usable template."""
    assert len(BUILT_IN) == 12
    for style in BUILT_IN.values():
        assert style.template.count("{prompt}") == 1, style.name
        assert len(style.template) <= TEMPLATE_LIMIT, style.name
        assert set(style.texts) == set(LOCALES), style.name
        assert style.names == {styles.normalized(name) for name in (style.name, *map(style.name_in, LOCALES))}
        for locale in LOCALES:
            assert style.texts[locale].keys() == {"name", "description"}, (style.name, locale)
            assert 1 <= len(style.name_in(locale)) <= 40, (style.name, locale)
            label = style_label(translator_for(locale), style)
            assert style.description_in(locale) in label
            assert len(label) <= 100, label
    for locale in LOCALES:  # no two can be confused
        assert len({styles.normalized(style.name_in(locale)) for style in BUILT_IN.values()}) == 12, locale


def test_candidates() -> None:
    """A name in any language finds its style; other words are searched for in the texts of the user's language."""
    every = (INK, *BUILT_IN.values())
    for typed, locale, expected in (
        ("watercolor", "de", ["watercolor"]),
        ("  AQUARELL ", "fr", ["watercolor"]),
        ("pixel art", "ja", ["pixel-art"]),
        ("Pixel-Art", "en-US", ["pixel-art"]),
        ("水彩画", "en-US", ["watercolor"]),
        ("ink & wash", "ko", ["Ink & Wash"]),
        ("water", "en-US", ["watercolor"]),
        ("rough paper", "en-US", ["watercolor"]),
        ("papier", "de", ["watercolor"]),
        ("white", "en-US", ["Ink & Wash", "pencil-sketch", "sticker"]),
        ("papier", "en-US", []),
    ):
        assert [style.name for style in styles.candidates(every, typed, locale)] == expected, (typed, locale)
    assert styles.candidates(every, "", "en-US") == list(every)
    assert styles.find(every, "zzz") is None


def test_a_style_of_a_server() -> None:
    """A server's style has one name in all languages; invisible characters are removed, and lines are joined."""
    typed = checked_style(" Ink\u200b &\nWash\u202e ", "black\r\nand  white", "ink\nof {prompt} ")
    assert typed == INK
    assert {typed.name_in(locale) for locale in LOCALES} == {"Ink & Wash"}
    assert checked_style("<@1> **b** `c`", "", "{prompt}").name == "<@1> **b** `c`"
    assert (
        checked_style("n" * NAME_LIMIT, "d" * DESCRIPTION_LIMIT, "{prompt}".rjust(TEMPLATE_LIMIT, "t")).name == "n" * 50
    )


def test_refusals() -> None:
    """Each mistake is named: a missing or long text, a name in use, a template without the prompt or with two."""
    for name, description, template, reason in (
        ("\u200b \n", "", "{prompt}", "style-without-name"),
        ("-", "", "{prompt}", "style-without-name"),
        ("n" * (NAME_LIMIT + 1), "", "{prompt}", "style-name-too-long"),
        ("Ink", "d" * (DESCRIPTION_LIMIT + 1), "{prompt}", "style-description-too-long"),
        ("Ink", "", "{prompt}".rjust(TEMPLATE_LIMIT + 1, "t"), "style-template-too-long"),
        ("Ink", "", "ink", "style-without-prompt"),
        ("Ink", "", "{Prompt}", "style-without-prompt"),
        ("Ink", "", "{prompt} {prompt}", "style-without-prompt"),
        ("Pixel  ART", "", "{prompt}", "style-name-taken"),
        ("pi\u200bxel-art", "", "{prompt}", "style-name-taken"),
        ("Aquarell", "", "{prompt}", "style-name-taken"),
        ("NONE", "", "{prompt}", "style-name-taken"),
        ("as-it-was", "", "{prompt}", "style-name-taken"),
        ("Usual", "", "{prompt}", "style-name-taken"),
    ):
        with pytest.raises(RequestRejected) as rejected:
            checked_style(name, description, template)
        assert rejected.value.text.message_id == reason, (name, template)


def test_the_submitted_prompt() -> None:
    """The prompt replaces the placeholder, whatever it contains; without a style, the prompt stays as it is."""
    request = ImageRequest(Action.GENERATE, "{prompt} {a|b} \\1", "flux-dev", "1:1")
    assert request.submitted_prompt == request.prompt
    styled = styles.with_style(request, INK)
    assert (styled.style, styled.submitted_prompt) == ("Ink & Wash", "ink of {prompt} {a|b} \\1")
    assert styles.with_style(styled, None) == request
