"""The requests that the fake Flux API receives, and its responses."""

import asyncio
import json
import uuid
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from flux_bot.sandbox.faults import BadAnswer


@dataclass(slots=True)
class Exchange:
    """A received request; ``status`` is None until the response is sent."""

    body: dict[str, Any]
    """Empty if the request was not a JSON object."""
    status: int | None = None
    reason: str = ""
    """The message of an error response; empty if there was none."""
    task_id: str | None = None


async def receive(request: web.Request, log: list[Exchange]) -> Exchange:
    """Read a request and add it to the log."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        body = None
    log.append(Exchange(body if isinstance(body, dict) else {}))
    return log[-1]


async def send(
    request: web.Request, exchange: Exchange, answer: dict[str, Any] | BadAnswer, status: int = 200
) -> web.Response:
    """Return the response for this answer, and record it in the exchange. Never return if the answer hangs."""
    if isinstance(answer, dict):
        exchange.status = status
        return web.json_response(answer, status=status)
    if answer.hangs:
        await asyncio.Event().wait()
    if answer.status is None:
        cut(request)
        return web.Response()
    exchange.status, exchange.reason = answer.status, answer.message
    headers = {"Retry-After": answer.retry_after} if answer.retry_after else {}
    if not answer.code:
        return web.Response(status=answer.status, text=answer.page, content_type="text/html", headers=headers)
    body: dict[str, Any] = {"error": {"code": answer.code, "message": answer.message}, "trace_id": str(uuid.uuid4())}
    if answer.code == "api_error":  # the vendor's guide shows this key only for the worker's errors
        body["success"] = False
    return web.json_response(body, status=answer.status, headers=headers)


def cut(request: web.Request) -> None:
    """Close the connection of a request at once."""
    if request.transport is not None:
        request.transport.close()
