"""In whose language what is said: private words in their reader's, public ones in the server's."""

from pathlib import Path

import pytest

from flux_bot.locales import words_in
from tests.english import EN
from tests.harness import Stage, alt_texts, job_id_of, words
from tests.presses import buttons
from tests.wire.openapi import Payload


def reading(stage: Stage, locale: str, server: str | None = None) -> None:
    """Let everybody's Discord speak a language, and the server another."""

    def change(payload: Payload) -> None:
        payload["locale"] = locale
        if payload.get("guild_id"):
            payload["guild_locale"] = server or "en-US"

    stage.change_interaction = change


async def test_public_cards_are_in_the_servers_language(tmp_path: Path) -> None:
    """The status card, the result and its buttons, for all who read them; whoever asked has another language."""
    async with Stage(tmp_path, seconds=None) as stage:
        reading(stage, "ja", "de")
        german = words_in("de")
        job, task = await stage.held("eine Katze")
        (card,) = stage.messages()
        assert words(card).startswith(german("status-painting", since="").split("<")[0][:10])
        assert list(buttons(card)) == [german("button-cancel")]
        await stage.fake.finish(task.id)
        result = await stage.sees(german("result-ready", user="", count=1).strip(), "eine Katze")
        assert list(buttons(result)) == [
            german(f"button-{verb}") for verb in ("reroll", "remix", "edit", "save", "info", "delete")
        ]
        assert alt_texts(result) == ["eine Katze"]
        assert (job.origin.locale, job.origin.guild_locale) == ("ja", "de")


async def test_private_cards_are_in_the_users_language(tmp_path: Path) -> None:
    """Nobody else reads them."""
    async with Stage(tmp_path) as stage:
        reading(stage, "ja", "de")
        japanese = words_in("ja")
        await stage.imagine("猫", private=True)
        ready = japanese("result-ready", user=f"<@{stage.alice.id}>", count=1)
        result = await stage.sees(ready, "猫", viewer=stage.alice)
        assert japanese("button-reroll") in buttons(result)


async def test_a_direct_message_is_in_the_users_language(tmp_path: Path) -> None:
    """Where the channel is gone, its server's language no longer matters."""
    async with Stage(tmp_path, seconds=None) as stage:
        reading(stage, "ko", "de")
        korean = words_in("ko")
        job, task = await stage.held("a cat")
        stage.refuse("post", 403, 50013)
        stage.refuse("edit reply", 404, 10008)
        await stage.fake.finish(task.id)
        ready = korean("result-ready", user=f"<@{stage.alice.id}>", count=1)
        await stage.sees(ready, where=stage.alice.user.dm_channel)
        await stage.over(job.id)


async def test_refusals_are_in_the_users_language(tmp_path: Path) -> None:
    """So are all private answers, with what was typed escaped and what can be typed left as it is."""
    async with Stage(tmp_path) as stage:
        reading(stage, "fr", "de")
        french = words_in("fr")
        asked = await stage.alice.slash(stage.channel, "imagine", prompt="a cat", model="flux-dev", size="*7*x1")
        assert asked.response is not None
        takes = french("pixel-rule-range", smallest="256", largest="1440", step="32")
        assert words(asked.response.message) == french(
            "size-not-taken", model="flux-dev", typed=r"\*7\*x1", takes=takes
        )


async def test_forms_are_in_the_users_language(tmp_path: Path) -> None:
    """Title, labels and choices."""
    async with Stage(tmp_path) as stage:
        await stage.imagine("a cat")
        result = await stage.sees("is ready", "a cat")
        reading(stage, "pt-BR", "de")
        portuguese = words_in("pt-BR")
        shown = await stage.bob.click(result, custom_id=f"remix:{job_id_of(result)}")
        assert shown.modal is not None
        assert shown.modal["title"] == portuguese("form-remix")
        labels = [part["label"] for part in shown.modal["components"]]
        assert labels == [portuguese(f"form-{name}") for name in ("prompt", "model", "size", "count")]
        assert portuguese("model-flux-dev") in str(shown.modal)


async def test_overviews_are_in_the_users_language(tmp_path: Path) -> None:
    """/jobs, /history and /preferences."""
    async with Stage(tmp_path) as stage:
        reading(stage, "zh-CN", "de")
        chinese = words_in("zh-CN")
        titles = {"jobs": "jobs-title", "history": "history-none", "preferences": "preferences-title"}
        for command, title in titles.items():
            asked = await stage.alice.slash(stage.channel, command)
            assert asked.response is not None
            assert chinese(title) in words(asked.response.message)


async def test_suggestions_are_in_the_users_language(tmp_path: Path) -> None:
    """Shapes are offered, and found, in words of theirs."""
    async with Stage(tmp_path) as stage:
        reading(stage, "es-419")
        offered = await stage.alice.autocomplete(stage.channel, "imagine", "size", "16:9", prompt="a cat")
        spanish = words_in("es-ES")
        assert [choice["name"] for choice in offered] == [f"{spanish('shape-16-9')} (1344x768)"]


@pytest.mark.parametrize("locale", ["it", "zh-TW"])
async def test_other_languages_read_english(tmp_path: Path, locale: str) -> None:
    async with Stage(tmp_path) as stage:
        reading(stage, locale, locale)
        await stage.imagine("a cat")
        await stage.sees(EN("result-ready", user=f"<@{stage.alice.id}>", count=1))


async def test_outside_of_servers_it_is_the_users_language(tmp_path: Path) -> None:
    """There is no server's."""
    async with Stage(tmp_path) as stage:
        reading(stage, "de")
        await stage.alice.user.slash("imagine", prompt="eine Katze", model="flux-2-flex", size="64x64")
        ready = words_in("de")("result-ready", user=f"<@{stage.alice.id}>", count=1)
        await stage.sees(ready, where=stage.alice.user.dm_channel)
