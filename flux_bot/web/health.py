"""The server for the operator: GET /healthz, /readyz and /metrics (docs/metrics.md).

It has a separate address that strangers can't reach, so that they can't use up its connections.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client.aiohttp import make_aiohttp_handler

from flux_bot.metrics import Metrics
from flux_bot.settings import Settings
from flux_bot.web.listener import Limits, Listener

LIMITS = Limits(connections=50, per_address=50)
"""The connection limit: the callback server needs most of the open files."""


class HealthServer(Listener):
    """The server for the operator's own programs; use it as an async context manager."""

    def __init__(
        self,
        is_ready: Callable[[], Awaitable[bool]],
        count_jobs: Callable[[], Awaitable[None]],
        metrics: Metrics,
        settings: Settings,
    ) -> None:
        """Take the check of the bot, and the function that updates the metrics of open jobs."""
        self._is_ready = is_ready
        self._count_jobs = count_jobs
        self._metrics_handler = make_aiohttp_handler(metrics.registry)
        app = web.Application()
        app.router.add_get("/healthz", _healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics_page)
        super().__init__(app, "HEALTH", settings.health_host, settings.health_port, LIMITS)

    async def _readyz(self, _: web.Request) -> web.Response:
        ready = await self._is_ready()
        return web.Response(status=200 if ready else 503, text="ready" if ready else "not ready")

    async def _metrics_page(self, request: web.Request) -> web.StreamResponse:
        await self._count_jobs()
        return await self._metrics_handler(request)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")
