"""Helpers for finished jobs: making and ageing them, pressing their buttons and reading the answers."""

import json
from datetime import timedelta
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.interactions import base_payload

from flux_bot.core.jobs import Failure, Job
from flux_bot.sandbox.faults import BadFile
from flux_bot.ui.cards import Verb
from tests.discord_server.payloads import Payload
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of, walk

Actor = simcord.MemberActor | simcord.UserHandle
Member = simcord.MemberActor | None
Shown = tuple[Job, discord.Message]
"""A job, and the message that shows its outcome."""

LONG_AGO = timedelta(days=30)
"""The age from which the image API's addresses are no longer used."""
CATS = ["a red cat", "a green cat", "a blue cat"]
"""The prompts of the jobs that ``start_group`` makes by default."""
JOB_PRUNED = "I no longer know how this picture was made, because old requests are deleted."


async def make_picture(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Generate and deliver a picture, and return its job."""
    await harness.imagine(prompt, **options)
    return await latest_job(harness)


async def make_result(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Shown:
    """Generate and deliver a picture, and return its job and the message that shows it."""
    job = await make_picture(harness, prompt, **options)
    return job, result_of(harness, job)


async def make_edit(harness: BotHarness, prompt: str = "add a hat", who: Member = None, **options: Any) -> Shown:
    """Edit a picture with /edit, by default as alice, and return the job and the message that shows the result."""
    await (who or harness.alice).slash(harness.channel, "edit", prompt=prompt, **options)
    job = await latest_job(harness)
    return job, result_of(harness, job)


async def make_failure(harness: BotHarness, code: str, prompt: str = "a cat", **options: Any) -> Shown:
    """Let alice make a request that fails, and return the job with its failure card."""
    harness.fake.faults.failure = [Failure(code, "It is no good."), None]
    return await make_result(harness, prompt, **options)


async def make_public_failure(harness: BotHarness, code: str, prompt: str = "a cat") -> Shown:
    """Make a failure like ``make_failure``, but on the public card because no private message can be sent."""
    for call, status, error in (("follow up", 404, 10015), ("DM", 403, 50007)):
        harness.refuse(call, status, error)
    shown = await make_failure(harness, code, prompt)
    harness.stop_refusing()
    return shown


async def latest_job(harness: BotHarness) -> Job:
    """Wait until the newest job is closed, and return it."""
    (row,) = harness.sql("SELECT id FROM jobs ORDER BY accepted_at DESC LIMIT 1")
    await harness.wait_until_closed(row["id"])
    return await harness.job(row["id"])


def result_of(harness: BotHarness, job: Job) -> discord.Message:
    """Return the message with the result of one of alice's or bob's jobs."""
    (owner,) = [who for who in (harness.alice, harness.bob) if who.id == job.origin.user_id]
    where = harness.channel if job.origin.guild_id else owner.user.dm_channel
    (message,) = [found for found in harness.messages(where, owner) if found.id == job.result_message_id]
    return message


async def children(harness: BotHarness, job: Job, count: int = 1) -> list[Job]:
    """Wait until a job has this many child jobs and all are closed; return them, oldest first."""
    query = "SELECT id FROM jobs WHERE parent_id = ? ORDER BY accepted_at"
    await eventually(lambda: len(harness.sql(query, job.id)) >= count)
    ids = [str(row["id"]) for row in harness.sql(query, job.id)]
    for job_id in ids:
        await harness.wait_until_closed(job_id)
    assert len(ids) == len(harness.sql(query, job.id)) == count
    return [await harness.job(job_id) for job_id in ids]


async def copy_job(harness: BotHarness, job: Job, *prompts: str, **changes: Any) -> list[str]:
    """Add copies of a job, each a second newer than the one before, and return their ids."""
    ids = [f"copy-{number:011}" for number in range(len(prompts))]
    for number, (job_id, prompt) in enumerate(zip(ids, prompts, strict=True), 1):
        old = dict(harness.row(job.id))
        own = {"id": job_id, "interaction_id": None, "prompt": prompt, "accepted_at": old["accepted_at"] + number}
        row = {**old, **own, **changes}
        places = ", ".join("?" * len(row))
        await harness.change(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", *row.values())  # noqa: S608  columns
    return ids


async def prune(harness: BotHarness) -> None:
    """Delete all jobs from the database, as happens to old ones."""
    await harness.change("DELETE FROM jobs")


async def age_jobs(harness: BotHarness) -> None:
    """Make all jobs so old that the image API's addresses may have expired."""
    move = "UPDATE jobs SET accepted_at = accepted_at - ?1, finished_at = finished_at - ?1"
    await harness.change(move, LONG_AGO.total_seconds())


def lose_originals(harness: BotHarness) -> None:
    """Make the image API lose all its pictures."""
    harness.fake.faults.file = BadFile(status=410)


def lose_message(harness: BotHarness, job: Job) -> None:
    """Delete the message that shows a job's result, as a moderator would."""
    assert job.result_message_id is not None
    harness.env.backend.delete_message(job.origin.channel_id, job.result_message_id)


async def mark_undelivered(harness: BotHarness, prompt: str = "a cat", **options: Any) -> Job:
    """Let a job finish while none of the ways to reach its user works."""
    job, task = await harness.start_job(prompt, **options)
    no_token, no_channel = dict.fromkeys(("edit reply", "follow up"), (404, 10015)), (403, 50013)
    refusals = {"post": no_channel, "edit message": no_channel, "DM": (403, 50007), **no_token}
    for name, (status, code) in refusals.items():
        harness.refuse(name, status, code)
    await harness.fake.finish(task.id)
    await eventually(lambda: harness.row(job.id)["undelivered_at"])
    harness.stop_refusing()
    return job


def answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the message that an interaction posted or edited."""
    assert result.response is not None
    return result.response.message


def private_answer(result: simcord.InteractionResult) -> discord.Message:
    """Return the ephemeral message with which an interaction was answered."""
    message = answer(result)
    assert message.flags.ephemeral
    return message


def private_text(result: simcord.InteractionResult) -> str:
    """Return the text of the ephemeral message with which an interaction was answered."""
    return text_of(private_answer(result))


def buttons(message: discord.Message) -> dict[str, discord.Button]:
    """Return the buttons of a message by custom_id."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.Button)}


def select_menus(message: discord.Message) -> dict[str, discord.SelectMenu]:
    """Return the select menus of a message by custom_id."""
    return {str(part.custom_id): part for part in walk(message.components) if isinstance(part, discord.SelectMenu)}


def button_labels(message: discord.Message) -> list[str]:
    """Return the labels of a message's buttons."""
    return [str(button.label) for button in buttons(message).values()]


async def press(who: Actor, message: discord.Message, verb: Verb, job: Job) -> simcord.InteractionResult:
    """Press one of a job's buttons, or choose it in the list below them."""
    menu = select_menus(message).get(f"more:{job.id}")
    if menu is not None and verb in [option.value for option in menu.options]:
        return await who.select(message, [str(verb)], custom_id=f"more:{job.id}")
    return await who.click(message, custom_id=f"{verb}:{job.id}")


async def remove_card(who: Actor, message: discord.Message, job: Job) -> simcord.InteractionResult:
    """Choose *Remove*, and confirm it."""
    click = await press(who, message, Verb.REMOVE, job)
    (question,) = click.followups
    return await who.click(question.message, label="Remove")


def press_without_waiting(
    harness: BotHarness, who: simcord.MemberActor, message: discord.Message, custom_id: str, *values: str
) -> None:
    """Press a button, or choose values in a list, without waiting for the answer."""
    backend = harness.env.backend
    stored = backend.get_message(message.channel.id, message.id)
    ids = {"channel_id": message.channel.id, "guild_id": harness.guild.id, "user_id": who.id}
    data = (
        {"custom_id": custom_id, "component_type": 3, "values": values}
        if values
        else {
            "custom_id": custom_id,
            "component_type": 2,
        }
    )
    record, payload = base_payload(backend, type=3, data=data, **ids)
    record.source_message_id = message.id
    payload["message"] = dict(serializers.message_payload(backend, stored))
    backend.emit("INTERACTION_CREATE", payload)


def forge(harness: BotHarness, old: str, new: str, *parts: str) -> None:
    """Let clients send custom_ids and values that are not on the message; the part "data" changes only the data."""

    def change(payload: Payload) -> None:
        for part in parts or ("data", "message"):
            payload[part] = json.loads(json.dumps(payload[part]).replace(old, new))

    harness.change_interaction = change


def set_locale(harness: BotHarness, locale: str) -> None:
    """Set the language of all users."""
    harness.change_interaction = lambda payload: payload.update(locale=locale)


def make_moderator(harness: BotHarness) -> None:
    """Let bob manage messages."""
    role = harness.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    harness.env.backend.add_member_role(harness.guild.id, harness.bob.user.id, role.id)


def reset_interactions(harness: BotHarness) -> None:
    """Undo ``forge`` and ``set_locale``."""
    harness.change_interaction = lambda _: None


async def start_group(harness: BotHarness, prompt: str = "a {red|green|blue} cat", **options: Any) -> list[Job]:
    """Request a group of pictures, wait until its first job has been submitted, and return its jobs in order."""
    card = (await harness.imagine(prompt, **options)).response
    assert card is not None
    group_id = job_id_of(card.message)
    ids = harness.sql("SELECT id FROM jobs WHERE group_id = ? ORDER BY group_index", group_id)
    await eventually(lambda: harness.row(group_id)["status"] not in ("queued", "submitting"))  # the job may have ended
    return [await harness.job(row["id"]) for row in ids]


async def finish_tasks(harness: BotHarness, *jobs: Job, failure: Failure | None = None) -> None:
    """Finish the tasks of jobs, each as soon as it is running."""
    for job in jobs:
        await eventually(lambda: harness.row(job.id)["status"] == "running")  # noqa: B023  called at once
        await harness.fake.finish(harness.tasks[job.id].id, failure=failure)


def statuses(harness: BotHarness, jobs: list[Job]) -> list[str]:
    """Return the statuses of jobs."""
    return [harness.row(job.id)["status"] for job in jobs]
