"""The web server: POST callbacks, GET /healthz, /readyz and /metrics.

Only the callbacks are meant for the internet; the other paths are for the operator (docs/metrics.md). The response to a
callback reveals only whether it was accepted: all rejections look the same. Slow clients are disconnected.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Self, cast

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from prometheus_client.aiohttp import make_aiohttp_handler

from flux_bot.core.callbacks import ROUTE
from flux_bot.core.errors import BadCallback
from flux_bot.metrics import Metrics
from flux_bot.settings import Settings
from flux_bot.web.reachability import add_proof
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)
_aiohttp_log = logging.getLogger(f"{__name__}.http")
_aiohttp_log.setLevel(logging.CRITICAL)  # aiohttp logs every malformed request that strangers send

MAX_BODY_BYTES = 256 * 1024
"""A callback is about 1 KB, but each result may repeat the prompt: 4,000 characters of up to 12 bytes when escaped."""
CLIENT_TIMEOUT_SECONDS = 10.0
"""The time limit for receiving the headers, then the body, and then for sending the response."""
MAX_CONNECTIONS = 500
"""Half of the usual limit of 1,024 open files; the rest is for Discord, the image API and the database."""


class WebServer:
    """The HTTP server; use it as an async context manager."""

    def __init__(  # noqa: PLR0913  the composition root is its only caller
        self,
        workflow: Workflow,
        metrics: Metrics,
        is_ready: Callable[[], Awaitable[bool]],
        settings: Settings,
        *,
        client_timeout: float = CLIENT_TIMEOUT_SECONDS,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._workflow = workflow
        self._metrics = metrics
        self._is_ready = is_ready
        self._metrics_handler = make_aiohttp_handler(metrics.registry)
        self._settings = settings
        self._client_timeout = client_timeout
        self._max_connections = max_connections
        self._listener: asyncio.Server
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_handle_errors])
        add_proof(app, settings)  # first, because its path also matches the callback route
        app.router.add_post(ROUTE, self._callback)
        app.router.add_get("/healthz", _healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics_page)
        # No access log: callback paths contain secrets.
        # keepalive_timeout also limits the headers: aiohttp starts it when the connection opens.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_aiohttp_log,
            shutdown_timeout=2,
            keepalive_timeout=client_timeout,
            lingering_time=client_timeout,
        )

    async def __aenter__(self) -> Self:
        """Start listening. Raises OSError if the address is in use or does not belong to this machine."""
        await self._runner.setup()
        server = cast("web.Server", self._runner.server)  # created by setup()

        def accept_connection() -> asyncio.Protocol:
            return server() if len(server.connections) < self._max_connections else _RejectedConnection()

        host, port = self._settings.webhook_host, self._settings.webhook_port
        self._listener = await asyncio.get_running_loop().create_server(accept_connection, host, port)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: for clients that do not read; connections inherit it
            for listening in self._listener.sockets:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._client_timeout * 1000))
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish the current requests and stop listening."""
        self._listener.close()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The actual port, even if the setting is 0."""
        return int(self._listener.sockets[0].getsockname()[1])

    async def _callback(self, request: web.Request) -> web.Response:
        job_id, secret = request.match_info["job_id"], request.match_info["secret"]
        outcome = "refused"
        try:
            body = await self._read_body(request)
            outcome = "taken" if await self._workflow.receive(job_id, secret, body) else "repeated"
        finally:
            self._metrics.callbacks.labels(outcome).inc()
        return web.Response(text="ok")

    async def _read_body(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self._client_timeout):
                return await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None

    async def _readyz(self, _: web.Request) -> web.Response:
        ready = await self._is_ready()
        return web.Response(status=200 if ready else 503, text="ready" if ready else "not ready")

    async def _metrics_page(self, request: web.Request) -> web.StreamResponse:
        await self._workflow.count_jobs()
        return await self._metrics_handler(request)


class _RejectedConnection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


@web.middleware
async def _handle_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a response without details."""
    try:
        return await handler(request)
    except BadCallback as error:
        log.warning("Rejected a callback: %s", error)
        return web.Response(status=400, text="bad request")
    except web.HTTPException as error:
        return web.Response(status=error.status, text=error.reason.lower())
    except (ClientPayloadError, HttpProcessingError, web.RequestPayloadError, ConnectionError):
        return web.Response(status=400, text="bad request")  # incomplete or badly encoded body
    except Exception:
        log.exception("Could not process a callback; its result will be looked up")
        return web.Response(status=503, text="try again later")
