"""/preferences: what one gets unless one says otherwise, saved as it is clicked."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.jobs import Action, Failure, Preferences
from flux_bot.locales import LOCALES
from tests.finished_jobs import answer, behave, buttons, forge, keep, latest, lists, private_answer, speak
from tests.flux.caller import eventually
from tests.harness import Stage, picture, walk, words
from tests.presses import press_at_once

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


async def panel(stage: Stage, who: simcord.MemberActor | None = None) -> discord.Message:
    """Let somebody see what they prefer, alice unless told otherwise; only they do."""
    return private_answer(await (who or stage.alice).slash(stage.channel, "preferences"))


async def choose(stage: Stage, shown: discord.Message, name: str, value: str) -> discord.Message:
    """Let alice choose from a list, and return the same message as it is then."""
    return same(shown, await stage.alice.select(shown, [value], custom_id=f"prefer:{name}"))


async def press(stage: Stage, shown: discord.Message, name: str) -> discord.Message:
    """Let alice press a button, and return the same message as it is then."""
    found = (str(getattr(part, "custom_id", "")) for part in walk(shown.components))
    custom_id = next(custom_id for custom_id in found if custom_id.startswith(f"prefer:{name}"))
    return same(shown, await stage.alice.click(shown, custom_id=custom_id))


def same(shown: discord.Message, result: simcord.InteractionResult) -> discord.Message:
    """Return the message that was pressed, which is all that came of it."""
    assert result.followups == []
    assert answer(result).id == shown.id
    return answer(result)


def state(message: discord.Message) -> list[str | None]:
    """Return what is chosen in the lists, and what the buttons say."""
    chosen = [[option.value for option in menu.options if option.default] for menu in lists(message).values()]
    assert all(len(values) == 1 for values in chosen)
    return [*(value for (value,) in chosen), *(button.label for button in buttons(message).values())]


def liked(stage: Stage, who: simcord.MemberActor | None = None) -> Preferences:
    """Return what is saved of somebody, alice unless told otherwise."""
    rows = stage.sql("SELECT * FROM preferences WHERE user_id = ?", (who or stage.alice).id)
    values: dict[str, Any] = {name: value for row in rows for name, value in dict(row).items() if name != "user_id"}
    values |= {name: bool(values[name]) for name in ("private", "ping") if name in values}
    return Preferences(**values)


async def prefer(stage: Stage, preferences: Preferences) -> None:
    """Let alice have chosen all this."""
    await stage.store.archive.prefer(stage.alice.id, **asdict(preferences))


async def asked(stage: Stage, prompt: str, **options: Any) -> dict[str, Any]:
    """Let alice ask with just these options; return model, size and number as they reach the image API."""
    before = len(stage.fake.submissions)
    await stage.alice.slash(stage.channel, "imagine", prompt=prompt, **options)
    await eventually(lambda: len(stage.fake.submissions) > before)
    body = stage.fake.submissions[-1].body
    assert body["prompt"] == prompt
    return {name: body[name] for name in ("model", "size", "count")}


# --- the panel ---------------------------------------------------------------------------------------


async def test_at_first(tmp_path: Path) -> None:
    """Who has said nothing yet sees the usual, by its name; nothing is saved by looking."""
    async with Stage(tmp_path) as stage:
        shown = await panel(stage)
        assert list(lists(shown)) == LISTS
        assert state(shown) == ["usual", "usual", "1", "usual", "Private: off", "Ping me: on", "Back to the usual"]
        first = {name: menu.options[0].label for name, menu in lists(shown).items()}
        assert list(first.values()) == [
            "The usual: FLUX.1 dev: quick and cheap",
            "The usual: 1:1 square",
            "one picture",
            "The usual: FLUX Kontext pro: edits pictures",
        ]
        assert stage.sql("SELECT * FROM preferences") == []
        assert [message for message in stage.messages(viewer=stage.bob) if message.id == shown.id] == []


async def test_what_can_be_chosen(tmp_path: Path) -> None:
    """All models that can do it, all shapes, one to four pictures."""
    catalogue = load_catalogue("")
    async with Stage(tmp_path) as stage:
        options = {name: [option.value for option in menu.options] for name, menu in lists(await panel(stage)).items()}
        for name, action in (("model", Action.GENERATE), ("edit_model", Action.EDIT)):
            models = [model.name for model in catalogue.models_for(action)]
            assert options[f"prefer:{name}"] == ["usual", *models]
        assert options["prefer:size"] == ["usual", *SHAPES]
        assert options["prefer:count"] == ["1", "2", "3", "4"]


async def test_saved_as_clicked(tmp_path: Path) -> None:
    """Each control saves at once, the same panel shows it, and the next panel does; nobody else's changes."""
    async with Stage(tmp_path) as stage:
        shown = await panel(stage)
        await choose(stage, shown, "model", "flux-2-max")
        assert liked(stage) == Preferences(model="flux-2-max")
        await choose(stage, shown, "size", "16:9")
        await choose(stage, shown, "count", "3")
        await choose(stage, shown, "edit_model", "flux-kontext-max")
        assert "Private: on" in state(await press(stage, shown, "private"))
        shown = await press(stage, shown, "ping")
        assert liked(stage) == ALL
        said = ["flux-2-max", "16:9", "3", "flux-kontext-max", "Private: on", "Ping me: off", "Back to the usual"]
        assert state(shown) == state(await panel(stage)) == said
        assert state(await panel(stage, stage.bob))[:4] == ["usual", "usual", "1", "usual"]

        for name in ("private", "ping"):
            await press(stage, shown, name)
        for name in ("model", "size", "edit_model"):
            await choose(stage, shown, name, "usual")
        assert liked(stage) == Preferences(count=3)


async def test_reset(tmp_path: Path) -> None:
    """One press brings the usual back, for who pressed."""
    async with Stage(tmp_path) as stage:
        await prefer(stage, ALL)
        await stage.store.archive.prefer(stage.bob.id, count=2)
        shown = await press(stage, await panel(stage), "reset")
        assert state(shown)[:6] == ["usual", "usual", "1", "usual", "Private: off", "Ping me: on"]
        assert liked(stage) == Preferences()
        assert liked(stage, stage.bob) == Preferences(count=2)


async def test_after_a_restart(tmp_path: Path) -> None:
    """What was chosen stays, and a panel of before works on, in the language of who presses."""
    async with Stage(tmp_path) as stage:
        shown = await choose(stage, await panel(stage), "model", "flux-2-max")
        await stage.restart()
        assert state(await panel(stage))[0] == "flux-2-max"
        speak(stage, "de")
        assert "Privat: an" in state(await press(stage, shown, "private"))
        assert await asked(stage, "a cat") == {"model": "flux-2-max", "size": "1024x1024", "count": 1}
        assert liked(stage) == Preferences(model="flux-2-max", private=True)


async def test_a_full_catalogue(tmp_path: Path) -> None:
    """With as many models as there may be, and as long names, the panel keeps Discord's limits, in every language."""
    path = tmp_path / "catalogue.toml"
    path.write_text(FULL_CATALOGUE)
    async with Stage(tmp_path, flux_catalogue=str(path)) as stage:
        for locale in LOCALES:
            speak(stage, locale)
            shown = await panel(stage)
            assert len(list(walk(shown.components))) <= 40
            options = [option for menu in lists(shown).values() for option in menu.options]
            assert all(1 <= len(option.label) <= 100 for option in options)
            assert all(1 <= len(menu.options) <= 25 for menu in lists(shown).values())
        assert [option.value for option in lists(shown)["prefer:model"].options][1:] == [
            f"model-{number}"
            for number in range(1, 25)  # the first is the usual one
        ]
        for value in ("model-1", "model-24"):
            shown = await choose(stage, shown, "model", value)
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
    """What can't be chosen changes nothing, and the panel shows what there is."""
    async with Stage(tmp_path) as stage:
        await prefer(stage, ALL)
        shown = await panel(stage)
        before = state(shown)
        value = lists(shown)[f"prefer:{name}"].options[1].value
        forge(stage, f'"{value}"', f'"{forged}"')
        assert state(await choose(stage, shown, name, value)) == before
        assert liked(stage) == ALL


@pytest.mark.parametrize("forged", ["", "user_id", "nonsense", "model:size", "__class__", "RESET"])
async def test_forged_controls(tmp_path: Path, forged: str) -> None:
    """A control that there is none of changes nothing, and no error comes of it."""
    async with Stage(tmp_path) as stage:
        await prefer(stage, ALL)
        shown = await panel(stage)
        forge(stage, "prefer:model", f"prefer:{forged}")
        assert state(await choose(stage, shown, "model", "flux-2-pro"))[0] == "flux-2-max"
        forge(stage, "prefer:private-off", f"prefer:{forged}")
        await press(stage, shown, "private")
        forge(stage, "prefer:private-off", "prefer:model")
        await press(stage, shown, "private")
        behave(stage)
        assert liked(stage) == ALL


async def test_a_switch_pressed_twice_at_once(tmp_path: Path) -> None:
    """A nervous finger does not undo what it did."""
    async with Stage(tmp_path) as stage:
        shown = await panel(stage)
        for _ in range(2):
            press_at_once(stage, stage.alice, shown, "prefer:private-on")
        await eventually(lambda: len(stage.requests("reply")) == 3)
        assert liked(stage).private


# --- what comes of it --------------------------------------------------------------------------------


async def test_fills_what_is_left_out_of_imagine(tmp_path: Path) -> None:
    """Model, shape, number and privacy are as preferred; each that is said wins, and only for that once."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=10) as stage:
        await prefer(stage, ALL)
        usual = {"model": "flux-2-max", "size": "1344x768", "count": 3}
        assert await asked(stage, "a cat") == usual
        said = {"model": "flux-kontext-pro", "size": "16:9"}
        assert await asked(stage, "two", model="flux-kontext-pro") == usual | said
        assert await asked(stage, "three", size="1:1") == usual | {"size": "1024x1024"}
        assert await asked(stage, "four", count=1) == usual | {"count": 1}
        assert stage.messages(viewer=stage.bob) == []
        await asked(stage, "five", private=False)
        assert "five" in words(stage.messages(viewer=stage.bob)[0])
        assert liked(stage) == ALL


async def test_others_get_the_usual(tmp_path: Path) -> None:
    """What one prefers is nobody else's matter."""
    async with Stage(tmp_path, seconds=None) as stage:
        await prefer(stage, ALL)
        card = await stage.bob.slash(stage.channel, "imagine", prompt="a cat")
        assert not card.ephemeral
        await eventually(lambda: stage.fake.submissions)
        body = stage.fake.submissions[0].body
        assert (body["model"], body["size"], body["count"]) == ("flux-dev", "1024x1024", 1)


async def test_a_shape_that_a_model_does_not_make(tmp_path: Path) -> None:
    """The nearest one is made; nobody is refused for what they prefer."""
    path = tmp_path / "catalogue.toml"
    path.write_text(FULL_CATALOGUE.replace('["1:1"]', '["1:1", "3:2"]'))
    async with Stage(tmp_path, flux_catalogue=str(path), seconds=None) as stage:
        await prefer(stage, Preferences(size="21:9"))
        await stage.alice.slash(stage.channel, "imagine", prompt="a cat")
        card = await stage.sees("a cat")
        assert "model-0 · 3:2" in words(card)


async def test_fills_what_is_left_out_of_edit(tmp_path: Path) -> None:
    """The model and privacy are as preferred, the shape is the picture's; each that is said wins."""
    async with Stage(tmp_path) as stage:
        await prefer(stage, ALL)
        first = await stage.alice.slash(stage.channel, "edit", prompt="add a hat", image=PICTURE)
        assert first.ephemeral
        job = await latest(stage)
        assert (job.request.model, job.request.private, job.request.count) == ("flux-kontext-max", True, 1)
        assert stage.messages(viewer=stage.bob) == []
        said: dict[str, Any] = {"model": "flux-kontext-pro", "private": False}
        await stage.alice.slash(stage.channel, "edit", prompt="add a hat", image=PICTURE, **said)
        job = await latest(stage)
        assert (job.request.model, job.request.private) == ("flux-kontext-pro", False)


async def test_fills_the_forms_of_edits(tmp_path: Path) -> None:
    """The form of /edit and that of a result's button open with the preferred model, the former keeps the privacy."""
    async with Stage(tmp_path) as stage:
        await stage.imagine()
        result = await stage.sees("ready")
        await prefer(stage, ALL)
        opened = await stage.alice.slash(stage.channel, "edit", image=PICTURE)
        assert model_in(opened) == "flux-kontext-max"
        await stage.alice.submit_modal(
            opened, {"prompt": "add a hat", "model": ["flux-kontext-max"], "size": ["like-the-picture"]}
        )
        job = await latest(stage)
        assert (job.request.model, job.request.private) == ("flux-kontext-max", True)
        named = await stage.alice.slash(stage.channel, "edit", image=PICTURE, model="flux-kontext-pro")
        assert model_in(named) == "flux-kontext-pro"
        button = await stage.alice.click(result, label="Edit")
        assert model_in(button) == "flux-kontext-max"
        assert model_in(await stage.bob.click(result, label="Edit")) == "flux-kontext-pro"


def model_in(opened: simcord.InteractionResult) -> str:
    """Return the model that is chosen in a form that opens."""
    assert opened.modal is not None
    (field,) = (row["component"] for row in opened.modal["components"] if row["component"]["custom_id"] == "model")
    (chosen,) = (option["value"] for option in field["options"] if option.get("default"))
    return str(chosen)


async def test_a_model_that_is_gone(tmp_path: Path) -> None:
    """A preferred model that the catalogue has no more is the usual one, in the panel and in what is made."""
    async with Stage(tmp_path, seconds=None) as stage:
        await prefer(stage, Preferences("flux-0", "flux-00", count=2))
        assert state(await panel(stage))[:4] == ["usual", "usual", "2", "usual"]
        assert await asked(stage, "a cat") == {"model": "flux-dev", "size": "1024x1024", "count": 2}
        assert model_in(await stage.alice.slash(stage.channel, "edit", image=PICTURE)) == "flux-kontext-pro"
        await stage.alice.slash(stage.channel, "edit", prompt="add a hat", image=PICTURE)
        await eventually(lambda: len(stage.fake.submissions) == 2)
        assert stage.fake.submissions[1].body["model"] == "flux-kontext-pro"


@pytest.mark.parametrize("ping", [True, False])
async def test_pings(tmp_path: Path, ping: bool) -> None:
    """With pings off a result names its asker but notifies nobody, by whatever way it was asked for."""
    async with Stage(tmp_path) as stage:
        if not ping:
            await press(stage, await panel(stage), "ping")
        await stage.imagine()
        first = await stage.sees(f"<@{stage.alice.id}> your picture is ready")
        await stage.alice.click(first, label="Reroll")
        second = await stage.sees(f"<@{stage.alice.id}> your picture is ready", "Rerolled from")
        await stage.alice.slash(stage.channel, "edit", prompt="add a hat", image=PICTURE)
        third = await stage.sees(f"<@{stage.alice.id}> your edited picture is ready")
        pinged = [stage.alice.id] if ping else []
        assert [stage.pinged(message) for message in (first, second, third)] == [pinged] * 3
        await stage.bob.click(first, label="Reroll")
        assert stage.pinged(await stage.sees(f"<@{stage.bob.id}> your picture is ready")) == [stage.bob.id]


async def test_pings_of_failures(tmp_path: Path) -> None:
    """With pings off a failure that has to be posted anew notifies nobody either."""
    async with Stage(tmp_path, seconds=None) as stage:
        await press(stage, await panel(stage), "ping")
        job, task = await stage.held()
        await stage.change("UPDATE jobs SET token_expires_at = 0 WHERE id = ?", job.id)
        await stage.fake.finish(task.id, failure=Failure("timeout"))
        await stage.over(job.id)
        told = await stage.sees(f"<@{stage.alice.id}>", "took too long")
        assert stage.pinged(told) == []


async def test_private_results(tmp_path: Path) -> None:
    """With privacy on, from the card to the picture, only the asker sees anything; saying otherwise wins."""
    async with Stage(tmp_path) as stage:
        await press(stage, await panel(stage), "private")
        await stage.imagine("a secret cat")
        result = await stage.sees("ready", "a secret cat", viewer=stage.alice)
        assert result.flags.ephemeral
        assert stage.messages(viewer=stage.bob) == []
        await stage.imagine("a public cat", private=False)
        assert not (await stage.sees("ready", "a public cat", viewer=stage.bob)).flags.ephemeral


async def test_a_kept_result_is_fetched_whatever_is_preferred(tmp_path: Path) -> None:
    """Preferences of pings and privacy do not stand in the way of a result that waits."""
    async with Stage(tmp_path, seconds=None) as stage:
        await prefer(stage, ALL)
        job = await keep(stage)
        shown = private_answer(await stage.alice.slash(stage.channel, "jobs"))
        fetched = await stage.alice.click(shown, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert "ready" in words(private_answer(fetched))
