"""/preferences: a user's defaults, saved with each click."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.jobs import Action, Failure, Preferences
from flux_bot.locales import LOCALES
from tests.finished_jobs import (
    answer,
    buttons,
    forge,
    latest_job,
    mark_undelivered,
    private_answer,
    reset_interactions,
    select_menus,
    set_locale,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, picture, text_of, walk
from tests.presses import press_without_waiting

PICTURE = ("roof.png", picture().read())
LISTS = ["prefer:model", "prefer:size", "prefer:count", "prefer:edit_model"]
ALL = Preferences("flux-2-max", "flux-kontext-max", "16:9", 3, private=True, ping=False)
FULL_CATALOGUE = "\n".join(
    (
        '[defaults]\ngenerate = "model-0"\nedit = "model-0"',
        *(
            f'[[models]]\nname = "model-{number}"\nlabel = "{"m" * 96} {number}"\n'
            'actions = ["generate", "edit"]\nsizes = { ratios = ["1:1"] }'
            for number in range(25)
        ),
    )
)


async def panel(harness: BotHarness, who: simcord.MemberActor | None = None) -> discord.Message:
    """Run /preferences, by default as alice, and return the ephemeral message."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "preferences"))


async def choose(harness: BotHarness, shown: discord.Message, name: str, value: str) -> discord.Message:
    """Let alice choose from a list, and return the edited message."""
    return edited_message(shown, await harness.alice.select(shown, [value], custom_id=f"prefer:{name}"))


async def press(harness: BotHarness, shown: discord.Message, name: str) -> discord.Message:
    """Let alice press a button, and return the edited message."""
    found = (str(getattr(part, "custom_id", "")) for part in walk(shown.components))
    custom_id = next(custom_id for custom_id in found if custom_id.startswith(f"prefer:{name}"))
    return edited_message(shown, await harness.alice.click(shown, custom_id=custom_id))


def edited_message(shown: discord.Message, result: simcord.InteractionResult) -> discord.Message:
    """Return the message that was pressed, which must have been edited without another answer."""
    assert result.followups == []
    assert answer(result).id == shown.id
    return answer(result)


def state(message: discord.Message) -> list[str | None]:
    """Return what is selected in the lists, and the labels of the buttons."""
    chosen = [[option.value for option in menu.options if option.default] for menu in select_menus(message).values()]
    assert all(len(values) == 1 for values in chosen)
    return [*(value for (value,) in chosen), *(button.label for button in buttons(message).values())]


def saved_preferences(harness: BotHarness, who: simcord.MemberActor | None = None) -> Preferences:
    """Return the saved preferences, by default alice's."""
    rows = harness.sql("SELECT * FROM preferences WHERE user_id = ?", (who or harness.alice).id)
    values: dict[str, Any] = {name: value for row in rows for name, value in dict(row).items() if name != "user_id"}
    values |= {name: bool(values[name]) for name in ("private", "ping") if name in values}
    return Preferences(**values)


async def prefer(harness: BotHarness, preferences: Preferences) -> None:
    """Save all these preferences for alice."""
    await harness.store.history.prefer(harness.alice.id, **asdict(preferences))


async def submitted_options(harness: BotHarness, prompt: str, **options: Any) -> dict[str, Any]:
    """Let alice request a picture with these options; return the model, size and count that are submitted."""
    before = len(harness.fake.submissions)
    await harness.alice.slash(harness.channel, "imagine", prompt=prompt, **options)
    await eventually(lambda: len(harness.fake.submissions) > before)
    body = harness.fake.submissions[-1].body
    assert body["prompt"] == prompt
    return {name: body[name] for name in ("model", "size", "count")}


# --- the panel ---------------------------------------------------------------------------------------


async def test_defaults(tmp_path: Path) -> None:
    """A user without preferences sees the defaults by name; looking at them saves nothing."""
    async with BotHarness(tmp_path) as harness:
        shown = await panel(harness)
        assert list(select_menus(shown)) == LISTS
        assert state(shown) == ["usual", "usual", "1", "usual", "Private: off", "Ping me: on", "Reset to defaults"]
        first = {name: menu.options[0].label for name, menu in select_menus(shown).items()}
        assert list(first.values()) == [
            "Default: FLUX.1 dev: quick and cheap",
            "Default: 1:1 square",
            "one picture",
            "Default: FLUX Kontext pro: edits pictures",
        ]
        assert harness.sql("SELECT * FROM preferences") == []
        assert [message for message in harness.messages(viewer=harness.bob) if message.id == shown.id] == []


async def test_what_can_be_chosen(tmp_path: Path) -> None:
    """All models that support the action, all shapes, and one to four pictures can be chosen."""
    catalogue = load_catalogue("")
    async with BotHarness(tmp_path) as harness:
        options = {
            name: [option.value for option in menu.options] for name, menu in select_menus(await panel(harness)).items()
        }
        for name, action in (("model", Action.GENERATE), ("edit_model", Action.EDIT)):
            models = [model.name for model in catalogue.models_for(action)]
            assert options[f"prefer:{name}"] == ["usual", *models]
        assert options["prefer:size"] == ["usual", *SHAPES]
        assert options["prefer:count"] == ["1", "2", "3", "4"]


async def test_saved_with_each_click(tmp_path: Path) -> None:
    """Each control saves immediately; this panel and the next show it, and other users' preferences do not change."""
    async with BotHarness(tmp_path) as harness:
        shown = await panel(harness)
        await choose(harness, shown, "model", "flux-2-max")
        assert saved_preferences(harness) == Preferences(model="flux-2-max")
        await choose(harness, shown, "size", "16:9")
        await choose(harness, shown, "count", "3")
        await choose(harness, shown, "edit_model", "flux-kontext-max")
        assert "Private: on" in state(await press(harness, shown, "private"))
        shown = await press(harness, shown, "ping")
        assert saved_preferences(harness) == ALL
        expected = ["flux-2-max", "16:9", "3", "flux-kontext-max", "Private: on", "Ping me: off", "Reset to defaults"]
        assert state(shown) == state(await panel(harness)) == expected
        assert state(await panel(harness, harness.bob))[:4] == ["usual", "usual", "1", "usual"]

        for name in ("private", "ping"):
            await press(harness, shown, name)
        for name in ("model", "size", "edit_model"):
            await choose(harness, shown, name, "usual")
        assert saved_preferences(harness) == Preferences(count=3)


async def test_reset(tmp_path: Path) -> None:
    """The button restores the user's own defaults."""
    async with BotHarness(tmp_path) as harness:
        await prefer(harness, ALL)
        await harness.store.history.prefer(harness.bob.id, count=2)
        shown = await press(harness, await panel(harness), "reset")
        assert state(shown)[:6] == ["usual", "usual", "1", "usual", "Private: off", "Ping me: on"]
        assert saved_preferences(harness) == Preferences()
        assert saved_preferences(harness, harness.bob) == Preferences(count=2)


async def test_after_a_restart(tmp_path: Path) -> None:
    """Preferences survive a restart, and an old panel still works, in the language of its user."""
    async with BotHarness(tmp_path) as harness:
        shown = await choose(harness, await panel(harness), "model", "flux-2-max")
        await harness.restart()
        assert state(await panel(harness))[0] == "flux-2-max"
        set_locale(harness, "de")
        assert "Privat: an" in state(await press(harness, shown, "private"))
        assert await submitted_options(harness, "a cat") == {"model": "flux-2-max", "size": "1024x1024", "count": 1}
        assert saved_preferences(harness) == Preferences(model="flux-2-max", private=True)


async def test_a_full_catalogue(tmp_path: Path) -> None:
    """With the most models and the longest names, the panel is within Discord's limits, in every language."""
    path = tmp_path / "catalogue.toml"
    path.write_text(FULL_CATALOGUE)
    async with BotHarness(tmp_path, flux_catalogue=str(path)) as harness:
        for locale in LOCALES:
            set_locale(harness, locale)
            shown = await panel(harness)
            assert len(list(walk(shown.components))) <= 40
            options = [option for menu in select_menus(shown).values() for option in menu.options]
            assert all(1 <= len(option.label) <= 100 for option in options)
            assert all(1 <= len(menu.options) <= 25 for menu in select_menus(shown).values())
        assert [option.value for option in select_menus(shown)["prefer:model"].options][1:] == [
            f"model-{number}"
            for number in range(1, 25)  # the first is the default
        ]
        for value in ("model-1", "model-24"):
            shown = await choose(harness, shown, "model", value)
            assert state(shown)[0] == value


@pytest.mark.parametrize(
    ("name", "forged"),
    [
        ("model", "flux-0"),
        ("model", ""),
        ("model", "flux-kontext-max; DROP"),
        ("edit_model", "flux-2-max"),
        ("size", "17:3"),
        ("size", "1024x1024"),
        ("count", "0"),
        ("count", "5"),
        ("count", "-1"),
        ("count", "²"),
        ("count", "usual"),
    ],
)
async def test_forged_values(tmp_path: Path, name: str, forged: str) -> None:
    """An invalid choice changes nothing, and the panel shows the saved preferences."""
    async with BotHarness(tmp_path) as harness:
        await prefer(harness, ALL)
        shown = await panel(harness)
        before = state(shown)
        value = select_menus(shown)[f"prefer:{name}"].options[1].value
        forge(harness, f'"{value}"', f'"{forged}"')
        assert state(await choose(harness, shown, name, value)) == before
        assert saved_preferences(harness) == ALL


@pytest.mark.parametrize("forged", ["", "user_id", "nonsense", "model:size", "__class__", "RESET"])
async def test_forged_controls(tmp_path: Path, forged: str) -> None:
    """An unknown control changes nothing and causes no error."""
    async with BotHarness(tmp_path) as harness:
        await prefer(harness, ALL)
        shown = await panel(harness)
        forge(harness, "prefer:model", f"prefer:{forged}")
        assert state(await choose(harness, shown, "model", "flux-2-pro"))[0] == "flux-2-max"
        forge(harness, "prefer:private-off", f"prefer:{forged}")
        await press(harness, shown, "private")
        forge(harness, "prefer:private-off", "prefer:model")
        await press(harness, shown, "private")
        reset_interactions(harness)
        assert saved_preferences(harness) == ALL


async def test_a_switch_pressed_twice(tmp_path: Path) -> None:
    """Two quick presses of a switch count as one."""
    async with BotHarness(tmp_path) as harness:
        shown = await panel(harness)
        for _ in range(2):
            press_without_waiting(harness, harness.alice, shown, "prefer:private-on")
        await eventually(lambda: len(harness.requests("reply")) == 3)
        assert saved_preferences(harness).private


# --- effects -----------------------------------------------------------------------------------------


async def test_imagine_uses_preferences(tmp_path: Path) -> None:
    """Model, shape, number and privacy are as preferred; an option overrides its preference for that request only."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=10) as harness:
        await prefer(harness, ALL)
        usual = {"model": "flux-2-max", "size": "1344x768", "count": 3}
        assert await submitted_options(harness, "a cat") == usual
        options = {"model": "flux-kontext-pro", "size": "16:9"}
        assert await submitted_options(harness, "two", model="flux-kontext-pro") == usual | options
        assert await submitted_options(harness, "three", size="1:1") == usual | {"size": "1024x1024"}
        assert await submitted_options(harness, "four", count=1) == usual | {"count": 1}
        assert harness.messages(viewer=harness.bob) == []
        await submitted_options(harness, "five", private=False)
        assert "five" in text_of(harness.messages(viewer=harness.bob)[0])
        assert saved_preferences(harness) == ALL


async def test_other_users_get_the_defaults(tmp_path: Path) -> None:
    """A user's preferences do not affect others."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await prefer(harness, ALL)
        card = await harness.bob.slash(harness.channel, "imagine", prompt="a cat")
        assert not card.ephemeral
        await eventually(lambda: harness.fake.submissions)
        body = harness.fake.submissions[0].body
        assert (body["model"], body["size"], body["count"]) == ("flux-dev", "1024x1024", 1)


async def test_an_unsupported_shape(tmp_path: Path) -> None:
    """The nearest shape is used; a preference never causes a refusal."""
    path = tmp_path / "catalogue.toml"
    path.write_text(FULL_CATALOGUE.replace('["1:1"]', '["1:1", "3:2"]'))
    async with BotHarness(tmp_path, flux_catalogue=str(path), seconds=None) as harness:
        await prefer(harness, Preferences(size="21:9"))
        await harness.alice.slash(harness.channel, "imagine", prompt="a cat")
        card = await harness.wait_for_message("a cat")
        assert "model-0 · 3:2" in text_of(card)


async def test_edit_uses_preferences(tmp_path: Path) -> None:
    """Model and privacy are as preferred, the shape is the picture's; an option overrides its preference."""
    async with BotHarness(tmp_path) as harness:
        await prefer(harness, ALL)
        first = await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=PICTURE)
        assert first.ephemeral
        job = await latest_job(harness)
        assert (job.request.model, job.request.private, job.request.count) == ("flux-kontext-max", True, 1)
        assert harness.messages(viewer=harness.bob) == []
        options: dict[str, Any] = {"model": "flux-kontext-pro", "private": False}
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=PICTURE, **options)
        job = await latest_job(harness)
        assert (job.request.model, job.request.private) == ("flux-kontext-pro", False)


async def test_edit_forms_use_preferences(tmp_path: Path) -> None:
    """The forms of /edit and of Edit open with the preferred model; that of /edit uses the preferred privacy."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine()
        result = await harness.wait_for_message("ready")
        await prefer(harness, ALL)
        opened = await harness.alice.slash(harness.channel, "edit", image=PICTURE)
        assert model_in(opened) == "flux-kontext-max"
        await harness.alice.submit_modal(
            opened, {"prompt": "add a hat", "model": ["flux-kontext-max"], "size": ["like-the-picture"]}
        )
        job = await latest_job(harness)
        assert (job.request.model, job.request.private) == ("flux-kontext-max", True)
        named = await harness.alice.slash(harness.channel, "edit", image=PICTURE, model="flux-kontext-pro")
        assert model_in(named) == "flux-kontext-pro"
        button = await harness.alice.click(result, label="Edit")
        assert model_in(button) == "flux-kontext-max"
        assert model_in(await harness.bob.click(result, label="Edit")) == "flux-kontext-pro"


def model_in(opened: simcord.InteractionResult) -> str:
    """Return the model that is selected in a form."""
    assert opened.modal is not None
    (field,) = (row["component"] for row in opened.modal["components"] if row["component"]["custom_id"] == "model")
    (chosen,) = (option["value"] for option in field["options"] if option.get("default"))
    return str(chosen)


async def test_a_model_that_is_gone(tmp_path: Path) -> None:
    """If a preferred model is no longer in the catalogue, the panel and requests use the default."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await prefer(harness, Preferences("flux-0", "flux-00", count=2))
        assert state(await panel(harness))[:4] == ["usual", "usual", "2", "usual"]
        assert await submitted_options(harness, "a cat") == {"model": "flux-dev", "size": "1024x1024", "count": 2}
        assert model_in(await harness.alice.slash(harness.channel, "edit", image=PICTURE)) == "flux-kontext-pro"
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=PICTURE)
        await eventually(lambda: len(harness.fake.submissions) == 2)
        assert harness.fake.submissions[1].body["model"] == "flux-kontext-pro"


@pytest.mark.parametrize("ping", [True, False])
async def test_pings(tmp_path: Path, ping: bool) -> None:
    """With pings off, results mention their user without notifying anyone, whichever way they were requested."""
    async with BotHarness(tmp_path) as harness:
        if not ping:
            await press(harness, await panel(harness), "ping")
        await harness.imagine()
        first = await harness.wait_for_message(f"<@{harness.alice.id}> your picture is ready")
        await harness.alice.click(first, label="Reroll")
        second = await harness.wait_for_message(f"<@{harness.alice.id}> your picture is ready", "Rerolled from")
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=PICTURE)
        third = await harness.wait_for_message(f"<@{harness.alice.id}> your edited picture is ready")
        pinged = [harness.alice.id] if ping else []
        assert [harness.pinged(message) for message in (first, second, third)] == [pinged] * 3
        await harness.bob.click(first, label="Reroll")
        assert harness.pinged(await harness.wait_for_message(f"<@{harness.bob.id}> your picture is ready")) == [
            harness.bob.id
        ]


async def test_pings_of_failures(tmp_path: Path) -> None:
    """With pings off, a failure that has to be posted notifies no one either."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await press(harness, await panel(harness), "ping")
        job, task = await harness.start_job()
        await harness.change("UPDATE jobs SET token_expires_at = 0 WHERE id = ?", job.id)
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.wait_until_closed(job.id)
        failure = await harness.wait_for_message(f"<@{harness.alice.id}>", "took too long")
        assert harness.pinged(failure) == []


async def test_private_results(tmp_path: Path) -> None:
    """With privacy on, only the user sees the card and the picture; the option overrides the preference."""
    async with BotHarness(tmp_path) as harness:
        await press(harness, await panel(harness), "private")
        await harness.imagine("a secret cat")
        result = await harness.wait_for_message("ready", "a secret cat", viewer=harness.alice)
        assert result.flags.ephemeral
        assert harness.messages(viewer=harness.bob) == []
        await harness.imagine("a public cat", private=False)
        assert not (await harness.wait_for_message("ready", "a public cat", viewer=harness.bob)).flags.ephemeral


async def test_preferences_do_not_block_fetching(tmp_path: Path) -> None:
    """An undelivered result can be fetched with any preferences for pings and privacy."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await prefer(harness, ALL)
        job = await mark_undelivered(harness)
        shown = private_answer(await harness.alice.slash(harness.channel, "jobs"))
        fetched = await harness.alice.click(shown, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert "ready" in text_of(private_answer(fetched))
