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
        self._client_timeout = limits.client_timeout if limits else CLIENT_TIMEOUT_SECONDS
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_handle_errors])
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
