"""Who may press what: Delete, jobs that are forgotten, and custom_ids that Discord's own client would not send."""

from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.ui.cards import Verb
from tests.flux.caller import eventually
from tests.harness import SMALL, Stage, alt_texts, job_id_of, words
from tests.presses import FORGOTTEN, children, failed, forged, made, over, press, press_at_once, reply

NOT_YOURS = "Only who asked for it, or who may manage messages here, can delete this."
USING = (Verb.REROLL, Verb.REMIX, Verb.EDIT, Verb.SAVE, Verb.INFO)
ON_RESULT = (*USING, Verb.DELETE)


def make_moderator(stage: Stage) -> None:
    """Let bob manage messages."""
    role = stage.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    stage.env.backend.add_member_role(stage.guild.id, stage.bob.user.id, role.id)


async def prune(stage: Stage) -> None:
    """Forget all jobs, as happens to old ones."""
    await stage.change("DELETE FROM jobs")


# --- Delete --------------------------------------------------------------------------------------------


async def test_delete(tmp_path: Path) -> None:
    """The asker's result is gone in two calls, for good; the picture stays in the history."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        calls = len(stage.calls)
        pressed = await press(stage.alice, result, Verb.DELETE, job)
        assert (pressed.response, pressed.followups) == (None, [])
        assert stage.messages(viewer=stage.alice) == []
        assert stage.calls[calls:] == ["reply", "remove card"]
        assert (await stage.job(job.id)).result_message_id is None
        shown = await stage.alice.slash(stage.channel, "history")
        assert shown.response is not None
        assert "1. a cat · " in words(shown.response.message)
        assert alt_texts(shown.response.message) == ["a cat"]


async def test_delete_of_a_parent(tmp_path: Path) -> None:
    """What came of a deleted result stays, and no longer links what is not there."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        await press(stage.alice, result, Verb.DELETE, job)
        second, card = await made(stage, "a dog")
        await stage.change("UPDATE jobs SET parent_id = ? WHERE id = ?", job.id, second.id)
        said = reply(await press(stage.alice, card, Verb.INFO, second))
        assert "Made from" not in said


async def test_delete_by_another(tmp_path: Path) -> None:
    """Nobody else may, and reads so privately and kindly; the result stays."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        assert reply(await press(stage.bob, result, Verb.DELETE, job)) == NOT_YOURS
        assert stage.messages() == [result]
        assert (await stage.job(job.id)).result_message_id == result.id


async def test_delete_by_a_moderator(tmp_path: Path) -> None:
    """Who may manage messages may, and its asker keeps the picture in the history."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        make_moderator(stage)
        await press(stage.bob, result, Verb.DELETE, job)
        assert stage.messages() == []
        shown = await stage.alice.slash(stage.channel, "history")
        assert shown.response is not None
        assert alt_texts(shown.response.message) == ["a cat"]


async def test_delete_of_a_private_card(tmp_path: Path) -> None:
    """A private result is deleted as well."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage, private=True)
        await press(stage.alice, result, Verb.DELETE, job)
        assert stage.messages(viewer=stage.alice) == []


async def test_delete_in_direct_messages(tmp_path: Path) -> None:
    """So is one in a direct message, and one whose job is forgotten: nobody else sees either."""
    async with Stage(tmp_path) as stage:
        user = stage.alice.user
        for forget in (False, True):
            await user.slash("imagine", prompt="a cat", **SMALL)
            result = await stage.sees("your picture is ready", where=user.dm_channel)
            job = await over(stage, result)
            if forget:
                await prune(stage)
            await press(user, result, Verb.DELETE, job)
            assert stage.messages(user.dm_channel) == []


async def test_delete_of_a_failure(tmp_path: Path) -> None:
    """A failure card is deleted by its asker, and by nobody else."""
    async with Stage(tmp_path) as stage:
        job, card = await failed(stage, "api_error")
        assert reply(await press(stage.bob, card, Verb.DELETE, job)) == NOT_YOURS
        await press(stage.alice, card, Verb.DELETE, job)
        assert stage.messages() == []


async def test_delete_pressed_twice(tmp_path: Path) -> None:
    """Two presses delete once, and nothing breaks."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        for _ in range(2):
            press_at_once(stage, stage.alice, result, f"delete:{job.id}")
        await eventually(lambda: stage.calls.count("remove card") == 3)
        await eventually(lambda: stage.row(job.id)["result_message_id"] is None)
        await stage.alice.slash(stage.channel, "jobs")
        assert "follow up" not in stage.calls
        assert [words(message) for message in stage.messages()] == []


# --- forgotten jobs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ON_RESULT)
async def test_forgotten_result(tmp_path: Path, verb: Verb) -> None:
    """Every button of a result whose job is forgotten says so, to all who press it, and does nothing."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        await prune(stage)
        for who in (stage.alice, stage.bob):
            said = reply(await press(who, result, verb, job))
            assert said.startswith(FORGOTTEN)
            assert "choose “Edit image” under Apps in this message’s menu" in said
        assert stage.messages() == [result]
        assert len(stage.fake.submissions) == 1


@pytest.mark.parametrize("verb", [Verb.RETRY, Verb.REWORD, Verb.DELETE])
async def test_forgotten_failure(tmp_path: Path, verb: Verb) -> None:
    """So does every button of a failure."""
    async with Stage(tmp_path) as stage:
        job, card = await failed(stage, "forbidden")
        await prune(stage)
        assert reply(await press(stage.alice, card, verb, job)).startswith(FORGOTTEN)
        assert stage.messages() == [card]


async def test_forgotten_while_a_form_was_open(tmp_path: Path) -> None:
    """A form of a job that was forgotten meanwhile says so, and gives back what was typed."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        shown = await press(stage.alice, result, Verb.REMIX, job)
        await prune(stage)
        values: dict[str, Any] = {"prompt": "a dog", "model": ["flux-dev"], "size": ["as-it-was"], "count": "1"}
        said = reply(await stage.alice.submit_modal(shown, values))
        assert said.startswith(FORGOTTEN)
        assert said.endswith("You wrote: a dog")


async def test_forgotten_job_deleted_by_a_moderator(tmp_path: Path) -> None:
    """Who may manage messages can delete the card of a forgotten job."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        make_moderator(stage)
        await prune(stage)
        await press(stage.bob, result, Verb.DELETE, job)
        assert stage.messages() == []


async def test_forgotten_parent(tmp_path: Path) -> None:
    """A job whose parent is forgotten while it is made is delivered all the same, without a link."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held()
        await stage.fake.finish(task.id)
        await stage.over(job.id)
        (result,) = stage.messages()
        await press(stage.alice, result, Verb.REROLL, job)
        await eventually(lambda: len(stage.tasks) == 2)
        await stage.change("DELETE FROM jobs WHERE id = ?", job.id)
        (again,) = [task for task in stage.fake.tasks.values() if not task.finished_at]
        await stage.fake.finish(again.id)
        await children(stage, job, 1)
        assert "from an earlier picture\n" in words(stage.messages()[-1])


# --- ids are never trusted -----------------------------------------------------------------------------


async def test_forged_id_that_is_not_on_the_card(tmp_path: Path) -> None:
    """A press of a button that its message does not have does nothing."""
    async with Stage(tmp_path) as stage:
        hidden, _ = await made(stage, "a secret cat", private=True)
        _, result = await made(stage, "a dog", who=stage.bob)
        calls = len(stage.calls)
        for verb in ON_RESULT:
            with forged(stage, f"{verb}:{hidden.id}"):
                assert (await stage.bob.click(result, label="Info")).response is None
        assert stage.calls[calls:] == []
        assert stage.messages() == [result]


@pytest.mark.parametrize("verb", USING)
async def test_forged_id_on_a_private_card(tmp_path: Path, verb: Verb) -> None:
    """Only a card that all may see lets others use its job: what is on a private one proves nothing."""
    async with Stage(tmp_path) as stage:
        hidden, _ = await made(stage, "a secret cat", private=True)
        job, result = await made(stage, "a dog", who=stage.bob, private=True)
        with forged(stage, f"{verb}:{hidden.id}", on_card=f"info:{job.id}"):
            said = reply(await stage.bob.click(result, label="Info"))
        assert said.startswith(FORGOTTEN)
        assert len(stage.fake.submissions) == 2
        assert stage.messages(stage.bob.user.dm_channel) == []


async def test_forged_id_in_a_form(tmp_path: Path) -> None:
    """Nor does a form that names one."""
    async with Stage(tmp_path) as stage:
        hidden, _ = await made(stage, "a secret cat", private=True)
        job, result = await made(stage, "a dog", who=stage.bob)
        for verb, values in (
            (Verb.REMIX, {"prompt": "a mouse", "model": ["flux-dev"], "size": ["as-it-was"], "count": "1"}),
            (Verb.EDIT, {"prompt": "add a hat", "model": ["flux-kontext-pro"]}),
        ):
            shown = await press(stage.bob, result, verb, job)
            with forged(stage, f"{verb}:{hidden.id}"):
                said = reply(await stage.bob.submit_modal(shown, values))
            assert said.startswith(FORGOTTEN)
        assert len(stage.fake.submissions) == 2


async def test_forged_delete_of_anothers_card(tmp_path: Path) -> None:
    """An own job's id does not delete somebody else's card."""
    async with Stage(tmp_path) as stage:
        _, result = await made(stage)
        own, _ = await made(stage, "a dog", who=stage.bob)
        with forged(stage, f"delete:{own.id}"):
            assert (await stage.bob.click(result, label="Delete")).response is None
        assert result in stage.messages()


async def test_forged_cancel_by_a_moderator(tmp_path: Path) -> None:
    """A moderator cancels what is on a card here, and nothing that is elsewhere."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held()
        await stage.fake.finish(task.id)
        await stage.over(job.id)
        hidden, _ = await stage.held("a secret cat", private=True)
        make_moderator(stage)
        (result,) = stage.messages()
        with forged(stage, f"cancel:{hidden.id}"):
            assert (await stage.bob.click(result, label="Info")).response is None
        assert stage.row(hidden.id)["status"] == "running"


@pytest.mark.parametrize("verb", ON_RESULT)
async def test_message_of_another_bot(tmp_path: Path, verb: Verb) -> None:
    """A message that is not the bot's own proves nothing."""

    def change_author(payload: Any) -> None:
        payload["message"]["author"]["id"] = str(stage.bob.id)

    async with Stage(tmp_path) as stage:
        job, result = await made(stage)
        make_moderator(stage)
        stage.change_interaction = change_author
        said = reply(await press(stage.bob, result, verb, job))
        assert said == NOT_YOURS if verb is Verb.DELETE else said.startswith(FORGOTTEN)
        assert stage.messages() == [result]


@pytest.mark.parametrize("about", ["", "nobody", "a:b:c", "%' OR 1=1 --", "\x00", "x" * 90])
async def test_nonsense(tmp_path: Path, about: str) -> None:
    """An id that is none is a job that is forgotten."""
    async with Stage(tmp_path) as stage:
        job, result = await made(stage, private=True)
        for verb in USING:
            with forged(stage, f"{verb}:{about}", on_card=f"info:{job.id}"):
                assert reply(await stage.alice.click(result, label="Info")).startswith(FORGOTTEN)


async def test_private_job_shown_to_all(tmp_path: Path) -> None:
    """What its asker has shown to all may be used by all, and shows nothing private in turn."""
    async with Stage(tmp_path) as stage:
        hidden, _ = await made(stage, "a secret cat", private=True)
        picked = await stage.alice.slash(stage.channel, "show", job=hidden.id)
        assert picked.response is not None
        await stage.alice.click(picked.response, custom_id=f"show:{hidden.id}")
        public = await stage.sees("a secret cat", viewer=stage.bob)
        await press(stage.bob, public, Verb.REROLL, hidden)
        (child_id,) = await children(stage, hidden, 1)
        again = stage.messages(viewer=stage.bob)[-1]
        assert job_id_of(again) == child_id
        assert "-# Rerolled from an earlier picture\n" in words(again)
        assert not (await stage.job(child_id)).request.private


def test_every_button_is_looked_at() -> None:
    """A verb that is new must be tested here or where it belongs."""
    elsewhere = {Verb.CANCEL, Verb.SHOW, Verb.FETCH}
    assert {*ON_RESULT, Verb.RETRY, Verb.REWORD} == set(Verb) - elsewhere
