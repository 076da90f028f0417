"""Repairs replace links with pictures once the pictures' host works again."""

import time
from pathlib import Path
from typing import Any

import stamina

from flux_bot.core.jobs import ORIGINALS_LAST, Job
from flux_bot.sandbox.faults import FILES
from flux_bot.workflow.repairs import REPAIR_LEASE
from tests.finished_jobs import lose_message
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery


async def make_linked(harness: BotHarness, *, is_direct: bool = False, private: bool = False) -> Job:
    """Deliver a picture while its host is down, so that it is only linked."""
    harness.fake.faults.file = FILES["unavailable"]
    job, task = await harness.start_job(private=private)
    await harness.change("UPDATE jobs SET picture_attempts = 3 WHERE id = ?", job.id)
    if is_direct:
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at WHERE id = ?", job.id)
    await harness.fake.finish(task.id)
    await harness.wait_until_closed(job.id)
    assert harness.row(job.id)["next_repair_at"]
    return await harness.job(job.id)


async def repair(harness: BotHarness, job: Job) -> bool:
    """Make a repair due, restart the bot, and return whether it completes the repair."""
    await harness.change("UPDATE jobs SET next_repair_at = 1 WHERE id = ?", job.id)
    await harness.restart()

    def is_over() -> bool:
        at = harness.row(job.id)["next_repair_at"]
        return at is None or 1 < at < time.time() + REPAIR_LEASE.total_seconds() / 2  # not while it is leased

    await eventually(is_over)
    return harness.row(job.id)["next_repair_at"] is None


async def test_repairs(tmp_path: Path) -> None:
    """Any kind of message is edited once, after failures of the host, Discord and the bot, and then left unchanged."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "edit message"),
        ({"private": True}, "edit reply"),
        ({"private": True, "is_direct": True}, "edit message"),
    ]
    with stamina.set_testing(True, attempts=1):
        async with BotHarness(tmp_path, seconds=None) as harness:
            for options, edit in cases:
                job = await make_linked(harness, **options)
                there = harness.alice.user.dm_channel if "is_direct" in options else harness.channel
                messages = harness.messages(there, viewer=harness.alice)
                assert gallery(messages[-1]) == []
                assert not await repair(harness, job), "the host is still down"
                harness.fake.faults.file = None
                before = len(harness.requests(edit))
                harness.refuse(edit, 503)
                assert not await repair(harness, job)
                harness.stop_refusing()
                assert await repair(harness, job)
                assert len(harness.requests(edit)) == before + 2
                repaired = harness.messages(there, viewer=harness.alice)
                assert [message.id for message in repaired] == [message.id for message in messages]
                assert alt_texts(repaired[-1]) == ["a cat"]
                assert harness.row(job.id)["interaction_token"] is None


async def test_what_cannot_be_repaired(tmp_path: Path) -> None:
    """Repairs are given up when the message or the originals are gone."""
    with stamina.set_testing(True, attempts=1):
        async with BotHarness(tmp_path, seconds=None) as harness:
            deleted, gone, old = [await make_linked(harness) for _ in range(3)]
            lose_message(harness, deleted)
            age = "UPDATE jobs SET finished_at = finished_at - ? WHERE id = ?"
            await harness.change(age, ORIGINALS_LAST.total_seconds() + 1, old.id)
            assert await repair(harness, old)
            harness.fake.faults.file = FILES["gone"]
            assert await repair(harness, gone)
            assert harness.requests("edit message") == []
            harness.fake.faults.file = None
            assert await repair(harness, deleted)
            assert len(harness.requests("edit message")) == 1
