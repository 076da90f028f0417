"""Reroll, Vary, Try again and Change the prompt."""

from dataclasses import replace
from pathlib import Path

from flux_bot.core.jobs import Failure
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    button_labels,
    buttons,
    children,
    forge,
    make_edit,
    make_failure,
    make_result,
    press,
    press_without_waiting,
    private_text,
    reset_interactions,
    result_of,
)
from tests.flux.caller import eventually
from tests.forms import form_of, last_submission, prefilled, submit_form, while_database_hangs
from tests.harness import BotHarness, alt_texts, picture, text_of
from tests.rejected_models import reject_model

ON_RESULT = ["Reroll", "Vary", "Edit", "Remix", "Save"]


async def test_reroll(tmp_path: Path) -> None:
    """The same request makes a new result that links the old one, in three calls; the old one is unchanged."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=2)
        assert button_labels(result) == ON_RESULT
        before, body, calls = text_of(result), last_submission(harness), len(harness.calls)
        assert not (await press(harness.alice, result, Verb.REROLL, job)).ephemeral
        (child,) = await children(harness, job)
        assert harness.calls[calls:] == ["reply", "post", "remove card"]
        assert (child.request, child.parent_id, last_submission(harness)) == (job.request, job.id, body)
        again = result_of(harness, child)
        assert [text_of(message) for message in harness.messages()] == [before, text_of(again)]
        start = "your pictures are ready!\n-# Rerolled from [an earlier picture]"
        assert text_of(again).startswith(f"<@{harness.alice.id}>, {start}({result.jump_url})")
        assert alt_texts(again) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        assert button_labels(again) == ON_RESULT
        assert harness.pinged(again) == [harness.alice.id]

        await press(harness.bob, again, Verb.REROLL, child)
        (third,) = await children(harness, child)
        assert third.origin.user_id == harness.bob.id
        assert text_of(result_of(harness, third)).startswith(f"<@{harness.bob.id}>, {start}({again.jump_url})")
        assert harness.pinged(result_of(harness, third)) == [harness.bob.id]


async def test_privacy_is_that_of_the_card(tmp_path: Path) -> None:
    """A reroll is public or private like its card, whatever alice's preferences, even while the database hangs."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        hidden, card = await make_result(harness, "a secret cat", private=True)
        await harness.store.history.prefer(harness.alice.id, private=True, count=4, model="flux-dev", ping=False)
        await press(harness.alice, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        assert child.request == job.request
        assert harness.pinged(result_of(harness, child)) == []

        await harness.store.history.prefer(harness.alice.id, private=False)
        calls = len(harness.calls)
        pressed = await while_database_hangs(harness, tmp_path, press(harness.alice, card, Verb.REROLL, hidden))
        assert (pressed.deferred, pressed.ephemeral) == (True, True)
        (child,) = await children(harness, hidden)
        assert harness.calls[calls:] == ["reply", "edit reply", "edit reply"]
        assert child.request == hidden.request
        again = result_of(harness, child)
        assert again.flags.ephemeral
        assert "-# Rerolled from an earlier picture\n" in text_of(again)
        assert "secret" not in "".join(map(text_of, harness.messages(viewer=harness.bob)))


async def test_pressed_simultaneously(tmp_path: Path) -> None:
    """Each user gets one picture per card, however often and fast they press, even in one batch with others."""
    async with BotHarness(tmp_path) as harness:
        pairs = [await make_result(harness) for _ in range(2)]
        (job, result), (other_job, other) = pairs
        before = len(harness.requests("reply"))
        for who in (harness.bob, *[harness.alice] * 5, harness.bob):
            press_without_waiting(harness, who, result, f"reroll:{job.id}")
        press_without_waiting(harness, harness.alice, other, f"reroll:{other_job.id}")
        owners = {child.origin.user_id for child in await children(harness, job, 2)}
        assert owners == {harness.alice.id, harness.bob.id}
        await children(harness, other_job)
        await eventually(lambda: len(harness.requests("reply")) == before + 8)
        assert len(harness.messages()) == len(harness.fake.submissions) == 5


async def test_pressed_twice_in_a_row(tmp_path: Path) -> None:
    """A second press within moments is ignored; a later one makes another picture."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        await press(harness.alice, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        move = "UPDATE jobs SET accepted_at = accepted_at + ? WHERE id = ?"
        await harness.change(move, 60, child.id)  # so that a slow machine does not affect the test
        second = await press(harness.alice, result, Verb.REROLL, job)
        assert (second.acknowledged, second.followups) == (True, [])
        assert (answer(second).id, text_of(answer(second))) == (result.id, text_of(result))
        assert [again.id for again in await children(harness, job)] == [child.id]

        row = harness.row(child.id)  # the first press's job is not withdrawn if the second press comes too late
        await harness.change(
            "UPDATE jobs SET status = 'queued', submitted_at = NULL, reply_message_id = NULL WHERE id = ?", child.id
        )
        harness.refuse("reply", 404, 10062, times=1)
        await press(harness.alice, result, Verb.REROLL, job)
        change = "UPDATE jobs SET status = ?, submitted_at = ?, reply_message_id = ? WHERE id = ?"
        await harness.change(change, row["status"], row["submitted_at"], row["reply_message_id"], child.id)
        assert [again.id for again in await children(harness, job)] == [child.id]

        await harness.change(move, -60 - 4, child.id)
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job, 2)


async def test_vary(tmp_path: Path) -> None:
    """Vary repeats a request with four pictures; a request for four pictures, or an edit, is repeated unchanged."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        await press(harness.bob, result, Verb.VARY, job)
        (child,) = await children(harness, job)
        assert child.request == replace(job.request, count=4)
        assert child.origin.user_id == harness.bob.id
        four = result_of(harness, child)
        assert f"your pictures are ready!\n-# Variations of [an earlier picture]({result.jump_url})" in text_of(four)
        assert len(alt_texts(four)) == 4
        await press(harness.alice, four, Verb.VARY, child)
        (again,) = await children(harness, child)
        assert again.request == child.request
        assert "-# Rerolled from [an earlier picture]" in text_of(result_of(harness, again))

        edit, card = await make_edit(harness, image=("roof.png", picture().read()))
        body = last_submission(harness)
        await press(harness.alice, card, Verb.VARY, edit)
        (child,) = await children(harness, edit)
        assert (child.request, last_submission(harness)) == (edit.request, body)


async def test_try_again(tmp_path: Path) -> None:
    """A failure can be retried until it works; each attempt has a card of its own, as private as the first."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, "api_error", count=2)
        assert button_labels(card) == ["Try again", "Remove"]
        harness.fake.faults.failure = Failure("api_error")
        await press(harness.alice, card, Verb.RETRY, job)
        (child,) = await children(harness, job)
        again = result_of(harness, child)
        assert list(buttons(again)) == [f"retry:{child.id}", f"delete:{child.id}"]
        harness.fake.faults.failure = None
        await press(harness.alice, again, Verb.RETRY, child)
        (last,) = await children(harness, child)
        assert last.request == job.request
        shown = text_of(result_of(harness, last))
        assert "your pictures are ready" in shown
        assert "an earlier picture" not in shown
        assert ["⚠️" in text_of(message) for message in harness.messages(viewer=harness.alice)] == [True, True, False]
        assert len(harness.messages(viewer=harness.bob)) == 1

        job, card = await make_failure(harness, "timeout", "a secret cat", private=True)
        assert (await press(harness.alice, card, Verb.RETRY, job)).ephemeral
        await children(harness, job)
        assert len(harness.messages(viewer=harness.bob)) == 1


async def test_try_again_with_another_model(tmp_path: Path) -> None:
    """The button repeats the request with the model that it names; if that model is gone, the bot says so."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        job, card = await make_result(harness, model="flux-pro-1.1", size="768x1344", count=2)
        assert button_labels(card) == ["Try again with FLUX.1 pro", "Remove"]
        harness.refuse("edit reply", 404, 10008, times=1)  # the card keeps its button after the retry
        assert not (await press(harness.alice, card, Verb.SWITCH, job)).ephemeral
        (child,) = await children(harness, job)
        assert child.request == replace(job.request, model="flux-pro")
        assert child.request.model_chosen
        assert "your pictures are ready" in text_of(result_of(harness, child))

        await reject_model(harness, "flux-pro")
        forge(harness, f"switch:{job.id}", f"retry:{job.id}")
        for verb, model in ((Verb.RETRY, "FLUX 1.1 pro"), (Verb.SWITCH, "FLUX.1 pro")):
            refused = private_text(await press(harness.alice, card, Verb.SWITCH, job))
            assert f"There is no model “{model}” that makes pictures. Choose one of these: FLUX.2 " in refused, verb
            reset_interactions(harness)
        assert len(harness.fake.submissions) == 2


async def test_another_model_for_an_edit(tmp_path: Path) -> None:
    """An edit keeps its source and privacy, even if the model was only a default; no other button names a model."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        harness.fake.faults.gone_models = ("flux-kontext-max",)
        source = ("roof.png", picture().read())
        job, card = await make_edit(harness, image=source, private=True, model="flux-kontext-max")
        assert button_labels(card) == ["Try again with FLUX.1 pro", "Remove"]
        await harness.change("UPDATE jobs SET model_chosen = 0 WHERE id = ?", job.id)
        body = last_submission(harness)
        await press(harness.alice, card, Verb.SWITCH, job)
        (child,) = await children(harness, job)
        assert (child.request.private, child.request.model_chosen) == (True, True)
        assert last_submission(harness) == body | {"model": "flux-pro"}

        harness.fake.faults.failure = [Failure("timeout", "flux-kontext-max"), None]
        job, card = await make_edit(harness, "a dog", image=source)
        forge(harness, f"retry:{job.id}", f"switch:{job.id}")
        await press(harness.alice, card, Verb.RETRY, job)
        (child,) = await children(harness, job)
        assert (child.request.model, child.request.model_chosen) == (job.request.model, False)


async def test_change_the_prompt(tmp_path: Path) -> None:
    """A refused prompt can be changed in a form; everything else stays the same."""
    async with BotHarness(tmp_path) as harness:
        for code in ("forbidden", "bad_request"):
            job, card = await make_failure(harness, code, "a naughty cat", size="96x64", count=2)
            before = last_submission(harness)
            assert button_labels(card) == ["Change the prompt", "Try again", "Remove"]
            opened = await press(harness.alice, card, Verb.REWORD, job)
            assert form_of(opened)["title"] == "Change the prompt"
            assert prefilled(opened)["prompt"] == "a naughty cat"
            await submit_form(harness.alice, opened, prompt="a good cat")
            (child,) = await children(harness, job)
            assert last_submission(harness) == before | {"prompt": "a good cat"}
            assert "your pictures are ready" in text_of(result_of(harness, child))


async def test_parent_pruned_while_its_child_runs(tmp_path: Path) -> None:
    """A job whose parent is pruned while it runs is delivered without a link."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        harness.fake.seconds = None
        await press(harness.alice, result, Verb.REROLL, job)
        await eventually(lambda: len(harness.tasks) == 2)
        await harness.change("DELETE FROM jobs WHERE id = ?", job.id)
        (task,) = [task for task in harness.fake.tasks.values() if not task.finished_at]
        await harness.fake.finish(task.id)
        (child,) = await children(harness, job)
        assert "from an earlier picture\n" in text_of(result_of(harness, child))
