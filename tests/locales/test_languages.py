"""Which language is used: the user's for private texts, the server's for public ones."""

from pathlib import Path

import pytest

from flux_bot.locales import translator_for
from tests.english import EN
from tests.harness import BotHarness, alt_texts, job_id_of, text_of
from tests.presses import buttons
from tests.discord_server.payloads import Payload


def set_locales(harness: BotHarness, locale: str, server: str | None = None) -> None:
    """Set the language of all users, and of the server."""

    def change(payload: Payload) -> None:
        payload["locale"] = locale
        if payload.get("guild_id"):
            payload["guild_locale"] = server or "en-US"

    harness.change_interaction = change


async def test_public_cards_are_in_the_servers_language(tmp_path: Path) -> None:
    """Status card, result and buttons are in the server's language, whatever the user's."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        set_locales(harness, "ja", "de")
        german = translator_for("de")
        job, task = await harness.start_job("eine Katze")
        (card,) = harness.messages()
        assert text_of(card).startswith(german("status-painting", since="").split("<")[0][:10])
        assert list(buttons(card)) == [german("button-cancel")]
        await harness.fake.finish(task.id)
        result = await harness.wait_for_message(german("result-ready", user="", count=1).strip(), "eine Katze")
        assert list(buttons(result)) == [
            german(f"button-{verb}") for verb in ("reroll", "remix", "edit", "save", "info", "delete")
        ]
        assert alt_texts(result) == ["eine Katze"]
        assert (job.origin.locale, job.origin.guild_locale) == ("ja", "de")


async def test_private_cards_are_in_the_users_language(tmp_path: Path) -> None:
    """Private cards are in the user's language."""
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, "ja", "de")
        japanese = translator_for("ja")
        await harness.imagine("猫", private=True)
        ready = japanese("result-ready", user=f"<@{harness.alice.id}>", count=1)
        result = await harness.wait_for_message(ready, "猫", viewer=harness.alice)
        assert japanese("button-reroll") in buttons(result)


async def test_a_direct_message_is_in_the_users_language(tmp_path: Path) -> None:
    """A direct message is in the user's language, even for a result that was meant for a channel."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        set_locales(harness, "ko", "de")
        korean = translator_for("ko")
        job, task = await harness.start_job("a cat")
        harness.refuse("post", 403, 50013)
        harness.refuse("edit reply", 404, 10008)
        await harness.fake.finish(task.id)
        ready = korean("result-ready", user=f"<@{harness.alice.id}>", count=1)
        await harness.wait_for_message(ready, where=harness.alice.user.dm_channel)
        await harness.wait_until_closed(job.id)


async def test_refusals_are_in_the_users_language(tmp_path: Path) -> None:
    """Refusals are in the user's language; typed text is escaped and accepted values are not translated."""
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, "fr", "de")
        french = translator_for("fr")
        interaction = await harness.alice.slash(
            harness.channel, "imagine", prompt="a cat", model="flux-dev", size="*7*x1"
        )
        assert interaction.response is not None
        takes = french("pixel-rule-range", smallest="256", largest="1440", step="32")
        assert text_of(interaction.response.message) == french(
            "size-not-supported", model="flux-dev", typed=r"\*7\*x1", supported=takes
        )


async def test_forms_are_in_the_users_language(tmp_path: Path) -> None:
    """A form's title, labels and choices are in the user's language."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a cat")
        result = await harness.wait_for_message("is ready", "a cat")
        set_locales(harness, "pt-BR", "de")
        portuguese = translator_for("pt-BR")
        shown = await harness.bob.click(result, custom_id=f"remix:{job_id_of(result)}")
        assert shown.modal is not None
        assert shown.modal["title"] == portuguese("form-remix")
        labels = [part["label"] for part in shown.modal["components"]]
        assert labels == [portuguese(f"form-{name}") for name in ("prompt", "model", "size", "count")]
        assert portuguese("model-flux-dev") in str(shown.modal)


async def test_overviews_are_in_the_users_language(tmp_path: Path) -> None:
    """/jobs, /history and /preferences are in the user's language."""
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, "zh-CN", "de")
        chinese = translator_for("zh-CN")
        titles = {"jobs": "jobs-title", "history": "history-none", "preferences": "preferences-title"}
        for command, title in titles.items():
            interaction = await harness.alice.slash(harness.channel, command)
            assert interaction.response is not None
            assert chinese(title) in text_of(interaction.response.message)


async def test_suggestions_are_in_the_users_language(tmp_path: Path) -> None:
    """Shapes are suggested, and found, in the user's language."""
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, "es-419")
        offered = await harness.alice.autocomplete(harness.channel, "imagine", "size", "16:9", prompt="a cat")
        spanish = translator_for("es-ES")
        assert [choice["name"] for choice in offered] == [f"{spanish('shape-16-9')} (1344x768)"]


@pytest.mark.parametrize("locale", ["it", "zh-TW"])
async def test_other_languages_read_english(tmp_path: Path, locale: str) -> None:
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, locale, locale)
        await harness.imagine("a cat")
        await harness.wait_for_message(EN("result-ready", user=f"<@{harness.alice.id}>", count=1))


async def test_outside_servers_the_users_language_is_used(tmp_path: Path) -> None:
    """Without a server, cards are in the user's language."""
    async with BotHarness(tmp_path) as harness:
        set_locales(harness, "de")
        await harness.alice.user.slash("imagine", prompt="eine Katze", model="flux-2-flex", size="64x64")
        ready = translator_for("de")("result-ready", user=f"<@{harness.alice.id}>", count=1)
        await harness.wait_for_message(ready, where=harness.alice.user.dm_channel)
