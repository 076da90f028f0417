"""The locales: complete, with the same variables in each, within Discord's limits, and shown to the right people."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import discord
import pytest
from fluent.syntax import ast, parse

from cogs.forms.privacy import DELETE, KEEP
from cogs.forms.settings import FIELDS
from cogs.forms.style import StyleFields
from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.costs import Money
from flux_bot.core.jobs import OUR_CODES, Action
from flux_bot.core.rules.durations import suggested_durations
from flux_bot.core.rules.limits import LimitKind
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import TranslatableText
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.locales import (
    ENGLISH,
    FOLDER,
    LOCALES,
    Translator,
    command_translator_for,
    fingerprint,
    language_name,
    translator_for,
)
from flux_bot.ui.cards import Verb
from flux_bot.ui.server_settings.pages import PAGES
from flux_bot.ui.server_settings.summary import name_of
from flux_bot.ui.texts import Relation
from tests.discord_server.payloads import Payload
from tests.english import EN
from tests.finished_jobs import button_labels
from tests.harness import BotHarness, alt_texts, job_id_of, text_of

WANTED = {"en-US", "de", "es-ES", "fr", "pt-BR", "ja", "zh-CN", "ko"}
OTHERS = sorted(WANTED - {ENGLISH})

NAME = re.compile(r"[-_'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
"""discord-api-docs, application-commands, "application command naming"; letters must be lower case if they can be."""
DESCRIPTION_LIMIT, MENU_LIMIT, CHOICE_LIMIT = 100, 32, 100

NUMBERS = {
    "count",
    "number",
    "got",
    "requested",
    "more",
    "needed",
    "done",
    "total",
    "seconds",
    "minutes",
    "place",
    "page",
    "pages",
    "credits",
}
FAILURES = OUR_CODES | OPERATOR_CODES | {"bad_request", "forbidden", "too_many_requests", "api_error", "timeout"}


def variables_in(node: Any) -> set[str]:
    """Return the names of the variables in a part of Fluent's syntax tree."""
    if isinstance(node, ast.VariableReference):
        return {node.id.name}
    parts = node if isinstance(node, list) else vars(node).values() if isinstance(node, ast.BaseNode) else ()
    return {name for part in parts for name in variables_in(part)}


def messages(locale: str) -> Mapping[str, tuple[str, set[str]]]:
    """Return the file and the variables of each message and attribute of a locale."""
    found: dict[str, tuple[str, set[str]]] = {}
    for path in sorted((FOLDER / locale).glob("*.ftl")):
        for entry in parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"
            if isinstance(entry, ast.Message):
                patterns = {entry.id.name: entry.value}
                patterns |= {f"{entry.id.name}.{attribute.id.name}": attribute.value for attribute in entry.attributes}
                is_new = len(patterns) == 1 + len(entry.attributes) and patterns.keys().isdisjoint(found)
                assert is_new, f"{path}: {entry.id.name} twice"
                found |= {name: (path.name, variables_in(pattern)) for name, pattern in patterns.items()}
    return found


ENGLISH_MESSAGES = messages(ENGLISH)


# --- messages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", OTHERS)
def test_each_locale_has_each_message(locale: str) -> None:
    """Each locale has the same messages, with the same variables, in the same files; hardly any is in English."""
    assert set(LOCALES) == WANTED
    assert locale in {known.value for known in discord.Locale}
    assert messages(locale) == ENGLISH_MESSAGES
    translate = translator_for(locale)
    plain = [message for message, (_, variables) in ENGLISH_MESSAGES.items() if not variables]
    same = [message for message in plain if translate(message) == EN(message)]
    assert len(same) < len(plain) / 5, same


def test_each_message_can_be_formatted() -> None:
    """Each message can be formatted, contains all its variables, and is short enough where Discord limits it."""
    limits = {"button-": 80, "menu-": MENU_LIMIT, "model-": CHOICE_LIMIT, "shape-": 80, "form-": 45}
    limits |= {name_of(field): 45 for field in FIELDS} | {"settings-page-": CHOICE_LIMIT, "settings-edit-words": 80}
    for locale in WANTED:
        translate = translator_for(locale)
        for message, (_, variables) in ENGLISH_MESSAGES.items():
            for count in (0, 1, 2, 5) if variables & NUMBERS else (0,):
                values: dict[str, Any] = {name: count if name in NUMBERS else f"<{name}>" for name in variables}
                text = translate(message, **values)
                assert text.strip(), (locale, message)
                assert all(f"<{name}>" in text for name in variables - NUMBERS), (locale, message, text)
                limit = next((limits[beginning] for beginning in limits if message.startswith(beginning)), len(text))
                is_hint = message.endswith(("-hint", "-unchanged"))
                assert len(text) <= (max(limit, 100) if is_hint else limit), (locale, message, text)


def test_each_message_is_used() -> None:
    """Code uses every message, and every message used exists."""
    root = FOLDER.parents[1]
    sources = [path for folder in ("flux_bot", "cogs") for path in (root / folder).rglob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    files = "\n".join(path.read_text(encoding="utf-8") for path in (FOLDER / ENGLISH).glob("*.ftl"))
    facts = re.findall(r'yield "(\w+)", ', (root / "cogs" / "buttons" / "info.py").read_text(encoding="utf-8"))
    labels = {f"model-{model.name.replace('.', '-')}": model.label for model in load_catalogue("").models}
    assert {message: EN(message) for message in labels} == labels
    built = {
        *(f"button-{verb}" for verb in Verb),
        *(f"failure-{code}" for code in FAILURES),
        *(f"info-{fact}" for fact in facts),
        *labels,
        *(
            f"help-{part}"
            for part in (
                "pictures",
                "styles",
                "compares",
                "edits",
                "messages",
                "buttons",
                "finds",
                "usage",
                "privacy",
                "defaults",
                "moderation",
            )
        ),
        *(f"help-{button}" for button in ("make", "edit", "history", "jobs", "preferences")),
        *(f"no-such-model-{action}" for action in Action),
        *(f"usage-limit-{kind}" for kind in LimitKind),
        *(f"preferences-{name}" for name in ("model", "edit-model", "size", "count", "style")),
        *(f"form-style-{field}" for field in StyleFields.__slots__),
        *(name_of(field) for field in ServerSettings.model_fields),
        *(f"settings-page-{page}" for page in PAGES),
        "help-settings",
        *(f"preferences-{switch}-{state}" for switch in ("private", "ping") for state in ("on", "off")),
        *(f"result-{relation}" for relation in Relation),
        *(f"shape-{shape.replace(':', '-')}" for shape in SHAPES),
        *(f"limit-{kind}" for kind in LimitKind),
        *(f"form-privacy-{choice}" for choice in (KEEP, DELETE)),
        *(f"block-duration-{duration.unit}" for duration in suggested_durations("3")),
    }
    rejections = re.findall(r'RequestRejected\("([a-z-]+)"', code)
    assert len(rejections) > 10
    assert {*built, *rejections} <= ENGLISH_MESSAGES.keys()
    for message in ENGLISH_MESSAGES:
        name = message.partition(".")[0]
        named = f'"{name}"' in code or f"'{name}'" in code or f"{{ {name}" in files
        assert named or name in built or name.startswith("cmd-"), f"{name} is never used"


# --- the translator ----------------------------------------------------------------------------------------


def test_locales_without_a_folder() -> None:
    """Latin American Spanish uses the Spanish locale; unsupported languages use English."""
    for find in (translator_for, command_translator_for):
        assert {find(locale).locale for locale in ("es-419", "es-ES")} == {"es-ES"}
        assert {find(locale).locale for locale in ("en-US", "en-GB", "it", "zh-TW", "tlh", "")} == {ENGLISH}


def test_the_translator_of_commands() -> None:
    """The translator of commands has only the commands' messages, in its language."""
    german = command_translator_for("de")
    assert german("cmd-edit.description") == translator_for("de")("cmd-edit.description") != EN("cmd-edit.description")
    assert german.has("cmd-edit")
    assert not german.has("status-queued")


def test_names_of_languages() -> None:
    """Each language is shown by its own name; an unsupported one is shown as English, which is used instead."""
    names = [language_name(locale) for locale in LOCALES]
    assert len({*names}) == len(WANTED)
    assert [language_name(locale) for locale in ("de", "ja", "es-419", "it", "")] == [
        "Deutsch",
        "日本語",
        "Español",
        "English",
        "English",
    ]


def test_any_value_can_be_inserted() -> None:
    """Long values, and those that look like Fluent, are inserted unchanged; texts and tuples are resolved."""
    translate = translator_for("de")
    for text in ("*" * 4000, "{ $count }", "\ue0000\ue001", "a\nb", ""):
        assert translate("button-fetch", prompt=text) == translate("button-fetch", prompt="") + text, text[:10]
        rule = TranslatableText("pixel-rule-open", {"smallest": text, "step": "32"})
        assert translate.text(rule) == translate("pixel-rule-open", smallest=text, step="32"), text[:10]
        refusal = translate("size-not-supported", model="m", typed=text, supported=("1:1", "3:2", rule))
        assert f"„{text}“" in refusal, text[:10]
        assert f"1:1, 3:2, {translate.text(rule)}" in refusal, text[:10]


def test_right_to_left_texts_are_inserted_in_isolation() -> None:
    """These texts don't reorder the sentence around them; addresses stay unchanged, or their links would break."""
    assert EN("jobs-queued-line", place=1, prompt="חתול 7") == "position 1: \u2068חתול 7\u2069"
    assert EN("jobs-queued-line", place=1, prompt="a cat") == "position 1: a cat"
    assert EN("jobs-link", url="https://example.org/חתול") == "[show](https://example.org/חתול)"


def test_numbers_and_money() -> None:
    """Numbers keep their digits and choose the plural; money has the currency's decimals, or two digits if more."""
    for locale, credit, shown in (
        ("en-US", "1.000000000", "1 credit"),
        ("en-US", "1.5", "1.5 credits"),
        ("en-US", "123456.123456789", "123,456.123456789 credits"),
        ("de", "1234.5", "1.234,5 Credits"),
        ("fr", "1.5", "1,5 crédit"),
    ):
        assert translator_for(locale)("cost-credits", credits=Decimal(credit)) == shown
    for locale, money, shown in (
        ("en-US", "1234.567 USD", "$1,234.57"),
        ("en-US", "0.1 USD", "$0.10"),
        ("en-US", "0.000123 USD", "$0.00012"),
        ("ja", "3.14 JPY", "￥3.1"),
        ("ja", "314.15 JPY", "￥314"),
        ("de", "1234.567 EUR", "1.234,57\xa0€"),
        ("zh-CN", "0.15 CNY", "¥0.15"),
    ):
        amount, currency = money.split()
        text = translator_for(locale)("cost-with-money", cost="", money=Money(Decimal(amount), currency))
        assert text.strip(" ()（）") == shown


def test_missing_messages_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing message, attribute, variable or text of a message that has only attributes raises an error."""
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "a.ftl").write_text("thing =\n    .name = Ding")
    monkeypatch.setattr("flux_bot.locales.FOLDER", tmp_path)
    translate = Translator("de")
    assert translate("thing.name") == "Ding"
    for translator, message in (
        *((EN, message) for message in ("nothing-like-it", "cmd-edit.nothing", "status-queued")),
        (translate, "thing"),
    ):
        with pytest.raises(LookupError):
            translator(message)


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


# --- publishing --------------------------------------------------------------------------------------------


async def test_commands_are_published_in_each_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands are published with valid texts in each language, and again after a text has changed."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        monkeypatch.setattr("flux_bot.ui.interactions.command_tree.fingerprint", lambda: "another text")
        await harness.restart()
        assert harness.calls == ["publish"]
    commands: list[dict[str, Any]] = json.loads(json.dumps(published.json))
    assert len(commands) == 18
    for command in commands:
        check_command(command)
    slash_commands = [command for command in commands if command["type"] == 1]
    check_names(slash_commands)
    needed = {message for command in slash_commands for message in messages_of(command, "cmd-")}
    assert {message for message in ENGLISH_MESSAGES if message.startswith("cmd-")} == needed


def messages_of(command: Mapping[str, Any], group: str) -> set[str]:
    """Return the messages that name and describe a command or a group of commands, and everything in it."""
    name = f"{group}{command['name']}"
    needed = {name, f"{name}.description"}
    for option in command.get("options", ()):
        is_command = option["type"] == 1
        needed |= (
            messages_of(option, f"{name}-")
            if is_command
            else {f"{name}.{option['name']}", f"{name}.{option['name']}-description"}
        )
    return needed


def check_command(command: Mapping[str, Any]) -> None:
    """Check the length of each text, and of all in the longest language (application-commands, "localization")."""
    options: list[dict[str, Any]] = command.get("options", [])
    parameters = [option for part in options for option in part.get("options", ())]
    choices = [choice for option in options for choice in option.get("choices", ())]
    size = sum(len(str(choice["value"])) for choice in choices)
    is_menu = command["type"] != 1
    for things, field, limit in (
        ((command, *options, *parameters), "name", MENU_LIMIT if is_menu else 32),
        (() if is_menu else (command, *options, *parameters), "description", DESCRIPTION_LIMIT),
        (choices, "name", CHOICE_LIMIT),
    ):
        for thing in things:
            texts = in_each_language(thing, field)
            size += max(len(text) for text in texts.values())
            assert all(1 <= len(text) <= limit for text in texts.values()), texts
    assert size <= 8000, command["name"]
    for part in (command, *options):
        check_names(part.get("options", []))


def check_names(things: Sequence[Mapping[str, Any]]) -> None:
    """Check that names of commands or options follow Discord's rules, and are unique within each language."""
    names = [in_each_language(thing, "name") for thing in things]
    for locale in {locale for each in names for locale in each}:
        in_one_language = [each[locale] for each in names]
        assert all(NAME.fullmatch(name) and name == name.lower() for name in in_one_language), in_one_language
        assert len({*in_one_language}) == len(names), (locale, in_one_language)


def in_each_language(thing: Mapping[str, Any], field: str) -> dict[str, str]:
    """Return a text of a published command, option or choice in each language; that of the base is ""."""
    texts: dict[str, str] = {"": thing[field], **thing[f"{field}_localizations"]}
    assert texts.keys() == {"", *OTHERS, "es-419"}
    return texts


# --- whose language is used --------------------------------------------------------------------------------


def set_locales(harness: BotHarness, locale: str, server: str = "de") -> None:
    """Set the language of all users, and of the server."""

    def change(payload: Payload) -> None:
        payload["locale"] = locale
        if payload.get("guild_id"):
            payload["guild_locale"] = server

    harness.change_interaction = change


async def test_public_cards_are_in_the_servers_language(tmp_path: Path) -> None:
    """Cards and buttons are in the server's language, or in English; results sent as direct messages in the user's."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        user = f"<@{harness.alice.id}>"
        set_locales(harness, "ja")
        german = translator_for("de")
        _, task = await harness.start_job("eine Katze")
        (card,) = harness.messages()
        assert text_of(card).startswith(german("status-painting", since="<").partition("<")[0])
        assert button_labels(card) == [german("button-cancel")]
        await harness.fake.finish(task.id)
        result = await harness.wait_for_message(german("result-ready", user=user, count=1), "eine Katze")
        verbs = ("reroll", "vary", "edit", "remix", "save")
        assert button_labels(result) == [german(f"button-{verb}") for verb in verbs]
        assert alt_texts(result) == ["eine Katze"]

        set_locales(harness, "it", "zh-TW")
        _, task = await harness.start_job("un gatto")
        await harness.fake.finish(task.id)
        await harness.wait_for_message(EN("result-ready", user=user, count=1), "un gatto")

        set_locales(harness, "ko")
        job, task = await harness.start_job("a cat")
        harness.refuse("post", 403, 50013)
        harness.refuse("edit reply", 404, 10008)
        await harness.fake.finish(task.id)
        ready = translator_for("ko")("result-ready", user=user, count=1)
        await harness.wait_for_message(ready, where=harness.alice.user.dm_channel)
        await harness.wait_until_closed(job.id)


async def test_private_texts_are_in_the_users_language(tmp_path: Path) -> None:
    """Private cards, refusals, forms, overviews and suggestions are in the user's language, and all outside servers."""
    async with BotHarness(tmp_path) as harness:
        channel, user = harness.channel, f"<@{harness.alice.id}>"
        await harness.imagine("a cat")
        public = await harness.wait_for_message("is ready", "a cat")

        set_locales(harness, "ja")
        japanese = translator_for("ja")
        await harness.imagine("猫", private=True)
        private = await harness.wait_for_message(
            japanese("result-ready", user=user, count=1), "猫", viewer=harness.alice
        )
        assert japanese("button-reroll") in button_labels(private)

        set_locales(harness, "fr")
        french = translator_for("fr")
        refused = await harness.alice.slash(channel, "imagine", prompt="a cat", model="flux-dev", size="*7*x1")
        assert refused.response is not None
        shapes = load_catalogue("").model("flux-dev", Action.GENERATE).describe_sizes()
        refusal = french("size-not-supported", model="FLUX.1 dev", typed=r"\*7\*x1", supported=shapes)
        assert text_of(refused.response.message) == f"{refusal}\n> a cat"

        set_locales(harness, "pt-BR")
        portuguese = translator_for("pt-BR")
        modal = (await harness.bob.click(public, custom_id=f"remix:{job_id_of(public)}")).modal
        assert modal is not None
        labels = [modal["title"], *(part["label"] for part in modal["components"])]
        assert labels == [portuguese(f"form-{name}") for name in ("remix", "prompt", "model", "size", "count", "style")]
        assert portuguese("model-flux-dev") in str(modal)

        set_locales(harness, "zh-CN")
        chinese = translator_for("zh-CN")
        titles = {"jobs": "jobs-title", "history": "history-none", "preferences": "preferences-title"}
        for command, title in titles.items():
            shown = await harness.bob.slash(channel, command)
            assert shown.response is not None
            assert chinese(title) in text_of(shown.response.message)

        set_locales(harness, "es-419")
        offered = await harness.alice.autocomplete(channel, "imagine", "size", "16:9", prompt="a cat")
        assert [choice["name"] for choice in offered] == [translator_for("es-ES")("shape-16-9")]

        set_locales(harness, "ko")
        await harness.alice.user.slash("imagine", prompt="고양이", model="flux-2-flex", size="64x64")
        ready = translator_for("ko")("result-ready", user=user, count=1)
        await harness.wait_for_message(ready, where=harness.alice.user.dm_channel)
