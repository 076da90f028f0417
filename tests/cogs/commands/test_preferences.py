"""/preferences: a user's defaults, saved with each click; the tests of other commands cover their effects."""

from dataclasses import asdict
from pathlib import Path

import discord
import simcord

from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.jobs import Action, Failure, Preferences
from flux_bot.core.styles import BUILT_IN, Style
from flux_bot.locales import LOCALES
from tests.finished_jobs import (
    answer,
    buttons,
    forge,
    private_answer,
    reset_interactions,
    select_menus,
    set_locale,
)
from tests.forms import prefilled
from tests.harness import BotHarness, job_id_of, picture, text_of, walk

PICTURE = ("roof.png", picture().read())
ALL = Preferences("flux-2-max", "flux-kontext-max", "16:9", 3, private=True, ping=False, style="anime")
DEFAULTS = ["usual", "usual", "1", "usual", "usual", "Private: off", "Ping me: on", "Reset to defaults"]
FULL_CATALOGUE = "\n".join(
    (
        '[defaults]\ngenerate = "model-0"\nedit = "model-0"',
        *(
            f'[[models]]\nname = "model-{number}"\nlabel = "{"m" * 96} {number}"\n'
            'actions = ["generate", "edit"]\nsizes = { ratios = ["1:1", "3:2"] }'
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
    custom_id = next(custom_id for custom_id in buttons(shown) if custom_id.startswith(f"prefer:{name}"))
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


async def saved(harness: BotHarness, who: simcord.MemberActor | None = None) -> Preferences:
    """Return the saved preferences, by default alice's."""
    return await harness.store.history.preferences((who or harness.alice).id)


async def prefer(harness: BotHarness, preferences: Preferences) -> None:
    """Save all these preferences for alice."""
    await harness.store.history.prefer(harness.alice.id, **asdict(preferences))


# --- the panel -----------------------------------------------------------------------------------------


async def test_defaults(tmp_path: Path) -> None:
    """A user without preferences sees the defaults by name, and all choices; opening the panel saves nothing."""
    catalogue = load_catalogue("")
    async with BotHarness(tmp_path) as harness:
        shown = await panel(harness)
        assert state(shown) == DEFAULTS
        first = {name: menu.options[0].label for name, menu in select_menus(shown).items()}
        assert first == {
            "prefer:model": "Default: FLUX.1 dev: quick and cheap",
            "prefer:size": "Default: 1:1 square",
            "prefer:count": "one picture",
            "prefer:style": "Default: No style",
            "prefer:edit_model": "Default: FLUX Kontext pro: edits pictures",
        }
        options = {name: [option.value for option in menu.options] for name, menu in select_menus(shown).items()}
        assert options == {
            "prefer:model": ["usual", *(model.name for model in catalogue.models_for(Action.GENERATE))],
            "prefer:size": ["usual", *SHAPES],
            "prefer:count": ["1", "2", "3", "4"],
            "prefer:style": ["usual", *BUILT_IN],
            "prefer:edit_model": ["usual", *(model.name for model in catalogue.models_for(Action.EDIT))],
        }
        assert harness.sql("SELECT * FROM preferences") == []
        assert harness.messages(viewer=harness.bob) == []


async def test_saved_with_each_click(tmp_path: Path) -> None:
    """Each control saves immediately; this panel and the next show it, and other users' preferences do not change."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.bob.id, count=2)
        shown = await panel(harness)
        await choose(harness, shown, "model", "flux-2-max")
        assert await saved(harness) == Preferences(model="flux-2-max")
        await choose(harness, shown, "size", "16:9")
        await choose(harness, shown, "count", "3")
        await choose(harness, shown, "style", "anime")
        await choose(harness, shown, "edit_model", "flux-kontext-max")
        assert "Private: on" in state(await press(harness, shown, "private"))
        shown = await press(harness, shown, "ping")
        assert await saved(harness) == ALL
        expected = [
            "flux-2-max",
            "16:9",
            "3",
            "anime",
            "flux-kontext-max",
            "Private: on",
            "Ping me: off",
            "Reset to defaults",
        ]
        assert state(shown) == state(await panel(harness)) == expected
        assert state(await panel(harness, harness.bob))[:5] == ["usual", "usual", "2", "usual", "usual"]

        for name in ("private", "ping"):
            await press(harness, shown, name)
        for name in ("model", "size", "style", "edit_model"):
            await choose(harness, shown, name, "usual")
        assert await saved(harness) == Preferences(count=3)

        for outdated in (await panel(harness), await panel(harness)):  # a switch pressed twice does not switch back
            await press(harness, outdated, "private")
            assert await saved(harness) == Preferences(count=3, private=True)

        shown = await panel(harness)
        await harness.restart()  # an old panel still works, in the language of its user
        set_locale(harness, "de")
        assert "Privat: aus" in state(await press(harness, shown, "private"))
        assert await saved(harness) == Preferences(count=3)
        reset_interactions(harness)

        await prefer(harness, ALL)
        assert "Changes are saved automatically." in text_of(shown)
        before = set(select_menus(shown))
        shown = await press(harness, shown, "reset")
        assert state(shown) == DEFAULTS
        assert "**All settings are back to their defaults.**" in text_of(shown)
        assert before.isdisjoint(select_menus(shown)), "clients keep a list's old choice under its old custom_id"
        assert await saved(harness) == Preferences()
        assert await saved(harness, harness.bob) == Preferences(count=2)
        (sizes,) = [custom_id for custom_id in select_menus(shown) if custom_id.startswith("prefer:size:")]
        again = answer(await harness.alice.select(shown, ["16:9"], custom_id=sizes))
        assert await saved(harness) == Preferences(size="16:9")
        assert "Changes are saved automatically." in text_of(again)
        assert set(select_menus(again)) == before


async def test_a_full_catalogue(tmp_path: Path) -> None:
    """With the most models and the longest names, the panel is within Discord's limits, in every language."""
    path = tmp_path / "catalogue.toml"
    path.write_text(FULL_CATALOGUE)
    async with BotHarness(tmp_path, flux_catalogue=str(path), expects_errors=True) as harness:  # unknown models
        for number in range(25):
            await harness.store.styles.add(harness.guild.id, Style(f"{number:050}", "{prompt}", "d" * 100))
        await harness.store.history.prefer(harness.alice.id, style=f"{24:050}")
        for locale in LOCALES:
            set_locale(harness, locale)
            shown = await panel(harness)
            assert len(list(walk(shown.components))) <= 40, locale
            for menu in select_menus(shown).values():
                assert 1 <= len(menu.options) <= 25, locale
                assert all(1 <= len(option.label) <= 100 for option in menu.options), locale
            assert state(shown)[3] == f"{24:050}", locale
        models = [option.value for option in select_menus(shown)["prefer:model"].options]
        assert models == ["usual", *(f"model-{number}" for number in range(1, 25))]  # model-0 is the default
        for value in ("model-1", "model-24"):
            shown = await choose(harness, shown, "model", value)
            assert state(shown)[0] == value

        # a preferred shape that no model has: the nearest one is used, as a preference never causes a refusal
        await prefer(harness, Preferences(size="21:9"))
        card = answer(await harness.alice.slash(harness.channel, "imagine", prompt="a cat"))
        assert (await harness.job(job_id_of(card))).request.size == "3:2"


async def test_a_model_that_is_gone(tmp_path: Path) -> None:
    """If a preferred model is no longer in the catalogue, the panel and requests use the default."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await prefer(harness, Preferences("flux-0", "flux-00", count=2))
        assert state(await panel(harness))[:4] == ["usual", "usual", "2", "usual"]
        opened = await harness.alice.slash(harness.channel, "edit", image=PICTURE)
        assert prefilled(opened)["model"] == ["flux-kontext-pro"]
        for command, options, model in (("imagine", {}, "flux-dev"), ("edit", {"image": PICTURE}, "flux-kontext-pro")):
            card = answer(await harness.alice.slash(harness.channel, command, prompt="a cat", **options))
            assert (await harness.job(job_id_of(card))).request.model == model, command


async def test_forged_values(tmp_path: Path) -> None:
    """An invalid choice or an unknown control changes nothing, and the panel shows the saved preferences."""
    forged_values = {
        "model": ("flux-0", "", "flux-kontext-max; DROP"),
        "edit_model": ("flux-2-klein",),
        "size": ("17:3", "1024x1024"),
        "style": ("none", "Ink", "watercolor:", "as-it-was"),
        "count": ("0", "5", "-1", "²", "usual"),
    }
    async with BotHarness(tmp_path) as harness:
        await prefer(harness, ALL)
        shown = await panel(harness)
        before = state(shown)
        for name, values in forged_values.items():
            value = select_menus(shown)[f"prefer:{name}"].options[1].value
            for forged in values:
                forge(harness, f'"{value}"', f'"{forged}"')
                assert state(await choose(harness, shown, name, value)) == before, (name, forged)

        for forged in ("", "user_id", "nonsense", "model:size", "__class__", "RESET"):
            forge(harness, "prefer:model", f"prefer:{forged}")
            assert state(await choose(harness, shown, "model", "flux-2-pro")) == before, forged
            forge(harness, "prefer:private-off", f"prefer:{forged}")
            await press(harness, shown, "private")
        reset_interactions(harness)
        assert await saved(harness) == ALL


# --- effects on results --------------------------------------------------------------------------------


async def test_pings(tmp_path: Path) -> None:
    """With pings off, results and failures mention their user without notifying anyone."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for prompt, pinged in (("a cat", [harness.alice.id]), ("a dog", [])):
            await harness.store.history.prefer(harness.alice.id, ping=bool(pinged))
            for failure, answered in ((None, "your picture is ready"), (Failure("timeout"), "took too long")):
                job, task = await harness.start_job(prompt)
                await harness.change("UPDATE jobs SET token_expires_at = 0 WHERE id = ?", job.id)
                await harness.fake.finish(task.id, failure=failure)
                await harness.wait_until_closed(job.id)
                where = harness.alice.user.dm_channel if failure else harness.channel
                message = await harness.wait_for_message(f"<@{harness.alice.id}>", answered, f"> {prompt}", where=where)
                assert harness.pinged(message) == pinged, (prompt, answered)
