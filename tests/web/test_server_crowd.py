"""Hundreds of jobs at the API at once, called back in any order: each picture is posted in the right place."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, text_of

JOBS, STEP = 200, 20
NO_LIMITS: dict[str, Any] = {"flux_max_in_flight": JOBS, "max_running_per_user": JOBS, "max_queued_per_user": JOBS}


def has_reached(count: Callable[[], int], goal: int) -> Callable[[], bool]:
    """Return a condition that holds once the count has reached the goal."""
    return lambda: count() >= goal


async def test_each_picture_is_posted_in_its_channel(tmp_path: Path) -> None:
    """Each channel gets its pictures once, with the right prompt and for the right user."""
    async with BotHarness(tmp_path, seconds=None, **NO_LIMITS) as harness:
        channels = [harness.channel, *(harness.guild.create_text_channel(f"pictures-{number}") for number in range(3))]
        members = [
            harness.alice,
            harness.bob,
            *(harness.guild.add_member(harness.env.create_user(name)) for name in "cde"),
        ]
        requested = {
            f"picture {number}": (channels[number % len(channels)], members[number % len(members)])
            for number in range(JOBS)
        }
        for number, (prompt, (channel, member)) in enumerate(requested.items(), start=1):
            harness.imagine_without_waiting(member, channel, prompt)
            await eventually(has_reached(lambda: len(harness.requests("reply")), number - STEP))
        for submitted in range(STEP, JOBS + STEP, STEP):
            await eventually(has_reached(lambda: len(harness.fake.tasks), submitted))

        tasks = list(harness.fake.tasks.values())
        Random(8).shuffle(tasks)
        for start in range(0, JOBS, STEP):
            await asyncio.gather(*(harness.fake.finish(task.id) for task in tasks[start : start + STEP]))
        assert [post.status for task in tasks for post in task.posts] == [200] * JOBS
        for delivered in range(STEP, JOBS + STEP, STEP):
            await eventually(has_reached(lambda: len(harness.requests("remove card")), delivered))
        assert len(harness.requests("post")) == len(harness.requests("reply")) == JOBS

        by_job = harness.tasks
        for channel in channels:
            expected = {prompt: member for prompt, (where, member) in requested.items() if where is channel}
            for message in harness.messages(channel):
                task = by_job[job_id_of(message)]
                prompt = task.request["prompt"]
                assert f"> {prompt}\n" in text_of(message)
                assert alt_texts(message) == [prompt]
                assert harness.pinged(message) == [expected.pop(prompt).id]
                generated = harness.fake.files[f"{task.id}.jpg"].data
                assert harness.env.backend.cdn.get(gallery(message)[0].media.url) == generated
            assert not expected
