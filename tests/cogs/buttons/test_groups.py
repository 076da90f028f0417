"""The buttons on a group's card."""

from pathlib import Path

import discord

from flux_bot.core.jobs import Failure, Job
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    button_labels,
    make_moderator,
    press,
    press_without_waiting,
    private_answer,
    private_text,
    result_of,
    select_menus,
    start_group,
)
from tests.flux.caller import eventually
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, alt_texts, job_id_of, picture_bytes, text_of

COLOURS = ("red", "green", "blue")


async def make_group(harness: BotHarness, refused: str = "") -> tuple[list[Job], discord.Message]:
    """Make a red, a green and a blue cat, one of them refused if requested; return the jobs and their message."""
    harness.fake.seconds = None
    group = await start_group(harness)
    for job in group:
        await eventually(lambda job=job: job.id in harness.tasks and harness.row(job.id)["status"] == "running")  # type: ignore[misc]
        failure = Failure("forbidden") if refused and refused in job.request.prompt else None
        await harness.fake.finish(harness.tasks[job.id].id, failure=failure)
    await harness.wait_until_closed(group[0].id)
    harness.fake.seconds = 0
    made = [await harness.job(job.id) for job in group]
    return made, result_of(harness, made[0])


def groups(harness: BotHarness) -> list[list[str]]:
    """Return the prompts of each group, and of each job without a group, in the order of the requests."""
    found: dict[str, list[str]] = {}
    for row in harness.sql("SELECT * FROM jobs ORDER BY accepted_at, group_index"):
        found.setdefault(row["group_id"] or row["id"], []).append(row["prompt"])
    return list(found.values())


ALL = [f"a {colour} cat" for colour in COLOURS]


async def test_reroll_all(tmp_path: Path) -> None:
    """All jobs are requested again, once for a double-click; the new group belongs to the user who clicked."""
    async with BotHarness(tmp_path, max_queued_per_user=8) as harness:
        group, result = await make_group(harness)
        for _ in range(2):
            press_without_waiting(harness, harness.bob, result, f"reroll-all:{group[0].id}")
        message = await harness.wait_for_message(f"<@{harness.bob.id}>, your pictures are ready!")
        assert groups(harness) == [ALL, ALL]
        assert f"Rerolled from [an earlier picture]({group[0].result_url})" in text_of(message)
        assert alt_texts(message) == ALL


async def test_try_the_failed_ones_again(tmp_path: Path) -> None:
    """Only the failed jobs are requested again, and only for their user; others can't read the refused prompt."""
    async with BotHarness(tmp_path, max_queued_per_user=8) as harness:
        group, result = await make_group(harness, refused="green")
        assert "green" not in text_of(result)
        assert button_labels(result) == ["Reroll all", "Try the failed ones again", "Save"]
        refused = await press(harness.bob, result, Verb.RETRY, group[0])
        assert private_text(refused) == "Only the person who requested this can use this button."
        info = await harness.bob.select(result, ["info"], custom_id=f"more-all:{group[0].id}")
        assert "green" not in private_text(info)
        info = await harness.alice.select(result, ["info"], custom_id=f"more-all:{group[0].id}")
        assert "**green**" in private_text(info)
        await press(harness.alice, result, Verb.RETRY, group[0])
        retried = await harness.wait_for_message("your picture is ready!", "a green cat")
        assert "Remixed" not in text_of(retried)
        await harness.bob.click(result, label="Reroll all")
        await harness.wait_for_message(f"<@{harness.bob.id}>, your pictures are ready!")
        assert groups(harness) == [ALL, ["a green cat"], ["a red cat", "a blue cat"]]
        assert button_labels(result_of(harness, group[0])) == button_labels(result), "it still has pictures"


async def test_save(tmp_path: Path) -> None:
    """The originals of all pictures are sent by direct message."""
    async with BotHarness(tmp_path) as harness:
        group, result = await make_group(harness)
        saved = await harness.bob.click(result, custom_id=f"save-all:{group[0].id}")
        assert "sent you the originals" in private_text(saved)
        (sent,) = harness.messages(harness.bob.user.dm_channel)
        assert text_of(sent) == "Here are the originals of: a … cat"
        assert picture_bytes(harness, sent) == picture_bytes(harness, result)


async def test_continue_with_one(tmp_path: Path) -> None:
    """The requester gets a card with only the chosen picture and its buttons; others read why they can't."""
    async with BotHarness(tmp_path) as harness:
        group, result = await make_group(harness)
        pick = f"pick:{group[0].id}"
        assert [option.label for option in select_menus(result)[pick].options] == ["1. red", "2. green", "3. blue"]
        refused = await harness.bob.select(result, [group[1].id], custom_id=pick)
        assert private_text(refused).startswith("Only the person who requested these pictures can continue")
        for job in group[:2]:  # the first one's id is also the group's id
            card = private_answer(await harness.alice.select(result, [job.id], custom_id=pick))
            assert button_labels(card) == ["Reroll", "Vary", "Edit", "Remix", "Save"]
            assert f"> {job.request.prompt}" in text_of(card)
            assert alt_texts(card) == [job.request.prompt]
            saved = await harness.alice.click(card, label="Save")
            assert "sent you the original in" in private_text(saved)
            info = private_answer(await press(harness.alice, card, Verb.INFO, job))
            assert f"/imagine prompt:{job.request.prompt} model" in text_of(info)
            opened = await harness.alice.click(card, label="Remix")
            assert prefilled(opened)["prompt"] == job.request.prompt
            await harness.alice.click(card, label="Reroll")
            opened = await harness.alice.click(card, label="Edit")
            assert "which" not in prefilled(opened)
            await submit_form(harness.alice, opened, prompt=f"make it night, {job.request.prompt}")
        assert groups(harness)[1:] == [[prompt] for one in ALL[:2] for prompt in (one, f"make it night, {one}")]

        def edited() -> list[object]:
            requests = [task.request for task in harness.fake.tasks.values()]
            return [request["image_url"] for request in requests if request["action"] == "edit"]

        await eventually(lambda: len(edited()) == 2)
        assert edited() == [job.images[0].url for job in group[:2]]


async def test_more(tmp_path: Path) -> None:
    """Info shows how each picture was made and one command for all; Star and Delete for good affect all."""
    async with BotHarness(tmp_path) as harness:
        group, result = await make_group(harness)
        more = f"more-all:{group[0].id}"
        info = private_answer(await harness.bob.select(result, ["info"], custom_id=more))
        assert "/imagine prompt:a {red|green|blue} cat model:flux-2-flex size:64x64 count:1\n" in text_of(info)
        assert all(f"**{colour}** · 64x64 · " in text_of(info) for colour in COLOURS)
        assert all(job.id in text_of(info) for job in group)
        assert button_labels(info) == []
        await harness.store.history.prefer(harness.bob.id, style="pixel-art")
        info = private_answer(await harness.bob.select(result, ["info"], custom_id=more))
        assert " size:64x64 count:1 style:none\n" in text_of(info)

        starred = private_answer(await harness.alice.select(result, ["star"], custom_id=more))
        assert [(await harness.job(job.id)).is_starred for job in group] == [True] * 3
        await harness.alice.click(starred, label="Remove the star")
        assert [(await harness.job(job.id)).is_starred for job in group] == [False] * 3

        info = private_answer(await harness.alice.select(result, ["info"], custom_id=more))
        question = private_answer(await harness.alice.click(info, label="Delete for good"))
        assert text_of(question).startswith("**Delete all of these for good?**")
        await harness.alice.click(question, label="Delete for good")
        assert [harness.row(job.id)["prompt"] for job in group] == [""] * 3
        assert harness.messages() == []


async def test_remove(tmp_path: Path) -> None:
    """A moderator can remove the message, after a confirmation; the pictures stay in the history."""
    async with BotHarness(tmp_path) as harness:
        group, result = await make_group(harness)
        refused = await harness.bob.select(result, ["delete"], custom_id=f"more-all:{group[0].id}")
        assert private_text(refused) == "Only the person who requested this, or a moderator, can remove it."
        make_moderator(harness)
        click = await harness.bob.select(result, ["delete"], custom_id=f"more-all:{group[0].id}")
        (question,) = click.followups
        await harness.bob.click(question.message, label="Remove")
        assert harness.messages() == []
        assert [harness.row(job.id)["result_message_id"] for job in group] == [None] * 3
        assert "a red cat" in text_of(answer(await harness.alice.slash(harness.channel, "history")))


async def test_cancel(tmp_path: Path) -> None:
    """If some jobs are charged anyway, Cancel asks first; then all jobs are cancelled."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        group = await start_group(harness)
        (card,) = harness.messages()
        await harness.alice.click(card, label="Cancel")
        question = await harness.wait_for_message("already started on some of these", viewer=harness.alice)
        assert button_labels(question) == ["Keep it private", "Discard"]
        await harness.alice.click(question, label="Discard")
        assert {harness.row(job.id)["status"] for job in group} == {"cancelled"}
        (card,) = [one for one in harness.messages() if not one.flags.ephemeral]
        assert text_of(card).startswith("**Cancelled**, but the picture service had already started")
        assert button_labels(card) == ["Try again", "Change the prompt", "Remove"]
        opened = await harness.alice.click(card, label="Change the prompt")
        assert prefilled(opened)["prompt"] == "a {red|green|blue} cat"
        await harness.alice.click(card, label="Try again")
        assert groups(harness) == [ALL, ALL]


async def test_keep_private(tmp_path: Path) -> None:
    """The question becomes the private status card, and the result replaces it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        group = await start_group(harness)
        (card,) = harness.messages()
        await harness.alice.click(card, label="Cancel")
        question = await harness.wait_for_message("already started on some of these", viewer=harness.alice)
        await harness.alice.click(question, label="Keep it private")
        assert [bool(harness.row(job.id)["private"]) for job in group] == [True] * 3
        for job in group:
            await eventually(lambda job=job: harness.row(job.id)["status"] == "running")  # type: ignore[misc]
            await harness.fake.finish(harness.tasks[job.id].id)
        await harness.wait_until_closed(group[0].id)
        assert [one for one in harness.messages() if not one.flags.ephemeral] == []
        await harness.wait_for_message("your pictures are ready", viewer=harness.alice)


async def test_remix_prompt(tmp_path: Path) -> None:
    """The message menu fills in one prompt, which expands to all prompts that the user may see."""
    async with BotHarness(tmp_path) as harness:
        _, result = await make_group(harness, refused="green")
        for who, prompt in ((harness.alice, "a {red|green|blue} cat"), (harness.bob, "a {red|blue} cat")):
            opened = await who.context_menu(harness.channel, "Remix prompt", result)
            assert prefilled(opened)["prompt"] == prompt


async def test_a_public_failure(tmp_path: Path) -> None:
    """If a group's failure is on its public card, the message menu does not reveal the prompts to others."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        group = await start_group(harness)
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        harness.refuse("open DM", 403, 50278)
        for job in group:
            await eventually(lambda job=job: harness.row(job.id)["status"] == "running")  # type: ignore[misc]
            await harness.fake.finish(harness.tasks[job.id].id, failure=Failure("forbidden"))
        await harness.wait_until_closed(group[0].id)
        (card,) = harness.messages()
        assert "cat" not in text_of(card)
        refused = await harness.bob.context_menu(harness.channel, "Remix prompt", card)
        assert private_text(refused).startswith("I can’t see any text in that message.")
        own = await harness.alice.context_menu(harness.channel, "Remix prompt", card)
        assert prefilled(own)["prompt"] == "a {red|green|blue} cat"


async def test_cancel_after_a_refusal(tmp_path: Path) -> None:
    """The public card of a cancelled group hides a prompt that was refused before; the private question shows it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        group = await start_group(harness, "{a secret hat|one fox|two birds}")
        await eventually(lambda: all(harness.row(job.id)["status"] == "running" for job in group))
        await harness.fake.finish(harness.tasks[group[0].id].id, failure=Failure("forbidden"))
        (card,) = harness.messages()
        await harness.alice.click(card, label="Cancel")
        question = await harness.wait_for_message("already started on some of these", viewer=harness.alice)
        assert "a secret hat" in text_of(question)
        await harness.alice.click(question, label="Discard")
        (card,) = [one for one in harness.messages() if not one.flags.ephemeral]
        assert text_of(card).startswith("**Cancelled**")
        assert "secret" not in text_of(card)
        assert "one fox / two birds" in text_of(card)
        opened = await harness.bob.context_menu(harness.channel, "Remix prompt", card)
        assert prefilled(opened)["prompt"] == "{one fox|two birds}"


async def test_remix_prompt_of_other_cards(tmp_path: Path) -> None:
    """The status card and the failure of a group fill in all prompts; the card of one picture fills in its own."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        group = await start_group(harness, "{red|blue} cats")
        (status,) = harness.messages()
        opened = await harness.bob.context_menu(harness.channel, "Remix prompt", status)
        assert prefilled(opened)["prompt"] == "{red|blue} cats"
        for job in group:
            await eventually(lambda job=job: job.id in harness.tasks and harness.row(job.id)["status"] == "running")  # type: ignore[misc]
            await harness.fake.finish(harness.tasks[job.id].id, failure=Failure("forbidden"))
        failed = await harness.wait_for_message("None of the 2", viewer=harness.alice)
        opened = await harness.alice.context_menu(harness.channel, "Remix prompt", failed)
        assert prefilled(opened)["prompt"] == "{red|blue} cats"
        harness.fake.seconds = 0
        first = job_id_of(answer(await harness.imagine("{green|black} cats", private=True)))
        await harness.wait_until_closed(first)
        shown = private_answer(await harness.alice.slash(harness.channel, "show", job=first))
        opened = await harness.alice.context_menu(harness.channel, "Remix prompt", shown)
        assert prefilled(opened)["prompt"] == "green cats"


async def test_change_long_prompts(tmp_path: Path) -> None:
    """The form has one prompt for all jobs, which contains their common text only once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        middle = "very " * 300
        group = await start_group(harness, f"{{red|blue}} {middle}{{car|bus}}")
        for job in group:
            await eventually(lambda job=job: harness.row(job.id)["status"] == "running")  # type: ignore[misc]
            await harness.fake.finish(harness.tasks[job.id].id, failure=Failure("forbidden"))
        await harness.wait_until_closed(group[0].id)
        notice = await harness.wait_for_message("red very", viewer=harness.alice)
        opened = await press(harness.alice, notice, Verb.REWORD, group[0])
        assert prefilled(opened)["prompt"] == f"{{red|blue}} {middle}{{car|bus}}"
