"""Helpers to press the buttons on cards: normally, without waiting, or with a forged custom_id."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.interactions import base_payload

from flux_bot.core.jobs import Failure, Job
from flux_bot.core.text import one_line
from flux_bot.ui.cards import Verb
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of, walk
from tests.discord_server.payloads import Payload

Actor = simcord.MemberActor | simcord.UserHandle

JOB_PRUNED = "I no longer know how this picture was made, because old requests are deleted."


async def make_picture(harness: BotHarness, prompt: str = "a cat", **options: Any) -> tuple[Job, discord.Message]:
    """Request a picture, by default as alice, and return the closed job with its result's message."""
    await harness.imagine(prompt, **options)
    shown = f"> {one_line(prompt)[:100]}"
    result = await harness.wait_for_message(" ready.", shown, viewer=options.get("who", harness.alice))
    return await closed_job(harness, result), result


async def closed_job(harness: BotHarness, result: discord.Message) -> Job:
    """Wait until the job of a card is closed, and return it."""
    job_id = job_id_of(result)
    await harness.wait_until_closed(job_id)
    return await harness.job(job_id)


async def make_failure(
    harness: BotHarness, code: str, prompt: str = "a cat", **options: Any
) -> tuple[Job, discord.Message]:
    """Let alice make a request that fails, and return the job with its failure card."""
    harness.fake.faults.failure = [Failure(code, "It is no good."), None]
    card = (await harness.imagine(prompt, **options)).response
    assert card is not None
    message = await harness.wait_for_message("⚠️", f"> {prompt}", viewer=harness.alice)
    (job_id,) = (custom_id.partition(":")[2] for custom_id in buttons(message).values() if "retry" in custom_id)
    await harness.wait_until_closed(job_id)
    return await harness.job(job_id), message


def buttons(message: discord.Message) -> dict[str, str]:
    """Return the custom_ids of a message's buttons, by their labels."""
    parts = [part for part in walk(message.components) if isinstance(part, discord.Button)]
    return {str(part.label): str(part.custom_id) for part in parts}


def reply(result: simcord.InteractionResult) -> str:
    """Return the text of the ephemeral answer to a press."""
    assert result.response is not None
    assert result.response.ephemeral
    return text_of(result.response.message)


async def press(who: Actor, message: discord.Message, verb: Verb, job: Job) -> simcord.InteractionResult:
    """Press one of a job's buttons."""
    result: simcord.InteractionResult = await who.click(message, custom_id=f"{verb}:{job.id}")
    return result


def press_without_waiting(
    harness: BotHarness, who: simcord.MemberActor, message: discord.Message, custom_id: str
) -> None:
    """Press a button without waiting for the answer."""
    backend = harness.env.backend
    stored = backend.get_message(message.channel.id, message.id)
    ids = {"channel_id": message.channel.id, "guild_id": harness.guild.id, "user_id": who.id}
    record, payload = base_payload(backend, type=3, data={"custom_id": custom_id, "component_type": 2}, **ids)
    record.source_message_id = message.id
    payload["message"] = dict(serializers.message_payload(backend, stored))
    backend.emit("INTERACTION_CREATE", payload)


@contextmanager
def forged(harness: BotHarness, custom_id: str, *, on_card: str | None = None) -> Iterator[None]:
    """Change the custom_id of a press on its way, as a modified client could; given ``on_card``, on the card too."""

    def forge(payload: Payload) -> None:
        payload["data"]["custom_id"] = custom_id
        if on_card is not None:
            message = json.dumps(payload["message"])
            assert json.dumps(on_card) in message
            payload["message"] = json.loads(message.replace(json.dumps(on_card), json.dumps(custom_id)))

    harness.change_interaction = forge
    yield
    harness.change_interaction = lambda _: None


async def children(harness: BotHarness, job: Job, count: int) -> list[str]:
    """Wait until a job has this many child jobs and all are closed; return their ids, oldest first."""
    query = "SELECT id FROM jobs WHERE parent_id = ? ORDER BY accepted_at"
    await eventually(lambda: len(harness.sql(query, job.id)) >= count)
    found = [str(row["id"]) for row in harness.sql(query, job.id)]
    for job_id in found:
        await harness.wait_until_closed(job_id)
    assert len(found) == len(harness.sql(query, job.id)) == count
    return found
