"""/compare: one prompt, up to four models."""

from pathlib import Path
from typing import Any

import discord
import simcord

from tests.finished_jobs import answer, button_labels, private_answer, private_text, select_menus
from tests.flux.caller import eventually
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, alt_texts, job_id_of, text_of

TWO = {"model1": "flux-2-flex", "model2": "flux-2-klein"}
MODELS = ["flux-2-flex", "flux-2-klein", "flux-dev", "flux-2-pro"]


async def compare(harness: BotHarness, prompt: str = "a cat", **options: Any) -> simcord.InteractionResult:
    """Let alice use the command."""
    return await harness.alice.slash(harness.channel, "compare", **{"prompt": prompt, **TWO, **options})


def requests(harness: BotHarness) -> list[tuple[str, str, str, bool]]:
    """Return prompt, model, size and privacy of all jobs, in order."""
    rows = harness.sql("SELECT * FROM jobs ORDER BY accepted_at, group_index")
    return [(row["prompt"], row["model"], row["size"], bool(row["private"])) for row in rows]


async def result(harness: BotHarness, card: discord.Message) -> discord.Message:
    """Return the message with the pictures of a status card's group."""
    group_id = job_id_of(card)
    await harness.wait_until_closed(group_id)
    message_id = harness.row(group_id)["result_message_id"]
    return next(message for message in harness.messages(viewer=harness.alice) if message.id == message_id)


async def test_side_by_side(tmp_path: Path) -> None:
    """The models' pictures are posted in one message with the models' names; each model uses its nearest shape."""
    async with BotHarness(tmp_path) as harness:
        four = {f"model{number}": name for number, name in enumerate(("text", "fast", "FLUX.1 dev", "flux-2-pro"), 1)}
        card = answer(await compare(harness, " a cat ", **four, size="64 x 64"))
        names = ["FLUX.2 flex", "FLUX.2 klein", "FLUX.1 dev", "FLUX.2 pro"]
        assert "of 4 ready" in text_of(card)
        message = await result(harness, card)
        sizes = ["64x64", "1:1", "1:1", "64x64"]
        assert requests(harness) == [("a cat", model, size, False) for model, size in zip(MODELS, sizes, strict=True)]
        assert alt_texts(message) == [f"Picture {number} of 4, {name}: a cat" for number, name in enumerate(names, 1)]
        assert all(f"**{number}** {name} · " in text_of(message) for number, name in enumerate(names, 1))
        assert harness.pinged(message) == [harness.alice.id]


async def test_lists(tmp_path: Path) -> None:
    """Lists of pictures name the models of a group, because the prompts may be the same."""
    async with BotHarness(tmp_path) as harness:
        await result(harness, answer(await compare(harness)))
        lists = [await harness.alice.slash(harness.channel, "history")]
        lists.append(await harness.alice.slash(harness.channel, "show", job="cat"))
        offered = await harness.alice.autocomplete(harness.channel, "show", "job", "cat")
        finished = text_of(answer(await harness.alice.slash(harness.channel, "jobs"))).replace("\\", "")
        for model in ("FLUX.2 flex", "FLUX.2 klein"):
            assert f". a cat · {model} · <t:" in text_of(answer(lists[0])).replace("\\", "")
            assert f":R>: a cat · {model} · " in finished
            for shown in lists:
                (menu,) = select_menus(answer(shown)).values()
                labels = [option.label.partition(" ")[2] for option in menu.options]
                assert f"a cat · {model}" in labels
            assert f"a cat · {model}" in [choice["name"] for choice in offered]


async def test_braces_multiply(tmp_path: Path) -> None:
    """Each model makes each alternative, ordered by alternative; more than eight pictures are refused."""
    async with BotHarness(tmp_path, max_queued_per_user=8) as harness:
        await result(harness, answer(await compare(harness, "{red|blue} cat", private=True)))
        assert [one[:2] for one in requests(harness)] == [
            (f"{colour} cat", model) for colour in ("red", "blue") for model in TWO.values()
        ]
        assert all(private for *_, private in requests(harness))
        refused = await compare(harness, "{1|2|3|4|5} cats")
        assert private_text(refused).startswith("This would make more than 8 pictures.")
        assert len(requests(harness)) == 4


async def test_refusals(tmp_path: Path) -> None:
    """Models that are chosen twice or unknown, and shapes that no model supports, are refused; Change opens a form."""
    async with BotHarness(tmp_path) as harness:
        for options, refusal in (
            ({"model2": "text"}, "You have chosen FLUX.2 flex twice."),
            ({"model3": "FLUX.2 klein"}, "You have chosen FLUX.2 klein twice."),
            ({"model2": "dall-e"}, "There is no model “dall-e” that makes pictures."),
            ({"size": "banana"}, "FLUX.2 flex doesn’t support the size “banana”."),
        ):
            refused = private_answer(await compare(harness, "{red|blue} cat", **options))
            assert text_of(refused).startswith(refusal), options
            assert text_of(refused).endswith(r"> {red\|blue} cat"), options
            assert button_labels(refused) == ["Change"], options
        assert requests(harness) == []

        twice = private_answer(
            await compare(harness, "{red|blue} cat", model2="text", size="wide", style="pixel art", private=True)
        )
        opened = await harness.alice.click(twice, label="Change")
        assert opened.modal is not None
        assert prefilled(opened) == {
            "prompt": "{red|blue} cat",
            "models": ["flux-2-flex"],
            "size": ["wide"],
            "style": ["pixel-art"],
        }
        await submit_form(harness.alice, opened, models=["flux-2-klein", "flux-2-flex"])
        await eventually(lambda: len(requests(harness)) == 4)
        assert {one[2:] for one in requests(harness)} == {("16:9", True)}
        styles = harness.sql("SELECT DISTINCT style FROM jobs")
        assert [row["style"] for row in styles] == ["pixel-art"]
        assert {one[:2] for one in requests(harness)} == {
            (f"{colour} cat", model) for colour in ("red", "blue") for model in TWO.values()
        }


async def test_too_many_queued(tmp_path: Path) -> None:
    """The refusal says how many more jobs can be queued; later, the same request can be sent again."""
    async with BotHarness(tmp_path, seconds=None, max_queued_per_user=3, max_running_per_user=1) as harness:
        _, task = await harness.start_job()
        await harness.imagine("a dog")
        refused = private_answer(await compare(harness, model3="flux-dev"))
        expected = "You can queue 2 more pictures at the moment, and this needs 3."
        assert text_of(refused).startswith(expected)
        assert button_labels(refused) == ["Try again", "Change"]
        assert len(requests(harness)) == 2
        harness.fake.seconds = 0
        await harness.fake.finish(task.id)
        await eventually(lambda: not harness.sql("SELECT id FROM jobs WHERE delivered_at IS NULL"))
        await result(harness, answer(await harness.alice.click(refused, label="Try again")))
        assert [one[1] for one in requests(harness)][2:] == MODELS[:3]


async def test_suggestions(tmp_path: Path) -> None:
    """Models that are chosen already are not suggested again; the suggested shapes are the common ones."""
    async with BotHarness(tmp_path) as harness:

        def names(choices: list[Any]) -> list[str]:
            return [choice["value"] for choice in choices]

        offered = await harness.alice.autocomplete(harness.channel, "compare", "model1", "flex", prompt="a cat")
        assert names(offered) == ["flux-2-flex"]
        chosen = {"prompt": "a cat", "model1": "flux-2-flex"}
        offered = await harness.alice.autocomplete(harness.channel, "compare", "model2", "flux-2", **chosen)
        assert names(offered) == ["flux-2-klein", "flux-2-pro", "flux-2-max"]
        offered = await harness.alice.autocomplete(harness.channel, "compare", "size", "phone", **chosen)
        assert names(offered) == ["9:16"]
