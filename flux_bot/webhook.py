"""The aiohttp web server: POST /callbacks/<job id>/<secret>, GET /healthz.

An answer tells a caller nothing but whether the call was taken: every refusal looks the same.
"""

import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from flux_bot.errors import BadCallback
from flux_bot.workflow import Workflow

log = logging.getLogger(__name__)
_silent = logging.getLogger(f"{__name__}.http")
_silent.setLevel(logging.CRITICAL)

MAX_BODY_BYTES = 256 * 1024
"""A callback with ten results is about 5 KB."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """Listens on one address; use it as an async context manager."""

    def __init__(self, workflow: Workflow, host: str, port: int) -> None:
        """Take the address; port 0 takes any free one, see ``port``."""
        self._workflow = workflow
        self._host = host
        self._port = port
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_refusals])
        app.router.add_post("/callbacks/{job_id:[A-Za-z0-9_-]+}/{secret:[A-Za-z0-9_-]+}", self._callback)
        app.router.add_get("/healthz", _healthz)
        # No access log: the path of a callback holds its secret. Nor a log of what strangers send that is no HTTP.
        self._runner = web.AppRunner(app, access_log=None, logger=_silent, shutdown_timeout=2)

    async def __aenter__(self) -> Self:
        """Listen.

        Raises OSError when the address is taken or not this machine's.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the requests in hand and close."""
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The port it really listens on."""
        return int(self._runner.addresses[0][1])

    async def _callback(self, request: web.Request) -> web.Response:
        job_id, secret = request.match_info["job_id"], request.match_info["secret"]
        await self._workflow.receive(job_id, secret, request.read)
        return web.Response(text="ok")


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
