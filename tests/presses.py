"""How the tests press the buttons on cards, honestly, all at once, or with a forged custom_id."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import simcord
from simcord.backend import serializers
from simcord.interactions import base_payload

from flux_bot.core.jobs import Failure, Job
from flux_bot.ui import texts
from flux_bot.ui.cards import Verb
from tests.flux.caller import eventually
from tests.harness import Stage, job_id_of, walk, words
from tests.wire.openapi import Payload

Presser = simcord.MemberActor | simcord.UserHandle

FORGOTTEN = "I no longer know how this picture was made: old requests are forgotten."


async def made(stage: Stage, prompt: str = "a cat", **options: Any) -> tuple[Job, discord.Message]:
    """Let somebody ask, alice unless told otherwise, and return the job with its result's message once all is over."""
    await stage.imagine(prompt, **options)
    shown = f"> {texts.one_line(prompt)[:100]}"
    result = await stage.sees(" ready.", shown, viewer=options.get("who", stage.alice))
    return await over(stage, result), result


async def over(stage: Stage, result: discord.Message) -> Job:
    """Wait until nothing more is to be done for the job of a card, and return it."""
    job_id = job_id_of(result)
    await stage.over(job_id)
    return await stage.job(job_id)


async def failed(stage: Stage, code: str, prompt: str = "a cat", **options: Any) -> tuple[Job, discord.Message]:
    """Let alice ask for what fails, and return the job with its failure card."""
    stage.fake.faults.failure = [Failure(code, "It is no good."), None]
    card = (await stage.imagine(prompt, **options)).response
    assert card is not None
    message = await stage.sees("⚠️", f"> {prompt}", viewer=stage.alice)
    (job_id,) = (custom_id.partition(":")[2] for custom_id in buttons(message).values() if "retry" in custom_id)
    await stage.over(job_id)
    return await stage.job(job_id), message


def buttons(message: discord.Message) -> dict[str, str]:
    """Return the custom_ids of a message's buttons, by their labels."""
    parts = [part for part in walk(message.components) if isinstance(part, discord.Button)]
    return {str(part.label): str(part.custom_id) for part in parts}


def reply(result: simcord.InteractionResult) -> str:
    """Return what a press was answered with, privately."""
    assert result.response is not None
    assert result.response.ephemeral
    return words(result.response.message)


async def press(who: Presser, message: discord.Message, verb: Verb, job: Job) -> simcord.InteractionResult:
    """Press one of a job's buttons."""
    result: simcord.InteractionResult = await who.click(message, custom_id=f"{verb}:{job.id}")
    return result


def press_at_once(stage: Stage, who: simcord.MemberActor, message: discord.Message, custom_id: str) -> None:
    """Press a button without waiting for anything, as a nervous finger does."""
    backend = stage.env.backend
    stored = backend.get_message(message.channel.id, message.id)
    ids = {"channel_id": message.channel.id, "guild_id": stage.guild.id, "user_id": who.id}
    record, payload = base_payload(backend, type=3, data={"custom_id": custom_id, "component_type": 2}, **ids)
    record.source_message_id = message.id
    payload["message"] = dict(serializers.message_payload(backend, stored))
    backend.emit("INTERACTION_CREATE", payload)


@contextmanager
def forged(stage: Stage, custom_id: str, *, on_card: str | None = None) -> Iterator[None]:
    """Change what is pressed on its way, as a client may that is not Discord's own; on its card too, if told what."""

    def forge(payload: Payload) -> None:
        payload["data"]["custom_id"] = custom_id
        if on_card is not None:
            message = json.dumps(payload["message"])
            assert json.dumps(on_card) in message
            payload["message"] = json.loads(message.replace(json.dumps(on_card), json.dumps(custom_id)))

    stage.change_interaction = forge
    yield
    stage.change_interaction = lambda _: None


async def children(stage: Stage, job: Job, count: int) -> list[str]:
    """Wait until so many jobs have come of a job and all is over, and return their ids, the oldest first."""
    query = "SELECT id FROM jobs WHERE parent_id = ? ORDER BY accepted_at"
    await eventually(lambda: len(stage.sql(query, job.id)) >= count)
    found = [str(row["id"]) for row in stage.sql(query, job.id)]
    for job_id in found:
        await stage.over(job_id)
    assert len(found) == len(stage.sql(query, job.id)) == count
    return found
