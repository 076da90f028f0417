"""The aiohttp web server: POST /callbacks/<job id>/<secret>, GET /healthz, /readyz and /metrics.

Only what is below /callbacks/ is for the internet; the rest is for who runs the bot (docs/metrics.md). An answer
to a callback tells nothing but whether it was taken: every refusal looks the same. A caller that is slow to speak or
to listen is cut off.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, cast

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client.aiohttp import make_aiohttp_handler

from flux_bot.core.errors import BadCallback
from flux_bot.metrics import Metrics
from flux_bot.settings import Settings
from flux_bot.web.reachability import add_proof
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)
_silent = logging.getLogger(f"{__name__}.http")
_silent.setLevel(logging.CRITICAL)

MAX_BODY_BYTES = 256 * 1024
"""A callback is about 1 KB, but each of its results may repeat the prompt: 4,000 characters, some written as 12."""
PATIENCE_SECONDS = 10.0
"""How long a caller may take for its headers, then for its body, then to take the answer."""
MAX_CONNECTIONS = 500
"""Half of the 1,024 files a process may usually open; the others are for Discord, the image API and the database."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Listens on one address; use it as an async context manager."""

    def __init__(  # noqa: PLR0913  the composition root is its only caller
        self,
        workflow: Workflow,
        metrics: Metrics,
        is_ready: Callable[[], Awaitable[bool]],
        settings: Settings,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """Take what to show besides callbacks, and the address to listen on; for port 0 see ``port``."""
        self._workflow = workflow
        self._metrics = metrics
        self._is_ready = is_ready
        self._expose = make_aiohttp_handler(metrics.registry)
        self._host = settings.webhook_host
        self._port = settings.webhook_port
        self._patience_seconds = patience_seconds
        self._max_connections = max_connections
        self._listener: asyncio.Server
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_refusals])
        add_proof(app, settings)  # first, as its path would be taken for that of a job
        app.router.add_post("/callbacks/{job_id:[A-Za-z0-9_-]+}/{secret:[A-Za-z0-9_-]+}", self._callback)
        app.router.add_get("/healthz", _healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics_page)
        # No access log: the path of a callback holds its secret. Nor a log of what strangers send that is no HTTP.
        # aiohttp counts keepalive_timeout from the moment a connection opens, so it is what limits the headers.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_silent,
            shutdown_timeout=2,
            keepalive_timeout=patience_seconds,
            lingering_time=patience_seconds,
        )

    async def __aenter__(self) -> Self:
        """Listen.

        Raises OSError when the address is taken or not this machine's.
        """
        await self._runner.setup()
        server = cast("web.Server", self._runner.server)  # made by setup()

        def connection() -> asyncio.Protocol:
            return server() if len(server.connections) < self._max_connections else _Dropped()

        self._listener = await asyncio.get_running_loop().create_server(connection, self._host, self._port)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: for answers that are not fetched; connections inherit it
            for listening in self._listener.sockets:
                milliseconds = int(self._patience_seconds * 1000)
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the requests in hand and close."""
        self._listener.close()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port it really listens on."""
        return int(self._listener.sockets[0].getsockname()[1])

    async def _callback(self, request: web.Request) -> web.Response:
        job_id, secret = request.match_info["job_id"], request.match_info["secret"]
        outcome = "refused"
        try:
            body = await self._body_of(request)
            outcome = "taken" if await self._workflow.receive(job_id, secret, body) else "repeated"
        finally:
            self._metrics.callbacks.labels(outcome).inc()
        return web.Response(text="ok")

    async def _body_of(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None

    async def _readyz(self, _: web.Request) -> web.Response:
        ready = await self._is_ready()
        return web.Response(status=200 if ready else 503, text="ready" if ready else "not ready")

    async def _metrics_page(self, request: web.Request) -> web.StreamResponse:
        await self._workflow.count_jobs()
        return await self._expose(request)


class _Dropped(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """End it without a word."""
        transport.close()


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into an answer without detail."""
    try:
        return await handler(request)
    except BadCallback as error:
        log.warning("Refused a callback: %s", error)
        return web.Response(status=400, text="bad request")
    except web.HTTPException as error:
        return web.Response(status=error.status, text=error.reason.lower())
    except (ClientPayloadError, HttpProcessingError, web.RequestPayloadError, ConnectionError):
        return web.Response(status=400, text="bad request")  # the body did not come whole, or is badly encoded
    except Exception:
        log.exception("A callback could not be taken; its result will be looked up")
        return web.Response(status=503, text="try again later")
