"""The buttons below a rejected request: no input is lost, and nothing is made twice."""

from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    button_labels,
    buttons,
    forge,
    latest_job,
    make_edit,
    make_failure,
    make_result,
    press,
    press_without_waiting,
    private_answer,
    private_text,
)
from tests.flux.caller import eventually
from tests.forms import fields_of, form_of, prefilled, submit_form
from tests.harness import BotHarness, job_id_of, picture, text_of

FULL: dict[str, Any] = {"max_running_per_user": 1, "max_queued_per_user": 1}
BOTH = ["Try again", "Change"]
CHOSEN = {"model": "flux-2-max", "size": "16:9", "count": 3}
ROOF = ("roof.png", picture(1600, 900).read())


async def click(
    harness: BotHarness, message: discord.Message, label: str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Click a button of a rejection, by default as alice."""
    return await (who or harness.alice).click(message, label=label)


async def fill_queue(harness: BotHarness) -> str:
    """Fill alice's queue, and return the id of the running job's task."""
    _, task = await harness.start_job("the first")
    await harness.imagine("the second")
    return task.id


async def empty_queue(harness: BotHarness, task_id: str) -> None:
    """Finish all jobs, and let future ones finish immediately."""
    harness.fake.seconds = 0
    await harness.fake.finish(task_id)
    await latest_job(harness)


def saved(harness: BotHarness) -> int:
    """Return the number of jobs."""
    return len(harness.sql("SELECT id FROM jobs"))


# --- Try again -----------------------------------------------------------------------------------------


async def test_try_again(tmp_path: Path) -> None:
    """Once the queue has room, the same request is sent by the same rules, as one job in the channel."""
    async with BotHarness(tmp_path, seconds=None, **FULL) as harness:
        task_id = await fill_queue(harness)
        refused = private_answer(await harness.alice.slash(harness.channel, "imagine", prompt="a *fox*", **CHOSEN))
        assert text_of(refused).endswith("\n> a \\*fox\\*")
        assert button_labels(refused) == BOTH
        again = private_answer(await click(harness, refused, "Try again"))
        assert text_of(again) == text_of(refused), "the limit still holds"
        assert button_labels(again) == BOTH
        assert saved(harness) == 2

        await empty_queue(harness, task_id)
        sent = await click(harness, refused, "Try again")
        assert not sent.ephemeral
        job = await latest_job(harness)
        assert job.request.prompt == "a *fox*"
        assert {name: getattr(job.request, name) for name in CHOSEN} == CHOSEN
        for message in (refused, again):
            text = private_text(await click(harness, message, "Try again"))
            assert text == "This request is already on its way."
        assert saved(harness) == 3


async def test_alternatives(tmp_path: Path) -> None:
    """Braces keep their meaning when the request is changed or sent again."""
    async with BotHarness(tmp_path, seconds=None, **FULL | {"max_queued_per_user": 2}) as harness:
        task_id = await fill_queue(harness)
        refused = private_answer(await harness.imagine("a {red|blue} fox"))
        assert text_of(refused).startswith("You can queue one more picture at the moment, and this needs 2.")
        assert button_labels(refused) == BOTH
        assert prefilled(await click(harness, refused, "Change"))["prompt"] == "a {red|blue} fox"
        await empty_queue(harness, task_id)
        await click(harness, refused, "Try again")
        await harness.wait_for_message("your pictures are ready!", "a … fox")
        assert saved(harness) == 4


async def test_repeated_clicks(tmp_path: Path) -> None:
    """Two clicks at once make one job, although the queue has room for both."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, max_queued_per_user=2) as harness:
        task_id = await fill_queue(harness)
        await harness.imagine("the third")
        refused = private_answer(await harness.imagine("a fox"))
        await empty_queue(harness, task_id)
        again = next(custom_id for custom_id in buttons(refused) if custom_id.startswith("resend:"))
        replies = len(harness.requests("reply"))
        for _ in range(2):
            press_without_waiting(harness, harness.alice, refused, again)
        await eventually(lambda: len(harness.requests("reply")) == replies + 2)
        await latest_job(harness)
        assert saved(harness) == 4


async def test_the_buttons_for_each_reason(tmp_path: Path) -> None:
    """Try again is offered if waiting helps, and Change whenever the user has typed something."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        impossible: list[dict[str, Any]] = [{"size": "huge"}, {"model": "flux-0"}]
        for options in impossible:
            refused = private_answer(await harness.imagine("a fox", **options))
            assert text_of(refused).endswith("\n> a fox"), options
            assert button_labels(refused) == ["Change"], options
        refused = private_answer(await harness.imagine("  "))
        assert text_of(refused) == "The prompt is empty. Please describe the picture you want."
        assert prefilled(await click(harness, refused, "Change")).keys() == {"model", "size", "count", "style"}

        await harness.change("ALTER TABLE jobs RENAME TO lost")
        refused = private_answer(await harness.imagine("a fox"))
        assert text_of(refused).startswith("Something went wrong on my side.")
        assert button_labels(refused) == BOTH
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        await click(harness, refused, "Try again")
        assert (await latest_job(harness)).request.prompt == "a fox"

        harness.app.workflow.stop()
        refused = private_answer(await harness.imagine("a bear"))
        assert text_of(refused) == "I’m restarting. Please try again in a minute.\n> a bear"
        assert button_labels(refused) == BOTH


async def test_a_refused_reroll(tmp_path: Path) -> None:
    """A refused reroll can be tried again, and remains a reroll; there is nothing to change or quote."""
    async with BotHarness(tmp_path, **FULL) as harness:
        job, result = await make_result(harness)
        harness.fake.seconds = None
        task_id = await fill_queue(harness)
        refused = private_answer(await press(harness.alice, result, Verb.REROLL, job))
        assert "\n> " not in text_of(refused)
        assert button_labels(refused) == ["Try again"]
        await empty_queue(harness, task_id)
        assert not (await click(harness, refused, "Try again")).ephemeral
        assert (await latest_job(harness)).parent_id == job.id


# --- Change --------------------------------------------------------------------------------------------


async def test_change(tmp_path: Path) -> None:
    """The form has all choices that are still possible, and the result is as private as requested."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, private=True)
        for private in (None, True, False):
            options: dict[str, Any] = {"model": "flux-2-max", "size": "huge", "count": 3, "style": "anime"}
            options |= {} if private is None else {"private": private}
            refused = private_answer(await harness.alice.slash(harness.channel, "imagine", prompt="a fox", **options))
            opened = await click(harness, refused, "Change")
            assert form_of(opened)["title"] == "Change the prompt"
            assert prefilled(opened) == {
                "prompt": "a fox",
                "model": ["flux-2-max"],
                "size": ["as-it-was"],
                "count": "3",
                "style": ["anime"],
            }
            sent = await submit_form(harness.alice, opened, prompt="a red fox", size=["16:9"])
            assert sent.ephemeral is (private is not False), private
            request = (await latest_job(harness)).request
            assert (request.prompt, request.size, request.count) == ("a red fox", "16:9", 3), private
            assert request.style == "anime", private
            assert (request.model, request.private) == ("flux-2-max", private is not False), private


async def test_change_the_size(tmp_path: Path) -> None:
    """A size that was refused is replaced by the nearest one, and the form says so; any other is unchanged."""
    async with BotHarness(tmp_path) as harness:
        edit = {"prompt": "a hat", "image": ROOF, "model": "flux-kontext-pro"}
        compare = {"prompt": "a fox", "model1": "flux-2-klein", "model2": "flux-dev"}
        for command, options, size, label in (
            ("imagine", {"prompt": "a fox", "model": "flux-dev", "size": "17x3"}, "as-it-was", "21:9 instead of 17x3"),
            ("imagine", {"prompt": "a fox", "model": "flux-dev", "size": "huge"}, "as-it-was", "1:1 instead of huge"),
            ("imagine", {"prompt": " ", "model": "flux-dev", "size": "wide"}, "as-it-was", "16:9, unchanged"),
            ("edit", edit | {"size": "17x3"}, "21:9", "21:9 instead of 17x3"),
            ("edit", edit | {"size": "wide", "prompt": " "}, "16:9", "16:9"),
            ("compare", compare | {"size": "17x3"}, "21:9", "21:9 instead of 17x3"),
            ("compare", compare | {"size": "wide", "model2": "dall-e"}, "wide", "wide, unchanged"),
        ):
            refused = private_answer(await harness.alice.slash(harness.channel, command, **options))
            opened = await click(harness, refused, "Change")
            assert prefilled(opened)["size"] == [size], (command, options)
            listed = fields_of(opened)["size"]["options"]
            assert listed[0]["label"] == label, (command, options)
            assert [one["value"] for one in listed].count(size) == 1, (command, options)
        opened = await click(
            harness, private_answer(await harness.imagine("a fox", size="17x3", model="flux-dev")), "Change"
        )
        await submit_form(harness.alice, opened)
        assert (await latest_job(harness)).request.size == "21:9"


async def test_change_an_edit(tmp_path: Path) -> None:
    """The form for an edit keeps the picture, or requests another one if the picture was the reason."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "a hat", "model": "flux-2-max", "private": True}
        refused = private_answer(await harness.alice.slash(harness.channel, "edit", image=ROOF, size="17:3", **given))
        opened = await click(harness, refused, "Change")
        assert "image" not in fields_of(opened)
        assert prefilled(opened) == {"prompt": "a hat", "model": ["flux-2-max"], "size": ["21:9"]}
        assert (await submit_form(harness.alice, opened)).ephemeral
        request = (await latest_job(harness)).request
        assert request.image_url is not None
        assert harness.env.backend.cdn.get(request.image_url) == ROOF[1]
        assert (request.prompt, request.model, request.size) == ("a hat", "flux-2-max", "21:9")

        notes = await harness.alice.slash(harness.channel, "edit", image=("notes.txt", b"?"), **given)
        opened = await click(harness, private_answer(notes), "Change")
        assert prefilled(opened) == {"prompt": "a hat", "model": ["flux-2-max"], "size": ["like-the-picture"]}
        await submit_form(harness.alice, opened, image=ROOF)
        request = (await latest_job(harness)).request
        assert request.image_url is not None
        assert harness.env.backend.cdn.get(request.image_url) == ROOF[1]


async def test_refused_forms(tmp_path: Path) -> None:
    """Each refused form can be changed: it opens again with its values, and makes the same request."""
    async with BotHarness(tmp_path, **FULL) as harness:
        job, result = await make_result(harness, size="16:9")
        edit, edited = await make_edit(harness, image=ROOF)
        failed, failure = await make_failure(harness, "forbidden")
        harness.fake.seconds = None
        forms = {
            "remix": await press(harness.alice, result, Verb.REMIX, job),
            "remix of an edit": await press(harness.alice, edited, Verb.REMIX, edit),
            "edit": await press(harness.alice, result, Verb.EDIT, job),
            "private failure": await press(harness.alice, failure, Verb.REWORD, failed),
            "upload": await harness.alice.slash(harness.channel, "edit"),
            "menu": await harness.alice.context_menu(harness.channel, "Remix prompt", result),
        }
        task_id = await fill_queue(harness)
        refused = {}
        for name, form in forms.items():
            more = {"image": ROOF} if name == "upload" else {}
            refused[name] = private_answer(await submit_form(harness.alice, form, prompt=f"{name}!", **more))
            assert text_of(refused[name]).endswith(f"\n> {name}!"), name
            assert button_labels(refused[name]) == BOTH, name
        await empty_queue(harness, task_id)
        for name, message in refused.items():
            opened = await click(harness, message, "Change")
            assert prefilled(opened)["prompt"] == f"{name}!", name
            assert not (await submit_form(harness.alice, opened)).ephemeral, name
            changed = (await latest_job(harness)).request
            assert not (await click(harness, message, "Try again")).ephemeral, name
            again = (await latest_job(harness)).request
            assert (changed.prompt, changed.action, changed.model) == (again.prompt, again.action, again.model), name
            assert (changed.size, changed.count, changed.private) == (again.size, again.count, again.private), name
            assert (changed.image_url is None) == (again.image_url is None) == ("edit" not in name != "upload"), name


# --- without the draft ---------------------------------------------------------------------------------


async def test_after_a_restart(tmp_path: Path) -> None:
    """Both buttons open the form with the prompt quoted in the message; a private request remains private."""
    async with BotHarness(tmp_path, seconds=None, **FULL) as harness:
        await fill_queue(harness)
        refused = {
            "make": private_answer(await harness.imagine("a *fox*: <3", private=True)),
            "edit": private_answer(await harness.alice.slash(harness.channel, "edit", prompt="a hat", image=ROOF)),
            "long": private_answer(await harness.imagine("fox " * 900)),
            "compare": private_answer(
                await harness.alice.slash(
                    harness.channel, "compare", prompt="two foxes", model1="fast", model2="text", private=True
                )
            ),
        }
        await harness.restart(max_queued_per_user=10)
        saved_before = saved(harness)
        for label in BOTH:
            opened = await click(harness, refused["make"], label)
            assert prefilled(opened)["prompt"] == "a *fox*: <3", label
            assert (await submit_form(harness.alice, opened)).ephemeral, label
            opened = await click(harness, refused["edit"], label)
            assert prefilled(opened)["prompt"] == "a hat", label
            assert "image" in fields_of(opened), label
            text = private_text(await click(harness, refused["long"], label))
            assert text.startswith("I no longer have this request, but your prompt is safe: copy it from"), label
        assert saved(harness) == saved_before + 2
        opened = await click(harness, refused["compare"], "Change")
        assert prefilled(opened) == {"prompt": "two foxes", "size": ["as-it-was"], "style": ["none"]}
        await submit_form(harness.alice, opened, models=["flux-dev", "flux-2-pro"])
        await eventually(lambda: saved(harness) == saved_before + 4)
        made = harness.sql("SELECT * FROM jobs ORDER BY accepted_at DESC, group_index LIMIT 2")
        assert [(row["model"], row["private"]) for row in made] == [("flux-dev", True), ("flux-2-pro", True)]


async def test_only_for_its_user(tmp_path: Path) -> None:
    """Another user who learns a custom_id can't send the request."""
    async with BotHarness(tmp_path, seconds=None, **FULL) as harness:
        await fill_queue(harness)
        refused = private_answer(await harness.imagine("a secret fox"))
        card = harness.messages()[0]
        for custom_id in buttons(refused):
            forge(harness, f"cancel:{job_id_of(card)}", custom_id)
            opened = await harness.bob.click(card, label="Cancel")
            assert prefilled(opened)["prompt"] == "the first", custom_id
        assert saved(harness) == 2
