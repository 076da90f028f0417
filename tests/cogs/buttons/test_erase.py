"""Delete for good: the prompt, the links and the message of a result are gone, and the job is in no list."""

from pathlib import Path

from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    buttons,
    children,
    forge,
    lose_message,
    make_edit,
    make_result,
    press,
    private_answer,
    private_text,
    remove_card,
    reset_interactions,
    result_of,
)
from tests.harness import BotHarness, picture, text_of

DELETED = "This request was deleted, so I no longer know how this picture was made."
TOO_EARLY = "This can’t be deleted for good while it is still being made or posted. Please try again in a moment."
NOT_YOURS = "Only the person who requested this can delete it for good."
LEFT = "Deleted for good, except for the message with the result, which I can’t delete."


async def test_delete_for_good(tmp_path: Path) -> None:
    """After a confirmation, nothing private is left in the database; the row stays for the counts."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_edit(harness, "a secret hat", image=("roof.png", picture().read()))
        await press(harness.bob, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        before = dict(harness.row(job.id))
        info = private_answer(await press(harness.alice, result, Verb.INFO, job))
        assert buttons(info)[f"erase:{job.id}"].style.name == "danger"
        question = private_answer(await harness.alice.click(info, label="Delete for good"))
        assert text_of(question).startswith("**Delete this for good?**")
        assert result in harness.messages()
        assert harness.row(job.id)["prompt"] == "a secret hat"
        (confirm,) = buttons(question).values()
        assert confirm.style.name == "danger"
        done = answer(await harness.alice.click(question, label="Delete for good"))
        assert (done.id, text_of(done), buttons(done)) == (question.id, "Deleted for good.", {})
        assert result not in harness.messages()

        row = dict(harness.row(job.id))
        emptied = {"prompt": "", "image_url": None, "images": None, "result_message_id": None}
        emptied |= {"result_channel_id": None, "failure_message": None, "interaction_token": None}
        assert row == before | emptied
        for command in ("history", "jobs"):
            assert "secret" not in private_text(await harness.alice.slash(harness.channel, command)), command
        assert await harness.alice.autocomplete(harness.channel, "show", "job", "") == []
        shown = private_text(await harness.alice.slash(harness.channel, "show", job=job.id))
        assert shown == DELETED
        assert private_text(await harness.alice.click(info, label="Delete for good")) == DELETED
        text = private_text(await press(harness.bob, result_of(harness, child), Verb.INFO, child))
        assert "Made from" not in text


async def test_delete_from_the_history(tmp_path: Path) -> None:
    """A private result picked in /history can be deleted; the bot says that its card can't."""
    async with BotHarness(tmp_path) as harness:
        job, _ = await make_result(harness, "a secret cat", private=True)
        page = private_answer(await harness.alice.slash(harness.channel, "history"))
        picked = private_answer(await harness.alice.select(page, [job.id], custom_id="pick:"))
        question = private_answer(await press(harness.alice, picked, Verb.ERASE, job))
        harness.refuse("delete message", 403, 50001)
        done = answer(await harness.alice.click(question, label="Delete for good"))
        assert text_of(done).startswith(LEFT)
        assert harness.row(job.id)["prompt"] == ""
        for verb in (Verb.REROLL, Verb.VARY, Verb.EDIT, Verb.SAVE, Verb.INFO, Verb.STAR, Verb.SHOW, Verb.ERASE):
            pressed = await press(harness.alice, picked, verb, job)
            if verb is not Verb.EDIT:
                assert private_text(pressed) == DELETED, verb


async def test_a_message_that_cannot_be_deleted(tmp_path: Path) -> None:
    """The buttons say that the request was deleted, and the user can still remove the message."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        info = private_answer(await press(harness.alice, result, Verb.INFO, job))
        question = private_answer(await harness.alice.click(info, label="Delete for good"))
        harness.refuse("delete message", 403, 50001)
        assert text_of(answer(await harness.alice.click(question, label="Delete for good"))).startswith(LEFT)
        harness.stop_refusing()
        assert private_text(await press(harness.bob, result, Verb.REROLL, job)) == DELETED
        refused = private_text(await press(harness.bob, result, Verb.REMOVE, job))
        assert refused == "Only the person who requested this, or a moderator, can remove it."
        await remove_card(harness.alice, result, job)
        assert harness.messages() == []

        job, result = await make_result(harness)
        info = private_answer(await press(harness.alice, result, Verb.INFO, job))
        question = private_answer(await harness.alice.click(info, label="Delete for good"))
        lose_message(harness, job)
        assert text_of(answer(await harness.alice.click(question, label="Delete for good"))) == "Deleted for good."


async def test_only_by_its_own_user_and_not_too_early(tmp_path: Path) -> None:
    """Other users don't see the button and can't use it; a job that is being made or posted can't be deleted."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        info = private_answer(await press(harness.bob, result, Verb.INFO, job))
        assert buttons(info) == {}
        info = private_answer(await press(harness.alice, result, Verb.INFO, job))
        question = private_answer(await harness.alice.click(info, label="Delete for good"))
        for change in ("status = 'running', images = NULL", "status = 'queued'", "next_delivery_at = 9e9"):
            row = dict(harness.row(job.id))
            await harness.change(f"UPDATE jobs SET {change} WHERE id = ?", job.id)  # noqa: S608  constants
            assert private_text(await harness.alice.click(info, label="Delete for good")) == TOO_EARLY, change
            pressed = await harness.alice.click(question, label="Delete for good")
            assert private_text(pressed) == TOO_EARLY, change
            undo = "UPDATE jobs SET status = ?, images = ?, next_delivery_at = ? WHERE id = ?"
            await harness.change(undo, row["status"], row["images"], row["next_delivery_at"], job.id)
        for action in ("erase", "erase-now"):
            forge(harness, f"save:{job.id}", f"{action}:{job.id}")
            assert private_text(await harness.bob.click(result, label="Save")) == NOT_YOURS, action
            reset_interactions(harness)
        assert result in harness.messages()
        assert harness.row(job.id)["prompt"] == "a cat"
