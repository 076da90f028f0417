"""Jobs finished before a test begins, how time changes them, and how to read their cards."""

import json
from datetime import timedelta
from typing import Any

import discord
import simcord

from flux_bot.core.jobs import Job
from flux_bot.sandbox.faults import BadFile
from tests.flux.caller import eventually
from tests.harness import BotHarness, walk
from tests.discord_server.payloads import Payload

LONG_AGO = timedelta(days=30)
"""Older than this, the image API's addresses are no longer used."""


async def make_picture(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Generate and deliver a picture, and return its job."""
    await harness.imagine(prompt, **options)
    return await latest_job(harness)


async def latest_job(harness: BotHarness) -> Job:
    """Return the newest job once it is closed."""
    (row,) = harness.sql("SELECT id FROM jobs ORDER BY accepted_at DESC LIMIT 1")
    await harness.wait_until_closed(row["id"])
    return await harness.job(row["id"])


async def copy_job(harness: BotHarness, job: Job, *prompts: str, **changes: Any) -> list[str]:
    """Add copies of a job, each a second younger than the one before; return their ids."""
    ids = [f"copy-{number:011}" for number in range(len(prompts))]
    for number, (job_id, prompt) in enumerate(zip(ids, prompts, strict=True), 1):
        old = dict(harness.row(job.id))
        row = {**old, "id": job_id, "prompt": prompt, "accepted_at": old["accepted_at"] + number, **changes}
        places = ", ".join("?" * len(row))
        await harness.change(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", *row.values())  # noqa: S608  columns
    return ids


async def age_jobs(harness: BotHarness) -> None:
    """Make all jobs so old that the image API's addresses may have expired."""
    seconds = LONG_AGO.total_seconds()
    await harness.change(
        "UPDATE jobs SET accepted_at = accepted_at - ?, finished_at = finished_at - ?", seconds, seconds
    )


def lose_originals(harness: BotHarness) -> None:
    """Make the image API lose all its pictures."""
    harness.fake.faults.file = BadFile(status=410)


def lose_message(harness: BotHarness, job: Job) -> None:
    """Delete the message that shows a job's result, as a moderator would."""
    assert job.result_message_id is not None
    harness.env.backend.delete_message(job.origin.channel_id, job.result_message_id)


async def mark_undelivered(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Let a job finish while its user can't be reached in any way."""
    job, task = await harness.start_job(prompt, **options)
    for name, status, code in (("post", 403, 50013), ("edit reply", 404, 10015), ("DM", 403, 50007)):
        harness.refuse(name, status, code)
    await harness.fake.finish(task.id)
    await eventually(lambda: harness.row(job.id)["undelivered_at"])
    harness.stop_refusing()
    return job


def answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the message that an interaction was answered with or has edited."""
    assert result.response is not None
    return result.response.message


def private_answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the ephemeral message that an interaction was answered with."""
    message = answer(result)
    assert message.flags.ephemeral
    return message


def buttons(message: discord.Message) -> dict[str, discord.Button]:
    """Return the buttons of a message by their custom_ids."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.Button)}


def select_menus(message: discord.Message) -> dict[str, discord.SelectMenu]:
    """Return the select menus of a message by their custom_ids."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.SelectMenu)}


def forge(harness: BotHarness, old: str, new: str) -> None:
    """Let clients send custom_ids and values that are not on the message."""

    def change(payload: Payload) -> None:
        forged = {part: json.loads(json.dumps(payload[part]).replace(old, new)) for part in ("data", "message")}
        payload.update(forged)

    harness.change_interaction = change


def set_locale(harness: BotHarness, locale: str) -> None:
    """Set the language of all users."""
    harness.change_interaction = lambda payload: payload.update(locale=locale)


def reset_interactions(harness: BotHarness) -> None:
    """Undo ``forge`` and ``set_locale``."""
    harness.change_interaction = lambda _: None
