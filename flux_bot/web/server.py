"""The web server that receives the image API's callbacks.

It may be reachable from the internet. The response to a callback reveals only whether it was accepted: all rejections
look the same. ``listener.py`` limits connections and slow clients; ``health.py`` is for the operator.
"""

import asyncio
import logging

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from flux_bot.core.callbacks import ROUTE
from flux_bot.core.errors import BadCallback
from flux_bot.logs import Throttle
from flux_bot.metrics import Metrics
from flux_bot.settings import Settings
from flux_bot.web.listener import CLIENT_TIMEOUT_SECONDS, Limits, Listener
from flux_bot.web.reachability import add_proof
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 256 * 1024
"""A callback is about 1 KB, but each result may repeat the prompt: 4,000 characters of up to 12 bytes when escaped."""


class WebServer(Listener):
    """The server for callbacks; use it as an async context manager."""

    def __init__(self, workflow: Workflow, metrics: Metrics, settings: Settings, limits: Limits | None = None) -> None:
        self._workflow = workflow
        self._metrics = metrics
        self._rejected, self._failed = Throttle(_log_rejected), Throttle(_log_failed)
        self._client_timeout = limits.client_timeout if limits else CLIENT_TIMEOUT_SECONDS
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._handle_errors])
        add_proof(app, settings)  # first, because its path also matches the callback route
        app.router.add_post(ROUTE, self._callback)
        super().__init__(app, "WEBHOOK", settings.webhook_host, settings.webhook_port, limits)

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

    @web.middleware
    async def _handle_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn every error into a response without details."""
        try:
            return await handler(request)
        except BadCallback as error:
            self._rejected.note(error)
            return web.Response(status=400, text="bad request")
        except web.HTTPException as error:
            return web.Response(status=error.status, text=error.reason.lower())
        except (ClientPayloadError, HttpProcessingError, web.RequestPayloadError, ConnectionError):
            return web.Response(status=400, text="bad request")  # incomplete or badly encoded body
        except Exception as error:  # noqa: BLE001  it is logged
            self._failed.note(error)
            return web.Response(status=503, text="try again later")


def _log_rejected(count: int, error: Exception) -> None:
    log.warning("Rejected %s: %s", "a callback" if count == 1 else f"{count} callbacks, the last one", error)


def _log_failed(count: int, error: Exception) -> None:
    which = "a callback; its result" if count == 1 else f"{count} callbacks; their results"
    log.error("Could not process %s will be looked up", which, exc_info=error)
