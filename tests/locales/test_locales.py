"""The locales: complete, with the same variables in each, and within Discord's limits."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import discord
import pytest
from fluent.syntax import ast, parse
from fluent.syntax.visitor import Visitor

from flux_bot.core.catalogue import SHAPES, SHIPPED, load_catalogue
from flux_bot.core.jobs import Action
from flux_bot.core.text import TranslatableText
from flux_bot.locales import ENGLISH, FOLDER, LOCALES, fingerprint, translator_for
from flux_bot.ui.cards import Verb
from flux_bot.ui.texts import Relation
from tests.harness import BotHarness
from tests.ui.test_texts import CODES

WANTED = {"en-US", "de", "es-ES", "fr", "pt-BR", "ja", "zh-CN", "ko"}
OTHERS = sorted(WANTED - {ENGLISH})

NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
"""discord-api-docs, application-commands, "application command naming"; letters must be lower case if they can be."""
DESCRIPTION_LIMIT, MENU_LIMIT, CHOICE_LIMIT = 100, 32, 100
BUTTON_LIMIT, LABEL_LIMIT, HINT_LIMIT = 80, 45, 100

SOURCES = [path for folder in ("flux_bot", "cogs") for path in (FOLDER.parents[1] / folder).rglob("*.py")]


class Variables(Visitor):
    """Collects the variables of a pattern."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  Fluent's name
        """Collect one variable."""
        self.names.add(node.id.name)


def messages(locale: str) -> Mapping[str, tuple[str, set[str]]]:
    """Return the file and the variables of each message and attribute of a locale."""
    found: dict[str, tuple[str, set[str]]] = {}
    for path in sorted((FOLDER / locale).glob("*.ftl")):
        for entry in parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"
            if isinstance(entry, ast.Message):
                patterns: list[tuple[str, ast.Pattern | None]] = [("", entry.value)]
                patterns += [(f".{attribute.id.name}", attribute.value) for attribute in entry.attributes]
                for suffix, pattern in patterns:
                    variables = Variables()
                    variables.visit(pattern)
                    assert f"{entry.id.name}{suffix}" not in found, f"{path}: {entry.id.name} twice"
                    found[f"{entry.id.name}{suffix}"] = (path.name, variables.names)
    return found


ENGLISH_MESSAGES = messages(ENGLISH)


def test_the_languages() -> None:
    """Exactly these languages exist."""
    assert set(LOCALES) == WANTED
    assert all(discord.Locale(locale) for locale in LOCALES)


@pytest.mark.parametrize("locale", OTHERS)
def test_each_locale_has_each_message(locale: str) -> None:
    """Each locale has the same messages, with the same variables, in the same files."""
    assert messages(locale) == ENGLISH_MESSAGES


@pytest.mark.parametrize("locale", sorted(WANTED))
@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_each_message_can_be_formatted(locale: str, count: int) -> None:
    """Each message can be formatted, and the text contains all its variables."""
    translate = translator_for(locale)
    for message, (_, variables) in ENGLISH_MESSAGES.items():
        values: dict[str, Any] = {name: count if name in NUMBERS else f"<{name}>" for name in variables}
        text = translate(message, **values)
        assert text.strip()
        assert all(f"<{name}>" in text for name in variables - NUMBERS), (message, text)


NUMBERS = {"count", "number", "got", "asked", "seconds", "minutes", "place", "page", "pages"}


@pytest.mark.parametrize("locale", OTHERS)
def test_messages_are_translated(locale: str) -> None:
    """Hardly any message is the same as in English."""
    translate, english = translator_for(locale), translator_for(ENGLISH)
    plain = [message for message, (_, variables) in ENGLISH_MESSAGES.items() if not variables]
    same = [message for message in plain if translate(message) == english(message)]
    assert len(same) < len(plain) / 5, same


def test_each_message_is_used() -> None:
    """Code uses every message, and every message used exists."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    files = "\n".join(path.read_text(encoding="utf-8") for path in (FOLDER / ENGLISH).glob("*.ftl"))
    facts = re.findall(
        r'yield "(\w+)", ', (FOLDER.parents[1] / "cogs" / "buttons" / "info.py").read_text(encoding="utf-8")
    )
    models = {model.name.replace(".", "-") for which in SHIPPED for model in load_catalogue(which).models}
    built = {
        *(f"button-{verb}" for verb in Verb),
        *(f"failure-{code}" for code in CODES),
        *(f"info-{fact}" for fact in facts),
        *(f"model-{model}" for model in models),
        *(f"no-such-model-{action}" for action in Action),
        *(f"preferences-{name}" for name in ("model", "edit-model", "size", "count")),
        *(f"preferences-{switch}-{state}" for switch in ("private", "ping") for state in ("on", "off")),
        *(f"result-{relation}" for relation in Relation),
        *(f"shape-{shape.replace(':', '-')}" for shape in SHAPES),
    }
    assert built <= ENGLISH_MESSAGES.keys()
    for message in ENGLISH_MESSAGES:
        name = message.partition(".")[0]
        named = f'"{name}"' in code or f"'{name}'" in code or f"{{ {name}" in files
        assert named or name in built or name.startswith("cmd-"), f"{name} is never used"


def test_each_refusal_has_a_message() -> None:
    """Every message named in code exists; those of commands are covered by their publication."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for message in re.findall(r'RequestRejected\("([a-z-]+)"', code):
        assert message in ENGLISH_MESSAGES


async def test_each_command_has_messages(tmp_path: Path) -> None:
    """There are messages for exactly the existing commands and options."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: list[dict[str, Any]] = json.loads(json.dumps(published.json))
    named = set()
    for command in commands:
        if command["type"] == 1:
            name = f"cmd-{command['name']}"
            options = [option["name"] for option in command.get("options", ())]
            named |= {name, f"{name}.description"}
            named |= {f"{name}.{option}{suffix}" for option in options for suffix in ("", "-description")}
    assert {message for message in ENGLISH_MESSAGES if message.startswith("cmd-")} == named


@pytest.mark.parametrize("locale", sorted(WANTED))
def test_texts_fit(locale: str) -> None:
    """Texts that Discord limits are short enough in each language."""
    translate = translator_for(locale)
    limits = {"button-": BUTTON_LIMIT, "menu-": MENU_LIMIT, "model-": CHOICE_LIMIT, "shape-": 80, "form-": LABEL_LIMIT}
    for message, (_, variables) in ENGLISH_MESSAGES.items():
        for beginning, limit in limits.items():
            if message.startswith(beginning):
                limit_here = HINT_LIMIT if message.endswith(("-hint", "-unchanged")) else limit
                text = translate(message, **{name: 9 if name in NUMBERS else "" for name in variables})
                assert len(text) <= limit_here, (message, text)


@pytest.mark.parametrize("which", SHIPPED)
def test_each_model_has_a_label_in_each_language(which: str) -> None:
    """The labels of the shipped catalogues are English messages, so they are translated."""
    english = translator_for(ENGLISH)
    for model in load_catalogue(which).models:
        assert english(f"model-{model.name.replace('.', '-')}") == model.label


def test_locales_without_a_folder() -> None:
    """Latin American Spanish uses the Spanish locale; unsupported languages use English."""
    assert translator_for("es-419").locale == "es-ES"
    assert {translator_for(locale).locale for locale in ("en-GB", "it", "zh-TW", "tlh", "")} == {ENGLISH}


@pytest.mark.parametrize("text", ["*" * 4000, "{ $count }", "\ue0000\ue001", "a\nb", "", "💡" * 3000])
def test_any_value_can_be_inserted(text: str) -> None:
    """Long values, and those that look like Fluent, are inserted unchanged."""
    translate = translator_for("de")
    assert translate("you-wrote", prompt=text).endswith(text)
    takes = ("1:1", TranslatableText("pixel-rule-open", {"smallest": text, "step": "32"}))
    refusal = translate("size-not-supported", model="m", typed=text, supported=takes)
    assert refusal.count(text) >= 2 or not text


def test_missing_messages_are_errors() -> None:
    """A missing message or variable raises an error."""
    translate = translator_for(ENGLISH)
    for message in ("nothing-like-it", "cmd-edit.nothing", "status-queued"):
        with pytest.raises(LookupError):
            translate(message)


# --- publishing --------------------------------------------------------------------------------------------


def published_names(command: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the texts that a published command shows: the kind, the locale ("" for the base) and the text."""
    kind = "menu" if command.get("type", 1) != 1 else "name"
    for thing, of in ((command, kind), *((option, "name") for option in command.get("options", ()))):
        yield of, "", thing["name"]
        yield from ((of, locale, text) for locale, text in (thing.get("name_localizations") or {}).items())
        if of == "name":
            yield "description", "", thing["description"]
            localised = thing.get("description_localizations") or {}
            yield from (("description", locale, text) for locale, text in localised.items())
        for choice in thing.get("choices", ()):
            yield "choice", "", choice["name"]
            localised = choice.get("name_localizations") or {}
            yield from (("choice", locale, text) for locale, text in localised.items())


async def test_every_published_name_is_valid(tmp_path: Path) -> None:
    """Names and descriptions follow Discord's rules in each language, and are unique within it."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: list[dict[str, Any]] = json.loads(json.dumps(published.json))
    assert len(commands) == 8
    seen: set[str] = set()
    for command in commands:
        for kind, locale, text in published_names(command):
            seen.add(locale)
            if kind == "name":
                assert NAME.fullmatch(text), (locale, text)
                assert text == text.lower()
            else:
                limit = {"menu": MENU_LIMIT, "description": DESCRIPTION_LIMIT, "choice": CHOICE_LIMIT}[kind]
                assert 1 <= len(text) <= limit, (locale, text)
        for locale in OTHERS:
            names = [(option.get("name_localizations") or {})[locale] for option in command.get("options", ())]
            assert len(set(names)) == len(names)
    assert seen == {"", *OTHERS, "es-419"}
    for locale in (*OTHERS, "es-419"):
        slash = [command["name_localizations"][locale] for command in commands if command.get("type", 1) == 1]
        assert len(set(slash)) == len(slash), "no two commands have one name"


def longest(thing: Mapping[str, Any], field: str) -> int:
    """Return the length of a field in the language where it is longest."""
    texts = [thing.get(field) or "", *(thing.get(f"{field}_localizations") or {}).values()]
    return max(len(str(text)) for text in texts)


async def test_no_command_is_too_large(tmp_path: Path) -> None:
    """A command's names, descriptions and values have at most 8,000 characters, counting the longest language.

    discord-api-docs, application-commands, "localization": "only the longest localization for each field".
    """
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: list[dict[str, Any]] = json.loads(json.dumps(published.json))
    for command in commands:
        options = command.get("options", [])
        choices = [choice for option in options for choice in option.get("choices", ())]
        size = sum(longest(thing, "name") + longest(thing, "description") for thing in (command, *options))
        size += sum(longest(choice, "name") + len(str(choice["value"])) for choice in choices)
        assert size <= 8000


async def test_changes_are_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed text in any language is published at the next start; without a change nothing is published."""
    async with BotHarness(tmp_path) as harness:
        await harness.restart()
        assert harness.calls == []
        monkeypatch.setattr("flux_bot.ui.command_tree.fingerprint", lambda: "another word")
        await harness.restart()
        assert harness.calls == ["publish"]


def test_the_fingerprint_changes_with_each_text(tmp_path: Path) -> None:
    """Changing, adding or moving a text changes the fingerprint."""
    for locale in ("de", "fr"):
        (tmp_path / locale).mkdir()
    first = tmp_path / "de" / "cards.ftl"
    seen = [fingerprint(tmp_path)]
    for change in (
        lambda: first.write_text("a = ein Wort"),
        lambda: first.write_text("a = das Wort"),
        lambda: first.rename(tmp_path / "fr" / "cards.ftl"),
    ):
        change()
        seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)
    assert fingerprint() == fingerprint(FOLDER)
