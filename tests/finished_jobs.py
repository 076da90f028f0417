"""Pictures that were made before a test begins, what time has done to them since, and what is seen of them."""

import json
from datetime import timedelta
from typing import Any

import discord
import simcord

from flux_bot.core.jobs import Job
from flux_bot.sandbox.faults import BadFile
from tests.flux.caller import eventually
from tests.harness import BotHarness, walk
from tests.wire.openapi import Payload

LONG_AGO = timedelta(days=30)
"""Longer than the image API's own addresses are relied on."""


async def made(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Have a picture made and delivered, and return its job."""
    await harness.imagine(prompt, **options)
    return await latest(harness)


async def latest(harness: BotHarness) -> Job:
    """Return the job that was asked for last, once all is over."""
    (row,) = harness.sql("SELECT id FROM jobs ORDER BY accepted_at DESC LIMIT 1")
    await harness.over(row["id"])
    return await harness.job(row["id"])


async def copies(harness: BotHarness, job: Job, *prompts: str, **changes: Any) -> list[str]:
    """Put other jobs beside this one, each a second younger than the one before it; returns their ids."""
    ids = [f"copy-{number:011}" for number in range(len(prompts))]
    for number, (job_id, prompt) in enumerate(zip(ids, prompts, strict=True), 1):
        old = dict(harness.row(job.id))
        row = {**old, "id": job_id, "prompt": prompt, "accepted_at": old["accepted_at"] + number, **changes}
        places = ", ".join("?" * len(row))
        await harness.change(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", *row.values())  # noqa: S608  columns
    return ids


async def grow_old(harness: BotHarness) -> None:
    """Let all jobs be so old that the image API's addresses are not relied on any more."""
    seconds = LONG_AGO.total_seconds()
    await harness.change(
        "UPDATE jobs SET accepted_at = accepted_at - ?, finished_at = finished_at - ?", seconds, seconds
    )


def lose_originals(harness: BotHarness) -> None:
    """Let the image API have none of its pictures any more."""
    harness.fake.faults.file = BadFile(status=410)


def lose_message(harness: BotHarness, job: Job) -> None:
    """Delete the message that shows a job's result, as a moderator would."""
    assert job.result_message_id is not None
    harness.env.backend.delete_message(job.origin.channel_id, job.result_message_id)


async def mark_undelivered(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Let a held job end where nothing leads to its user."""
    job, task = await harness.held(prompt, **options)
    for name, status, code in (("post", 403, 50013), ("edit reply", 404, 10015), ("DM", 403, 50007)):
        harness.refuse(name, status, code)
    await harness.fake.finish(task.id)
    await eventually(lambda: harness.row(job.id)["undelivered_at"])
    harness.relent()
    return job


def answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the message that an action was answered with, or changed."""
    assert result.response is not None
    return result.response.message


def private_answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the message that an action was answered with, which only its user sees."""
    message = answer(result)
    assert message.flags.ephemeral
    return message


def buttons(message: discord.Message) -> dict[str, discord.Button]:
    """Return the buttons of a message by their custom_ids."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.Button)}


def lists(message: discord.Message) -> dict[str, discord.SelectMenu]:
    """Return the lists of a message by their custom_ids."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.SelectMenu)}


def forge(harness: BotHarness, old: str, new: str) -> None:
    """Let clients press what does not stand on the message: custom_ids and values with something else in them."""

    def change(payload: Payload) -> None:
        forged = {part: json.loads(json.dumps(payload[part]).replace(old, new)) for part in ("data", "message")}
        payload.update(forged)

    harness.change_interaction = change


def speak(harness: BotHarness, locale: str) -> None:
    """Let people use Discord in another language."""
    harness.change_interaction = lambda payload: payload.update(locale=locale)


def behave(harness: BotHarness) -> None:
    """Let clients send what stands on the message again."""
    harness.change_interaction = lambda _: None
