"""The operator's pages: alive, ready, metrics; see ``tests/test_metrics.py`` for the metrics themselves."""

import asyncio
from pathlib import Path

from aiohttp import ClientSession

from flux_bot.web.listener import MAX_CONNECTIONS
from tests.harness import LOOPBACK, BotHarness


async def test_health_and_readiness(tmp_path: Path) -> None:
    """/healthz says that the process is alive, /readyz whether it works; see ``tests/test_app.py`` for when it does."""
    async with BotHarness(tmp_path) as harness, ClientSession(f"http://{LOOPBACK}:{harness.app.health.port}") as http:

        async def answers() -> dict[str, tuple[int, str]]:
            found = {}
            for request in ("GET /healthz", "HEAD /healthz", "GET /readyz"):
                async with http.request(*request.split()) as answer:
                    found[request] = answer.status, await answer.text()
            return found

        healthy = {"GET /healthz": (200, "ok"), "HEAD /healthz": (200, "")}
        assert await answers() == healthy | {"GET /readyz": (200, "ready")}
        harness.app.workflow.stop()
        assert await answers() == healthy | {"GET /readyz": (503, "not ready")}


async def test_a_crowd_at_the_callbacks(tmp_path: Path) -> None:
    """Idle connections to the callbacks' port keep neither the health checks nor other clients' callbacks away."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        port = harness.app.web.port
        crowd = [await asyncio.open_connection(LOOPBACK, port, local_addr=("127.0.0.2", 0)) for _ in range(600)]
        assert len(crowd) > MAX_CONNECTIONS
        async with ClientSession() as http, http.get(f"http://{LOOPBACK}:{harness.app.health.port}/healthz") as answer:
            assert answer.status == 200
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [post.status for post in task.posts] == [200]
        for _, writer in crowd:
            writer.close()
