"""/jobs: the user's undelivered, running, queued and recent jobs."""

import re
from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.core.jobs import Failure, Job
from flux_bot.locales import LOCALES
from flux_bot.store.history import LISTED
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    buttons,
    copy_job,
    forge,
    make_picture,
    mark_undelivered,
    press,
    private_answer,
    private_text,
    remove_card,
    reset_interactions,
    set_locale,
    start_group,
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


async def cancel(harness: BotHarness, shown: discord.Message, job_id: str) -> simcord.InteractionResult:
    """Let alice press the button that cancels a job."""
    return await harness.alice.click(shown, custom_id=f"jobs:cancel:{job_id}")


async def fetch(harness: BotHarness, shown: discord.Message, job_id: str) -> discord.Message:
    """Let alice fetch an undelivered result, and return the private answer."""
    fetched = await harness.alice.click(shown, custom_id=f"fetch:{job_id}")
    await harness.wait_until_closed(job_id)
    return private_answer(fetched)


async def press_cancel(harness: BotHarness, card: discord.Message, job: Job) -> discord.Message:
    """Let alice press Cancel on the card of a running job, and return the question."""
    return private_answer(await press(harness.alice, card, Verb.CANCEL, job))


async def queue_jobs(harness: BotHarness, *wanted: str) -> list[str]:
    """Let alice request pictures that have to wait, and return their ids."""
    return [job_id_of(answer(await harness.imagine(prompt))) for prompt in wanted]


# --- the list ----------------------------------------------------------------------------------------


async def test_all_kinds(tmp_path: Path) -> None:
    """Undelivered results come first, then running jobs, queued ones with their positions, and recent ones."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        done, task = await harness.start_job("a done cat")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(done.id)
        undelivered = await mark_undelivered(harness, "an undelivered cat")
        running, _ = await harness.start_job("a *cat*\nin two lines")
        first, second = await queue_jobs(harness, "a dog", "a bird")
        await harness.change("UPDATE jobs SET cost = 216000000 WHERE id = ?", done.id)
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
            f"{time_of(harness, done.id, 'finished_at')}: a done cat · 0.216 credits · [show]({result.result_url})"
        )
        assert {custom_id: button.label for custom_id, button in buttons(shown).items()} == {
            f"fetch:{undelivered.id}": "Fetch: an undelivered cat",
            f"jobs:cancel:{running.id}": "Cancel",
            f"jobs:cancel:{first}": "Cancel",
            f"jobs:cancel:{second}": "Cancel",
            "jobs:": "Refresh",
        }


async def test_recent(tmp_path: Path) -> None:
    """Public results are linked until they are deleted, private ones are not; cancelled and old ones are not listed."""
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
        card = await harness.wait_for_message("Painting", "a cancelled cat")
        await press(harness.alice, await press_cancel(harness, card, cancelled), Verb.DISCARD, cancelled)
        await harness.change("UPDATE jobs SET cost = NULL")
        lines = text_of(await panel(harness)).splitlines()
        assert lines[1:3] == [NONE, "**Just finished**"]
        assert re.fullmatch(r"<t:\d+:R>, failed: a failed cat · \[show\]\(https://discord.com/channels/\S+\)", lines[3])
        assert re.fullmatch(r"<t:\d+:R>: a private cat", lines[4])
        (public,) = harness.sql("SELECT result_message_id FROM jobs WHERE prompt = 'a public cat'")
        place = f"{harness.guild.id}/{harness.channel.id}/{public['result_message_id']}"
        assert lines[5].endswith(f": a public cat · [show](https://discord.com/channels/{place})")
        assert len(lines) == 6

        result = await harness.wait_for_message("ready", "a public cat")
        job_id = job_id_of(result)
        await remove_card(harness.alice, result, await harness.job(job_id))
        await eventually(lambda: harness.row(job_id)["result_message_id"] is None)
        assert text_of(await panel(harness)).endswith(f"{time_of(harness, job_id, 'finished_at')}: a public cat")


async def test_costs(tmp_path: Path) -> None:
    """A recent job's line shows its cost, and also in money if the price of a credit is known."""
    async with BotHarness(tmp_path, credit_price="0.0952 USD") as harness:
        for prompt, credit in (("a dear cat", 0.216), ("a cat", None)):
            job = await make_picture(harness, prompt)
            await harness.change("UPDATE jobs SET cost = ? WHERE id = ?", credit and int(credit * 10**9), job.id)
        *_, cheap, dear = text_of(await panel(harness)).splitlines()
        assert "a cat · [show](" in cheap
        assert "a dear cat · 0.216 credits ($0.021) · [show](" in dear
        await harness.restart(credit_price=None)
        assert "a dear cat · 0.216 credits · [show](" in text_of(await panel(harness))


async def test_the_largest_panel(tmp_path: Path) -> None:
    """With any number of jobs and any prompts, the panel is within Discord's limits and counts the jobs left out."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1, credit_price="0.0952 USD") as harness:
        job, _ = await harness.start_job()
        now = harness.row(job.id)["submitted_at"]
        dull: dict[str, Any] = {"task_id": None, "next_lookup_at": None, "deadline_at": None, "slow_at": None}
        ended = {
            "images": '[{"url": "https://pictures.example/1.png", "seed": 1}]',
            "finished_at": now,
            "cost": 10**14 + 1,
            **dull,
        }
        kinds: tuple[dict[str, Any], ...] = (
            {"status": "finished", "undelivered_at": now, **ended},
            {"status": "running", **dull},
            {"status": "queued", **dull},
            {"status": "delivered", "result_message_id": 2**62, "result_channel_id": harness.channel.id, **ended},
        )
        for number, kind in enumerate(kinds):
            await copy_job(harness, job, *["a cat"] * 9, **kind)
            await harness.change("UPDATE jobs SET id = ? || substr(id, 2) WHERE id LIKE 'copy-%'", str(number))
        longest = "*" * 4000
        await harness.change("UPDATE jobs SET group_id = 'g', group_index = rowid, model = ?", "*" * 100)
        for prompt in (longest, "word " * 800, "# 1. [a](b) <@1> `x` ||\\" * 100, "\n" * 50 + "1. x" * 500):
            await harness.change("UPDATE jobs SET prompt = ?", prompt)
            for locale in LOCALES if prompt == longest else ["en-US"]:
                set_locale(harness, locale)
                shown, case = await panel(harness), f"{prompt[:60]} in {locale}"
                assert len(list(walk(shown.components))) <= 40, case
                assert len(text_of(shown)) <= 4000, case
                assert all(len(button.label or "") <= 80 for button in buttons(shown).values()), case
                verbs = [custom_id.rpartition(":")[0] for custom_id in buttons(shown)]
                counts = [verbs.count(verb) for verb in ("fetch", "jobs:cancel", "jobs")]
                assert counts == [LISTED, 2 * LISTED, 1], case
                assert text_of(shown).count("](https://") == LISTED, case
        reset_interactions(harness)
        more = [line for line in text_of(await panel(harness)).splitlines() if line.startswith("…")]
        assert more == [f"… and {10 - LISTED} more", f"… and {9 - LISTED} more"]


# --- its buttons ---------------------------------------------------------------------------------------


async def test_fetch(tmp_path: Path) -> None:
    """Each undelivered result has a button that shows it privately, whatever its user prefers; the oldest are first."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.store.history.prefer(harness.alice.id, ping=False, private=True)
        job = await mark_undelivered(harness)
        ids = [job.id, *await copy_job(harness, job, *(f"cat {number}" for number in range(LISTED)))]
        await harness.change("UPDATE jobs SET undelivered_at = accepted_at")
        shown = await panel(harness)
        assert text_of(shown) == "### Your pictures\n**Could not be delivered**: fetch them here."
        assert list(buttons(shown)) == [*(f"fetch:{job_id}" for job_id in ids[:LISTED]), "jobs:"]
        fetched = await fetch(harness, shown, ids[1])
        assert "your picture is ready" in text_of(fetched)
        assert alt_texts(fetched) == ["cat 0"]
        again = await refresh(harness, shown)
        assert f"{time_of(harness, ids[1], 'finished_at')}: cat 0" in again
        for job_id in (ids[0], *ids[2:LISTED]):
            await fetch(harness, shown, job_id)
        assert "**Could not be delivered**: fetch it here." in await refresh(harness, shown)
        assert alt_texts(await fetch(harness, await panel(harness), ids[-1])) == [f"cat {LISTED - 1}"]
        assert "Could not be delivered" not in await refresh(harness, shown)


async def test_refresh(tmp_path: Path) -> None:
    """The same message shows the current state, even after a restart, in the user's language."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        await harness.start_job("a bird", who=harness.bob)
        shown = await panel(harness)
        assert text_of(shown) == f"### Your pictures\n{NONE}"
        assert list(buttons(shown)) == ["jobs:"]
        assert shown.id not in [message.id for message in harness.messages(viewer=harness.bob)]
        job, task = await harness.start_job()
        (waiting,) = await queue_jobs(harness, "a dog")
        assert await refresh(harness, shown) == (
            "### Your pictures\n**In progress**\n"
            f"started {time_of(harness, job.id)}: a cat\n**In the queue**\nposition 1: a dog"
        )
        await harness.restart()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        await eventually(lambda: harness.row(waiting)["status"] == "running")
        now = await refresh(harness, shown)
        assert f"**In progress**\nstarted {time_of(harness, waiting)}: a dog\n**Just finished**\n" in now
        assert "In the queue" not in now
        set_locale(harness, "de")
        assert buttons(answer(await harness.alice.click(shown, custom_id="jobs:")))["jobs:"].label == "Aktualisieren"


async def test_cancel(tmp_path: Path) -> None:
    """A job leaves the panel immediately, and its card says what it cost; the next job moves up."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        running, task = await harness.start_job(private=True)
        queued, next_up = await queue_jobs(harness, "a dog", "a bird")
        shown, outdated = await panel(harness), await panel(harness)
        result = await cancel(harness, shown, queued)
        assert (answer(result).id, result.followups) == (shown.id, [])
        assert text_of(answer(result)).endswith("**In the queue**\nposition 1: a bird")
        card = await harness.wait_for_message("a dog")
        assert text_of(card).startswith("**Cancelled.** It cost nothing.\n> a dog")
        assert set(buttons(card)) == {f"{verb}:{queued}" for verb in ("retry", "reword", "delete")}

        question = private_answer(await cancel(harness, shown, running.id))
        assert question.id not in {shown.id, outdated.id}
        assert harness.row(running.id)["status"] == "running"
        await press(harness.alice, question, Verb.DISCARD, running)
        for message in (shown, outdated):  # nothing else changes
            result = await cancel(harness, message, running.id)
            assert (answer(result).id, result.followups) == (message.id, [])
            assert "a cat" not in text_of(answer(result))
        card = harness.messages(viewer=harness.alice)[0]
        assert text_of(card).startswith(
            "**Cancelled**, but the picture service had already started, so it’s still charged"
        )
        await harness.fake.finish(task.id)
        await eventually(lambda: next_up in harness.tasks)
        assert set(harness.tasks) == {running.id, next_up}
        assert "a cat" not in await refresh(harness, shown)

        await harness.fake.finish(harness.tasks[next_up].id)
        await harness.wait_until_closed(next_up)
        assert "It’s too late to cancel" in private_text(await cancel(harness, shown, next_up))
        assert "**Just finished**" in await refresh(harness, shown)
        statuses = [harness.row(job_id)["status"] for job_id in (running.id, queued, next_up)]
        assert statuses == ["cancelled", "cancelled", "delivered"]


async def test_groups(tmp_path: Path) -> None:
    """Each job's line names its model and says that cancelling one cancels all; then all are gone from the panel."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        first, *_ = await start_group(harness, "a {red|green} cat", model="flux-2-pro")
        await harness.imagine("a dog")
        shown = await panel(harness)
        small = " · FLUX.2 pro\n-# requested together: cancelling one cancels all"
        assert f": a red cat{small}\n" in text_of(shown)
        assert f": a green cat{small}\n" in text_of(shown)
        assert text_of(shown).endswith(": a dog")
        question = private_answer(await cancel(harness, shown, first.id))
        assert text_of(question).startswith("The picture service has already started on some of these")
        await harness.alice.click(question, label="Discard")
        text = await refresh(harness, shown)
        assert "cat" not in text
        assert "a dog" in text


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
            assert expected in private_text(pressed), forged
        forge(harness, f"jobs:cancel:{own.id}", f"jobs:{running.id}")
        changed = text_of(answer(await harness.bob.click(shown, custom_id=f"jobs:cancel:{own.id}")))
        assert "a dog" in changed
        assert "cat" not in changed
        assert [dict(harness.row(job.id)) for job in (undelivered, running)] == before
