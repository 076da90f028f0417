"""The form that changes a request, of Remix on a card; for Remix prompt see ``test_message_menus.py``."""

from pathlib import Path

from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    age_jobs,
    children,
    latest_job,
    make_edit,
    make_result,
    press,
    private_answer,
    private_text,
    result_of,
)
from tests.forms import form_of, last_submission, prefilled, submit_form, while_database_hangs
from tests.harness import BotHarness, picture, source_of, text_of
from tests.rejected_models import reject_model

UNCHANGED = {"model": ["as-it-was"], "size": ["as-it-was"], "count": "as-it-was", "style": ["as-it-was"]}


async def test_remix(tmp_path: Path) -> None:
    """The form opens with the request. If it is unchanged, it repeats the request; otherwise, the changes apply."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, "a *cat*\non a roof", size="96x64", count=3)
        before = last_submission(harness)
        opened = await press(harness.alice, result, Verb.REMIX, job)
        assert form_of(opened)["title"] == "Remix"
        expected = {"prompt": "a *cat*\non a roof", "model": ["flux-2-flex"], "size": ["as-it-was"], "count": "3"}
        expected["style"] = ["none"]
        assert prefilled(opened) == expected
        await submit_form(harness.alice, opened)
        (again,) = await children(harness, job)
        assert last_submission(harness) == before
        assert again.request.size == job.request.size == "96x64"
        assert f"-# Rerolled from [an earlier picture]({result.jump_url})" in text_of(result_of(harness, again))

        opened = await press(harness.bob, result, Verb.REMIX, job)
        await submit_form(harness.bob, opened, prompt="a dog", size=["16:9"], count="1")
        _, remixed = await children(harness, job, 2)
        assert last_submission(harness) == before | {"prompt": "a dog", "size": "16:9", "count": 1}
        assert remixed.origin.user_id == harness.bob.id
        shown = result_of(harness, remixed)
        start = f"<@{harness.bob.id}>, your picture is ready!\n-# Remixed from [an earlier picture]({result.jump_url})"
        assert text_of(shown).startswith(start)
        assert harness.pinged(shown) == [harness.bob.id]


async def test_remix_of_an_edit(tmp_path: Path) -> None:
    """The same source picture is edited differently; after some weeks, its copy on the card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_edit(harness, image=("roof.png", picture().read()))
        before = last_submission(harness)
        opened = await press(harness.alice, result, Verb.REMIX, job)
        await submit_form(harness.alice, opened, prompt="make it summer")
        (remixed,) = await children(harness, job)
        assert last_submission(harness) == before | {"prompt": "make it summer"}
        shown = result_of(harness, remixed)
        assert "your edited picture is ready!\n-# Remixed from [an earlier picture]" in text_of(shown)
        assert f"/flux-{remixed.id}-source." in source_of(shown)

        await age_jobs(harness)
        opened = await press(harness.alice, result, Verb.REMIX, job)
        await submit_form(harness.alice, opened, prompt="make it autumn")
        await children(harness, job, 2)
        assert last_submission(harness) == before | {"prompt": "make it autumn", "image_url": source_of(result)}


async def test_braces_in_an_edit(tmp_path: Path) -> None:
    """Edits take braces literally, in each form as in the command: one picture is changed in one way."""
    async with BotHarness(tmp_path, seconds=None, max_queued_per_user=1, max_running_per_user=1) as harness:
        harness.fake.seconds = 0
        job, result = await make_edit(harness, "write {a|b}", image=("roof.png", picture().read()))
        opened = await press(harness.alice, result, Verb.REMIX, job)
        assert prefilled(opened)["prompt"] == "write {a|b}"
        harness.fake.seconds = None
        _, task = await harness.start_job()
        await harness.imagine()
        refused = private_answer(await submit_form(harness.alice, opened, prompt="write {c|d}"))
        harness.fake.seconds = 0
        await harness.fake.finish(task.id)
        await latest_job(harness)
        changed = await harness.alice.click(refused, label="Change")
        assert prefilled(changed)["prompt"] == "write {c|d}"
        await submit_form(harness.alice, changed)
        await latest_job(harness)
        await harness.alice.click(refused, label="Try again")
        await latest_job(harness)
        prompts = [row["prompt"] for row in harness.sql("SELECT prompt FROM jobs ORDER BY accepted_at")]
        assert prompts == ["write {a|b}", "a cat", "a cat", "write {c|d}", "write {c|d}"]


async def test_remix_after_a_restart(tmp_path: Path) -> None:
    """A form that was open during a restart works. If its model is no longer offered, another one can be chosen."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, model="flux-pro", size="1:1")
        unchanged, changed = [await press(harness.alice, result, Verb.REMIX, job) for _ in range(2)]
        await harness.restart()
        await reject_model(harness, "flux-pro")
        text = private_text(await submit_form(harness.alice, unchanged))
        assert "There is no model “FLUX.1 pro” that makes" in text
        await submit_form(harness.alice, changed, model=["flux-dev"])
        (child,) = await children(harness, job)
        assert (last_submission(harness)["model"], child.request.model_chosen) == ("flux-dev", True)
        assert "model" not in prefilled(await press(harness.alice, result, Verb.REMIX, job))


async def test_while_the_database_hangs(tmp_path: Path) -> None:
    """The form opens empty, and empty fields change nothing; "is thinking" is private if the request was."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, size="96x64", count=2, private=True)
        before = last_submission(harness)
        await harness.wait_until_closed(job.id)  # a delivery would log the database's error
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        assert prefilled(await press(harness.alice, result, Verb.REMIX, job)) == UNCHANGED
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        opened = await while_database_hangs(harness, tmp_path, press(harness.alice, result, Verb.REMIX, job))
        assert prefilled(opened) == UNCHANGED
        sent = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened))
        assert (sent.deferred, sent.ephemeral) == (True, True)
        (again,) = await children(harness, job)
        assert again.request.private
        assert harness.messages(viewer=harness.bob) == []
        assert last_submission(harness) == before
