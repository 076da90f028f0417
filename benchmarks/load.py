"""The load on a subject: commands, callbacks, and jobs that exist already."""

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from benchmarks.processes import PROMPT, Scene
from flux_bot.core.callbacks import new_secret
from flux_bot.core.jobs import Action, CardState, JobStatus, new_job_id
from flux_bot.store.database.engines import open_engine
from flux_bot.store.schema import jobs
from flux_bot.store.store import JobStore
from tests.discord_server.server import Interaction

CONCURRENCY = 16

Row = dict[str, Any]


async def paced(scene: Scene, commands: int, per_second: float) -> list[Interaction]:
    """Issue commands at a steady rate, without waiting for their answers."""
    started, interactions = time.monotonic(), []
    for number in range(commands):
        await asyncio.sleep(started + number / per_second - time.monotonic())
        interactions.append(scene.imagine())
    return interactions


async def ack_seconds(interactions: Iterable[Interaction]) -> list[float]:
    """Wait for the answers to commands; returns how long each took."""
    answered = [await one.acknowledged(60) for one in interactions]
    return [one.acked_at - one.created_at for one in answered if one.acked_at is not None]


def queued_rows(scene: Scene, count: int, users: int) -> Iterator[Row]:
    """Yield queued jobs of a number of users, in existing channels."""
    channels = [scene.discord.channels[name] for name in scene.channels]
    accepted_at = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(count):
        yield {
            "id": new_job_id(),
            "callback_secret": new_secret(),
            "status": JobStatus.QUEUED,
            "action": Action.GENERATE,
            "prompt": PROMPT,
            "model": "flux-dev",
            "size": "1024x1024",
            "count": 1,
            "private": False,
            "user_id": 10_000 + number % users,
            "channel_id": channels[number % len(channels)],
            "guild_id": scene.discord.guild_id,
            "locale": "en-GB",
            "token_expires_at": accepted_at,
            "upload_limit": 10 * 2**20,
            "can_post": True,
            "accepted_at": accepted_at,
            "turn": number // users,
            "card": CardState.PAINTING,
        }


def running_rows(scene: Scene, count: int) -> Iterator[Row]:
    """Yield jobs at the API whose results would not be due for delivery yet."""
    later = datetime.now(UTC) + timedelta(hours=1)
    for row in queued_rows(scene, count, users=count):
        at_the_api = {"status": JobStatus.RUNNING, "submitted_at": row["accepted_at"], "task_id": f"task {row['id']}"}
        yield row | at_the_api | {"accepted_at": later, "deadline_at": later, "next_lookup_at": later}


async def insert(database_url: str, rows: Iterable[Row]) -> None:
    """Write jobs past the store."""
    async with JobStore(database_url):
        pass
    engine = open_engine(make_url(database_url))
    if values := list(rows):
        await engine.do(lambda connection: connection.execute(sa.insert(jobs), values))
    await engine.dispose()


def callback_request(row: Row, port: int, path: str) -> bytes:
    """Return the HTTP request of a job's callback."""
    image = {"image_url": f"http://127.0.0.1:1/{row['id']}.png", "prompt": PROMPT, "seed": 7}
    result = {"success": True, "task_id": row["task_id"], "trace_id": "trace", "data": [image]}
    body = json.dumps(result).encode()
    head = f"POST {path.format(**row)} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def call_back(port: int, requests: list[bytes]) -> float:
    """Post callbacks, each on a new connection; returns how many were accepted per second.

    It writes plain HTTP, as a real client would cost more than the server that is measured.
    """
    remaining = iter(requests)

    async def post() -> None:
        for request in remaining:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await reader.read()
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer.decode())
            writer.close()
            await writer.wait_closed()

    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(min(CONCURRENCY, len(requests))):
            group.create_task(post())
    return len(requests) / (time.monotonic() - started)
