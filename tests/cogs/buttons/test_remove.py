"""Remove: a card is deleted from its channel after a confirmation; the pictures stay in their user's history."""

from pathlib import Path

import pytest

from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    buttons,
    forge,
    make_moderator,
    make_public_failure,
    make_result,
    press,
    press_without_waiting,
    private_text,
    prune,
    remove_card,
    reset_interactions,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, text_of

NOT_YOURS = "Only the person who requested this, or a moderator, can remove it."
QUESTION = "Remove this message for everyone here?"
OWN = f"{QUESTION} The picture stays in your /history, where you can also delete it for good."


async def test_remove(tmp_path: Path) -> None:
    """Only the user or a moderator can remove a card, after a private question; its picture stays in the history."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        other_job, other = await make_result(harness, "a dog")
        failed, failure = await make_public_failure(harness, "api_error")
        for card, about in ((result, job), (failure, failed)):
            assert private_text(await press(harness.bob, card, Verb.REMOVE, about)) == NOT_YOURS
        click = await press(harness.alice, result, Verb.REMOVE, job)
        (question,) = click.followups
        assert question.message.flags.ephemeral
        assert text_of(question.message) == OWN
        assert [button.label for button in buttons(question.message).values()] == ["Remove"]
        assert harness.messages() == [result, other, failure], "nothing is removed before the confirmation"
        assert (await harness.job(job.id)).result_message_id == result.id

        calls = len(harness.calls)
        done = answer(await harness.alice.click(question.message, label="Remove"))
        by_token = ["reply", "remove card", "edit reply"]
        assert harness.calls[calls:] == by_token, "this also works where the bot is not a member"
        assert (done.id, text_of(done)) == (question.message.id, "Removed. The picture is still in your /history.")
        assert buttons(done) == {}
        assert harness.messages() == [other, failure]
        assert (await harness.job(job.id)).result_message_id is None
        assert text_of(answer(await remove_card(harness.alice, failure, failed))) == "Removed."
        await harness.change("UPDATE jobs SET parent_id = ? WHERE id = ?", job.id, other_job.id)
        assert "Made from" not in private_text(await press(harness.alice, other, Verb.INFO, other_job))

        make_moderator(harness)
        (question,) = (await press(harness.bob, other, Verb.REMOVE, other_job)).followups
        assert text_of(question.message) == QUESTION, "it is not in bob's history"
        assert text_of(answer(await harness.bob.click(question.message, label="Remove"))) == "Removed."
        assert harness.messages() == []
        assert alt_texts(answer(await harness.alice.slash(harness.channel, "history"))) == ["a dog", "a cat"]


async def test_old_cards(tmp_path: Path) -> None:
    """On a card from an older version, Delete asks for a confirmation like Remove, and Info works."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        forge(harness, f"save:{job.id}", f"delete:{job.id}")
        (question,) = (await harness.alice.click(result, label="Save")).followups
        assert text_of(question.message) == OWN
        reset_interactions(harness)
        await harness.alice.click(question.message, label="Remove")
        assert harness.messages() == []
        other, result = await make_result(harness)
        forge(harness, f"save:{other.id}", f"info:{other.id}")
        assert "### How it was made" in private_text(await harness.alice.click(result, label="Save"))


async def test_private_cards(tmp_path: Path) -> None:
    """A card that nobody else sees is removed without a question, even if its job was pruned."""
    async with BotHarness(tmp_path) as harness:
        for is_pruned in (False, True):
            job, result = await make_result(harness, private=True)
            if is_pruned:
                await prune(harness)
            removed = await press(harness.alice, result, Verb.REMOVE, job)
            assert (removed.response, removed.followups) == (None, []), is_pruned
            assert harness.messages(viewer=harness.alice) == [], is_pruned


async def test_after_a_restart(tmp_path: Path) -> None:
    """A question from before a restart uses the bot's permissions; if they don't suffice, a reply says what to do."""
    async with BotHarness(tmp_path) as harness:
        for refused in (False, True):
            job, result = await make_result(harness)
            (question,) = (await press(harness.alice, result, Verb.REMOVE, job)).followups
            await harness.restart()
            if refused:
                harness.refuse("delete message", 403, 50001)
            pressed = await harness.alice.click(question.message, label="Remove")
            if not refused:
                assert harness.messages() == []
                assert (await harness.job(job.id)).result_message_id is None
            else:
                (refusal,) = pressed.followups
                assert text_of(refusal.message).startswith(
                    "I couldn’t remove the message. Please choose “Remove” on it"
                )
                assert harness.messages() == [result]


@pytest.mark.parametrize("private", [False, True])
async def test_two_presses(tmp_path: Path, *, private: bool) -> None:
    """Two simultaneous presses ask twice or, on a private card, remove once; there is no error."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, private=private)
        for _ in range(2):
            press_without_waiting(harness, harness.alice, result, f"more:{job.id}", "delete")
        if private:
            await eventually(lambda: harness.row(job.id)["result_message_id"] is None)
        else:
            await eventually(lambda: harness.calls.count("follow up") == 2)
            assert harness.messages() == [result]
            question = harness.messages(viewer=harness.alice)[-1]
            for _ in range(2):
                press_without_waiting(harness, harness.alice, question, f"remove:{job.id}:{result.id}")
            await eventually(lambda: harness.calls.count("edit reply") == 2)
            assert harness.messages() == []


async def test_only_the_questions_button_removes(tmp_path: Path) -> None:
    """A confirmation button that is not on the bot's private question removes nothing."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        own, card = await make_result(harness, "a dog", who=harness.bob, private=True)
        forge(harness, f"save:{own.id}", f"remove:{job.id}:{result.id}", "data")
        assert (await harness.bob.click(card, label="Save")).response is None
        forge(harness, f"save:{job.id}", f"remove:{job.id}:{result.id}")
        assert private_text(await harness.bob.click(result, label="Save")).startswith("This comes from another version")
        assert result in harness.messages()
