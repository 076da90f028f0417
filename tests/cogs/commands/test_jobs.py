"""/jobs: the user's undelivered, running, queued and recent jobs."""

import re
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure
from flux_bot.locales import LOCALES
from flux_bot.store.history import LISTED
from tests.finished_jobs import (
    answer,
    buttons,
    copy_job,
    forge,
    make_picture,
    mark_undelivered,
    private_answer,
    reset_interactions,
    set_locale,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, job_id_of, text_of, walk

NONE = "Nothing is in progress or in the queue. Use /imagine to make a picture, or /history to see earlier ones."


async def panel(harness: BotHarness, who: simcord.MemberActor | None = None) -> discord.Message:
    """Run /jobs, by default as alice, and return the ephemeral message."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "jobs"))


async def refresh(harness: BotHarness, shown: discord.Message) -> str:
    """Let alice refresh her panel, and return the text of the edited message."""
    result = await harness.alice.click(shown, custom_id="jobs:")
    assert result.followups == []
    assert answer(result).id == shown.id
    return text_of(answer(result))


def time_of(harness: BotHarness, job_id: str, column: str = "submitted_at") -> str:
    """Return a time of a job as Discord shows it."""
    return f"<t:{int(harness.row(job_id)[column])}:R>"


async def queue_jobs(harness: BotHarness, *wanted: str) -> list[str]:
    """Let alice request pictures that have to wait, and return their ids."""
    return [job_id_of(answer(await harness.imagine(prompt))) for prompt in wanted]


# --- the list ----------------------------------------------------------------------------------------


async def test_no_jobs(tmp_path: Path) -> None:
    """A user without jobs is told what to do, whatever others have."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.start_job(who=harness.bob)
        shown = await panel(harness)
        assert text_of(shown) == f"### Your pictures\n{NONE}"
        assert list(buttons(shown)) == ["jobs:"]
        assert harness.messages(viewer=harness.bob)[-1].id != shown.id


async def test_all_kinds(tmp_path: Path) -> None:
    """Undelivered results come first, then running jobs, queued ones with their positions, and recent ones."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        done, task = await harness.start_job("a done cat")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(done.id)
        undelivered = await mark_undelivered(harness, "an undelivered cat")
        running, _ = await harness.start_job("a *cat*\nin two lines")
        first, second = await queue_jobs(harness, "a dog", "a bird")
        shown = await panel(harness)
        result = await harness.job(done.id)
        assert text_of(shown) == (
            "### Your pictures\n"
            "**Could not be delivered**: fetch it here.\n"
            "**In progress**\n"
            f"started {time_of(harness, running.id)}: a \\*cat\\* in two lines\n"
            "**In the queue**\n"
            "position 1: a dog\n"
            "position 2: a bird\n"
            "**Just finished**\n"
            f"{time_of(harness, done.id, 'finished_at')}: a done cat · [show]({result.result_url})"
        )
        assert {custom_id: button.label for custom_id, button in buttons(shown).items()} == {
            f"fetch:{undelivered.id}": "Fetch: an undelivered cat",
            f"jobs:cancel:{running.id}": "Cancel",
            f"jobs:cancel:{first}": "Cancel",
            f"jobs:cancel:{second}": "Cancel",
            "jobs:": "Refresh",
        }


async def test_recent(tmp_path: Path) -> None:
    """Public results are linked, private ones and failures are not; cancelled and old ones are not listed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for prompt, options, failure in (
            ("an old cat", {}, None),
            ("a public cat", {}, None),
            ("a private cat", {"private": True}, None),
            ("a failed cat", {}, Failure("timeout")),
        ):
            job, task = await harness.start_job(prompt, **options)
            await harness.fake.finish(task.id, failure=failure)
            await harness.wait_until_closed(job.id)
        await harness.change("UPDATE jobs SET finished_at = finished_at - 3601 WHERE prompt = 'an old cat'")
        cancelled, _ = await harness.start_job("a cancelled cat")
        await harness.alice.click(
            await harness.wait_for_message("Painting", "a cancelled cat"), custom_id=f"cancel:{cancelled.id}"
        )
        lines = text_of(await panel(harness)).splitlines()
        assert lines[1:3] == [NONE, "**Just finished**"]
        assert re.fullmatch(r"<t:\d+:R>, failed: a failed cat · \[show\]\(https://discord.com/channels/\S+\)", lines[3])
        assert re.fullmatch(r"<t:\d+:R>: a private cat", lines[4])
        (public,) = harness.sql("SELECT result_message_id FROM jobs WHERE prompt = 'a public cat'")
        place = f"{harness.guild.id}/{harness.channel.id}/{public['result_message_id']}"
        assert lines[5].endswith(f": a public cat · [show](https://discord.com/channels/{place})")
        assert len(lines) == 6


async def test_a_deleted_result_is_not_linked(tmp_path: Path) -> None:
    """After its user has deleted a result, it is no longer linked."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await harness.alice.click(await harness.wait_for_message("ready"), custom_id=f"delete:{job.id}")
        await eventually(lambda: harness.row(job.id)["result_message_id"] is None)
        assert text_of(await panel(harness)).endswith(f"{time_of(harness, job.id, 'finished_at')}: a cat")


EXTREME_PROMPTS = ("*" * 4000, "word " * 800, "# 1. [a](b) <@1> `x` ||\\" * 100, "\n" * 50 + "1. x" * 500)


@pytest.mark.parametrize("prompt", EXTREME_PROMPTS, ids=["stars", "words", "signs", "lines"])
async def test_the_largest_panel(tmp_path: Path, prompt: str) -> None:
    """With any number of jobs and any prompts it is within Discord's limits, and says how many more there are."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        job, _ = await harness.start_job(prompt)
        now = harness.row(job.id)["submitted_at"]
        dull: dict[str, Any] = {"task_id": None, "next_lookup_at": None, "deadline_at": None, "slow_at": None}
        ended = {"images": '[{"url": "https://pictures.example/1.png", "seed": 1}]', "finished_at": now, **dull}
        kinds: tuple[dict[str, Any], ...] = (
            {"status": "finished", "undelivered_at": now, **ended},
            {"status": "running", **dull},
            {"status": "queued", **dull},
            {"status": "delivered", "result_message_id": 2**62, "result_channel_id": harness.channel.id, **ended},
        )
        for number, kind in enumerate(kinds):
            found = await copy_job(harness, job, *[prompt] * 9)
            for job_id in found:
                names = ", ".join(f"{column} = ?" for column in kind)
                await harness.change(f"UPDATE jobs SET {names} WHERE id = ?", *kind.values(), job_id)  # noqa: S608  columns
                await harness.change("UPDATE jobs SET id = ? WHERE id = ?", f"{number}{job_id[1:]}", job_id)
        for locale in LOCALES:
            set_locale(harness, locale)
            shown = await panel(harness)
            assert len(list(walk(shown.components))) <= 40
            assert len(text_of(shown)) <= 4000
            assert all(len(button.label or "") <= 80 for button in buttons(shown).values())
            verbs = [custom_id.rpartition(":")[0] for custom_id in buttons(shown)]
            assert [verbs.count(verb) for verb in ("fetch", "jobs:cancel", "jobs")] == [LISTED, 2 * LISTED, 1]
            assert text_of(shown).count("](https://") == LISTED
        reset_interactions(harness)
        more = [line for line in text_of(await panel(harness)).splitlines() if line.startswith("…")]
        assert more == [f"… and {10 - LISTED} more", f"… and {9 - LISTED} more"]


# --- its buttons -------------------------------------------------------------------------------------


async def test_fetch(tmp_path: Path) -> None:
    """Each undelivered result has a button that shows it privately and removes it from the list."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = [await mark_undelivered(harness, prompt) for prompt in ("a cat", "a dog")]
        shown = await panel(harness)
        assert "**Could not be delivered**: fetch them here." in text_of(shown)
        fetched = await harness.alice.click(shown, custom_id=f"fetch:{jobs[1].id}")
        await harness.wait_until_closed(jobs[1].id)
        assert "your picture is ready" in text_of(private_answer(fetched))
        assert alt_texts(answer(fetched)) == ["a dog"]
        again = await refresh(harness, shown)
        assert "**Could not be delivered**: fetch it here." in again
        assert f"{time_of(harness, jobs[1].id, 'finished_at')}: a dog" in again
        twice = await harness.alice.click(shown, custom_id=f"fetch:{jobs[0].id}")
        await harness.wait_until_closed(jobs[0].id)
        assert alt_texts(answer(twice)) == ["a cat"]
        assert "Could not be delivered" not in await refresh(harness, shown)


async def test_more_undelivered_than_listed(tmp_path: Path) -> None:
    """The oldest are offered first, and the others once these are fetched."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = [await mark_undelivered(harness, f"cat {number}") for number in range(LISTED + 1)]
        shown = await panel(harness)
        for job in jobs[:LISTED]:
            await harness.alice.click(shown, custom_id=f"fetch:{job.id}")
            await harness.wait_until_closed(job.id)
        await refresh(harness, shown)
        assert [custom_id for custom_id in buttons(await panel(harness)) if "fetch" in custom_id] == [
            f"fetch:{jobs[-1].id}"
        ]


async def test_refresh(tmp_path: Path) -> None:
    """The same message shows the current state."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        shown = await panel(harness)
        job, task = await harness.start_job()
        (waiting,) = await queue_jobs(harness, "a dog")
        assert await refresh(harness, shown) == (
            "### Your pictures\n**In progress**\n"
            f"started {time_of(harness, job.id)}: a cat\n**In the queue**\nposition 1: a dog"
        )
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        await eventually(lambda: harness.row(waiting)["status"] == "running")
        now = await refresh(harness, shown)
        assert f"**In progress**\nstarted {time_of(harness, waiting)}: a dog\n**Just finished**\n" in now
        assert "In the queue" not in now


async def test_refresh_after_a_restart(tmp_path: Path) -> None:
    """A panel from before a restart still works, in the language of its user."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        shown = await panel(harness)
        job, _ = await harness.start_job()
        await harness.restart()
        set_locale(harness, "de")
        assert "a cat" in await refresh(harness, shown)
        assert buttons(answer(await harness.alice.click(shown, custom_id="jobs:")))["jobs:"].label == "Aktualisieren"
        cancelled = await harness.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert "a cat" not in text_of(answer(cancelled))


async def test_cancel_a_queued_job(tmp_path: Path) -> None:
    """It leaves the panel and the queue immediately; its card says that it cost nothing, and the next job moves up."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, task = await harness.start_job()
        first, second = await queue_jobs(harness, "a dog", "a bird")
        shown = await panel(harness)
        result = await harness.alice.click(shown, custom_id=f"jobs:cancel:{first}")
        assert answer(result).id == shown.id
        assert result.followups == []
        assert "a dog" not in text_of(answer(result))
        assert "**In the queue**\nposition 1: a bird" in text_of(answer(result))
        card = await harness.wait_for_message("a dog")
        assert text_of(card).startswith("**Cancelled.** It cost nothing.\n> a dog")
        assert set(buttons(card)) == {f"{verb}:{first}" for verb in ("retry", "reword", "delete")}
        await harness.fake.finish(task.id)
        await eventually(lambda: second in harness.tasks)
        assert first not in harness.tasks
        assert harness.row(first)["interaction_token"] is None


async def test_cancel_a_running_job(tmp_path: Path) -> None:
    """It leaves the panel, its card says that it is paid for, and its result is discarded."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job(private=True)
        shown = await panel(harness)
        result = await harness.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert text_of(answer(result)) == f"### Your pictures\n{NONE}"
        (card, _) = harness.messages(viewer=harness.alice)
        assert text_of(card).startswith(
            "**Cancelled**, but the picture service had already started. It is still charged"
        )
        await harness.fake.finish(task.id)
        assert await refresh(harness, shown) == f"### Your pictures\n{NONE}"
        assert [message.id for message in harness.messages(viewer=harness.alice)] == [card.id, shown.id]


async def test_cancelled_twice(tmp_path: Path) -> None:
    """Cancelling again on an outdated panel changes nothing, without an error."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        shown, behind = await panel(harness), await panel(harness)
        await harness.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        again = await harness.alice.click(behind, custom_id=f"jobs:cancel:{job.id}")
        assert answer(again).id == behind.id
        assert text_of(answer(again)) == f"### Your pictures\n{NONE}"
        assert again.followups == []
        assert harness.row(job.id)["status"] == "cancelled"


async def test_too_late_to_cancel(tmp_path: Path) -> None:
    """A job that has finished in the meantime is not cancelled; a private answer says so, and a refresh shows it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        shown = await panel(harness)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        late = await harness.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert "It is too late to cancel" in text_of(private_answer(late))
        assert "**Just finished**" in await refresh(harness, shown)
        assert harness.row(job.id)["status"] == "delivered"


async def test_other_users_jobs(tmp_path: Path) -> None:
    """Whatever a client sends, users can't cancel, fetch or see the jobs of others."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        undelivered = await mark_undelivered(harness, "an undelivered cat")
        running, _ = await harness.start_job()
        own, _ = await harness.start_job("a dog", who=harness.bob)
        shown = await panel(harness, harness.bob)
        before = [dict(harness.row(job.id)) for job in (undelivered, running)]
        for forged, expected in (
            (f"jobs:cancel:{running.id}", "Only the person who requested this"),
            ("jobs:cancel:", "I no longer know"),
            ("jobs:cancel:%", "I no longer know"),
            (f"fetch:{undelivered.id}", "has already been delivered"),
        ):
            forge(harness, f"jobs:cancel:{own.id}", forged)
            pressed = await harness.bob.click(shown, custom_id=f"jobs:cancel:{own.id}")
            assert expected in text_of(private_answer(pressed))
        forge(harness, f"jobs:cancel:{own.id}", f"jobs:{running.id}")
        changed = text_of(answer(await harness.bob.click(shown, custom_id=f"jobs:cancel:{own.id}")))
        assert "a dog" in changed
        assert "cat" not in changed
        assert [dict(harness.row(job.id)) for job in (undelivered, running)] == before
