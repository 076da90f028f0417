"""Permissions of buttons: Delete, pruned jobs, and custom_ids that Discord's own client would not send."""

from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.ui.cards import Verb
from tests.flux.caller import eventually
from tests.harness import SMALL, BotHarness, alt_texts, job_id_of, text_of
from tests.presses import (
    JOB_PRUNED,
    children,
    closed_job,
    forged,
    make_failure,
    make_picture,
    press,
    press_without_waiting,
    reply,
)

NOT_YOURS = "Only the person who requested this, or a moderator, can delete it."
USING = (Verb.REROLL, Verb.REMIX, Verb.EDIT, Verb.SAVE, Verb.INFO)
ON_RESULT = (*USING, Verb.DELETE)


def make_moderator(harness: BotHarness) -> None:
    """Let bob manage messages."""
    role = harness.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    harness.env.backend.add_member_role(harness.guild.id, harness.bob.user.id, role.id)


async def prune(harness: BotHarness) -> None:
    """Delete all jobs from the database, as happens to old ones."""
    await harness.change("DELETE FROM jobs")


# --- Delete --------------------------------------------------------------------------------------------


async def test_delete(tmp_path: Path) -> None:
    """The user's result is deleted in two calls; the picture stays in the history."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        calls = len(harness.calls)
        pressed = await press(harness.alice, result, Verb.DELETE, job)
        assert (pressed.response, pressed.followups) == (None, [])
        assert harness.messages(viewer=harness.alice) == []
        assert harness.calls[calls:] == ["reply", "remove card"]
        assert (await harness.job(job.id)).result_message_id is None
        shown = await harness.alice.slash(harness.channel, "history")
        assert shown.response is not None
        assert "1. a cat · " in text_of(shown.response.message)
        assert alt_texts(shown.response.message) == ["a cat"]


async def test_delete_of_a_parent(tmp_path: Path) -> None:
    """The children of a deleted result stay, and no longer link to it."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await press(harness.alice, result, Verb.DELETE, job)
        second, card = await make_picture(harness, "a dog")
        await harness.change("UPDATE jobs SET parent_id = ? WHERE id = ?", job.id, second.id)
        text = reply(await press(harness.alice, card, Verb.INFO, second))
        assert "Made from" not in text


async def test_delete_by_another_user(tmp_path: Path) -> None:
    """Other users can't delete a result, and are told so privately."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        assert reply(await press(harness.bob, result, Verb.DELETE, job)) == NOT_YOURS
        assert harness.messages() == [result]
        assert (await harness.job(job.id)).result_message_id == result.id


async def test_delete_by_a_moderator(tmp_path: Path) -> None:
    """A moderator can delete a result; the picture stays in its user's history."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        make_moderator(harness)
        await press(harness.bob, result, Verb.DELETE, job)
        assert harness.messages() == []
        shown = await harness.alice.slash(harness.channel, "history")
        assert shown.response is not None
        assert alt_texts(shown.response.message) == ["a cat"]


async def test_delete_of_a_private_card(tmp_path: Path) -> None:
    """A private result can be deleted."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, private=True)
        await press(harness.alice, result, Verb.DELETE, job)
        assert harness.messages(viewer=harness.alice) == []


async def test_delete_in_direct_messages(tmp_path: Path) -> None:
    """A result in a direct message can be deleted, even after its job was pruned."""
    async with BotHarness(tmp_path) as harness:
        user = harness.alice.user
        for pruned in (False, True):
            await user.slash("imagine", prompt="a cat", **SMALL)
            result = await harness.wait_for_message("your picture is ready", where=user.dm_channel)
            job = await closed_job(harness, result)
            if pruned:
                await prune(harness)
            await press(user, result, Verb.DELETE, job)
            assert harness.messages(user.dm_channel) == []


async def test_delete_of_a_failure(tmp_path: Path) -> None:
    """A failure card can be deleted only by its user."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, "api_error")
        assert reply(await press(harness.bob, card, Verb.DELETE, job)) == NOT_YOURS
        await press(harness.alice, card, Verb.DELETE, job)
        assert harness.messages() == []


async def test_delete_pressed_twice(tmp_path: Path) -> None:
    """Two presses delete once and cause no error."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        for _ in range(2):
            press_without_waiting(harness, harness.alice, result, f"delete:{job.id}")
        await eventually(lambda: harness.calls.count("remove card") == 3)
        await eventually(lambda: harness.row(job.id)["result_message_id"] is None)
        await harness.alice.slash(harness.channel, "jobs")
        assert "follow up" not in harness.calls
        assert [text_of(message) for message in harness.messages()] == []


# --- pruned jobs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ON_RESULT)
async def test_result_of_a_pruned_job(tmp_path: Path, verb: Verb) -> None:
    """Every button of a result whose job was pruned says so to all users, and does nothing."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await prune(harness)
        for who in (harness.alice, harness.bob):
            text = reply(await press(who, result, verb, job))
            assert text.startswith(JOB_PRUNED)
            assert "choose “Edit image” under Apps in this message’s menu" in text
        assert harness.messages() == [result]
        assert len(harness.fake.submissions) == 1


@pytest.mark.parametrize("verb", [Verb.RETRY, Verb.REWORD, Verb.DELETE])
async def test_failure_of_a_pruned_job(tmp_path: Path, verb: Verb) -> None:
    """Every button of a failure whose job was pruned says so, and does nothing."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, "forbidden")
        await prune(harness)
        assert reply(await press(harness.alice, card, verb, job)).startswith(JOB_PRUNED)
        assert harness.messages() == [card]


async def test_job_pruned_while_a_form_was_open(tmp_path: Path) -> None:
    """The form of a job that was pruned says so, and returns what was typed."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        shown = await press(harness.alice, result, Verb.REMIX, job)
        await prune(harness)
        values: dict[str, Any] = {"prompt": "a dog", "model": ["flux-dev"], "size": ["as-it-was"], "count": "1"}
        text = reply(await harness.alice.submit_modal(shown, values))
        assert text.startswith(JOB_PRUNED)
        assert text.endswith("You wrote: a dog")


async def test_pruned_job_deleted_by_a_moderator(tmp_path: Path) -> None:
    """A moderator can delete the card of a pruned job."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        make_moderator(harness)
        await prune(harness)
        await press(harness.bob, result, Verb.DELETE, job)
        assert harness.messages() == []


async def test_pruned_parent(tmp_path: Path) -> None:
    """A job whose parent is pruned while it runs is delivered without a link."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()
        await press(harness.alice, result, Verb.REROLL, job)
        await eventually(lambda: len(harness.tasks) == 2)
        await harness.change("DELETE FROM jobs WHERE id = ?", job.id)
        (again,) = [task for task in harness.fake.tasks.values() if not task.finished_at]
        await harness.fake.finish(again.id)
        await children(harness, job, 1)
        assert "from an earlier picture\n" in text_of(harness.messages()[-1])


# --- ids are not trusted -------------------------------------------------------------------------------


async def test_forged_id_that_is_not_on_the_card(tmp_path: Path) -> None:
    """A press of a button that its message does not have does nothing."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_picture(harness, "a secret cat", private=True)
        _, result = await make_picture(harness, "a dog", who=harness.bob)
        calls = len(harness.calls)
        for verb in ON_RESULT:
            with forged(harness, f"{verb}:{hidden.id}"):
                assert (await harness.bob.click(result, label="Info")).response is None
        assert harness.calls[calls:] == []
        assert harness.messages() == [result]


@pytest.mark.parametrize("verb", USING)
async def test_forged_id_on_a_private_card(tmp_path: Path, verb: Verb) -> None:
    """Only a public card lets others use its job: an id on a private card proves nothing."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_picture(harness, "a secret cat", private=True)
        job, result = await make_picture(harness, "a dog", who=harness.bob, private=True)
        with forged(harness, f"{verb}:{hidden.id}", on_card=f"info:{job.id}"):
            text = reply(await harness.bob.click(result, label="Info"))
        assert text.startswith(JOB_PRUNED)
        assert len(harness.fake.submissions) == 2
        assert harness.messages(harness.bob.user.dm_channel) == []


async def test_forged_id_in_a_form(tmp_path: Path) -> None:
    """A form with another job's id does nothing."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_picture(harness, "a secret cat", private=True)
        job, result = await make_picture(harness, "a dog", who=harness.bob)
        for verb, values in (
            (Verb.REMIX, {"prompt": "a mouse", "model": ["flux-dev"], "size": ["as-it-was"], "count": "1"}),
            (Verb.EDIT, {"prompt": "add a hat", "model": ["flux-kontext-pro"]}),
        ):
            shown = await press(harness.bob, result, verb, job)
            with forged(harness, f"{verb}:{hidden.id}"):
                text = reply(await harness.bob.submit_modal(shown, values))
            assert text.startswith(JOB_PRUNED)
        assert len(harness.fake.submissions) == 2


async def test_forged_delete_of_another_users_card(tmp_path: Path) -> None:
    """The id of a user's own job does not delete another user's card."""
    async with BotHarness(tmp_path) as harness:
        _, result = await make_picture(harness)
        own, _ = await make_picture(harness, "a dog", who=harness.bob)
        with forged(harness, f"delete:{own.id}"):
            assert (await harness.bob.click(result, label="Delete")).response is None
        assert result in harness.messages()


async def test_forged_cancel_by_a_moderator(tmp_path: Path) -> None:
    """A moderator can cancel the job of a card in this channel, but no job from elsewhere."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        hidden, _ = await harness.start_job("a secret cat", private=True)
        make_moderator(harness)
        (result,) = harness.messages()
        with forged(harness, f"cancel:{hidden.id}"):
            assert (await harness.bob.click(result, label="Info")).response is None
        assert harness.row(hidden.id)["status"] == "running"


@pytest.mark.parametrize("verb", ON_RESULT)
async def test_message_of_another_bot(tmp_path: Path, verb: Verb) -> None:
    """A message by another bot proves nothing."""

    def change_author(payload: Any) -> None:
        payload["message"]["author"]["id"] = str(harness.bob.id)

    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        make_moderator(harness)
        harness.change_interaction = change_author
        text = reply(await press(harness.bob, result, verb, job))
        assert text == NOT_YOURS if verb is Verb.DELETE else text.startswith(JOB_PRUNED)
        assert harness.messages() == [result]


@pytest.mark.parametrize("about", ["", "nobody", "a:b:c", "%' OR 1=1 --", "\x00", "x" * 90])
async def test_malformed_job_id(tmp_path: Path, about: str) -> None:
    """A malformed id counts as a pruned job."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, private=True)
        for verb in USING:
            with forged(harness, f"{verb}:{about}", on_card=f"info:{job.id}"):
                assert reply(await harness.alice.click(result, label="Info")).startswith(JOB_PRUNED)


async def test_private_job_shown_to_all(tmp_path: Path) -> None:
    """After its user has posted a private result publicly, others may use it; nothing private is shown."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_picture(harness, "a secret cat", private=True)
        picked = await harness.alice.slash(harness.channel, "show", job=hidden.id)
        assert picked.response is not None
        await harness.alice.click(picked.response, custom_id=f"show:{hidden.id}")
        public = await harness.wait_for_message("a secret cat", viewer=harness.bob)
        await press(harness.bob, public, Verb.REROLL, hidden)
        (child_id,) = await children(harness, hidden, 1)
        again = harness.messages(viewer=harness.bob)[-1]
        assert job_id_of(again) == child_id
        assert "-# Rerolled from an earlier picture\n" in text_of(again)
        assert not (await harness.job(child_id)).request.private


def test_every_button_is_covered() -> None:
    """Each verb is tested here or in its own module."""
    elsewhere = {Verb.CANCEL, Verb.SHOW, Verb.FETCH}
    assert {*ON_RESULT, Verb.RETRY, Verb.REWORD} == set(Verb) - elsewhere
