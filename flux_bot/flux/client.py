"""HTTP client for the image API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

import aiohttp
import stamina

from flux_bot.core.errors import ApiBusy, ApiUnknown
from flux_bot.core.jobs import UNREACHABLE, Failure, ImageRequest, TaskResult
from flux_bot.flux import protocol

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
"""A generous timeout: with a callback or ``async``, the API responds immediately."""
MAX_ANSWER_BYTES = 4 * 1024 * 1024


class FluxApi:
    """Submits requests and looks up tasks; use it as an async context manager."""

    def __init__(self, url: str, token: str, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        """Set the base URL, without a trailing slash, and the token."""
        self.url = url
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        # A new connection for every request: if the server closes an idle one just as it is reused, there is no way
        # to know whether a paid POST arrived.
        connector = aiohttp.TCPConnector(force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()

    async def submit(self, request: ImageRequest, callback_url: str | None) -> protocol.SubmitAnswer:
        """Submit a request. This costs money, so it is sent only once.

        Raises ApiBusy if no task was started, ApiRefused if the refusal is final, and ApiUnknown if a task may have
        been started.
        """
        try:
            status, headers, body = await self._post(protocol.IMAGES_PATH, protocol.submit_body(request, callback_url))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ApiBusy(Failure(UNREACHABLE), type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnknown(type(error).__name__) from error
        return protocol.read_submit_answer(status, headers, body)

    @stamina.retry(on=ApiBusy, attempts=3, wait_initial=1.0, wait_max=5.0)
    async def look_up(self, task_ids: Sequence[str]) -> dict[str, TaskResult]:
        """Return the results of finished tasks by task_id. Look-ups are free, so failures are retried.

        Raises ApiBusy if the API stays unavailable and ApiRefused if it refuses the look-up.
        """
        try:
            status, headers, body = await self._post(protocol.TASKS_PATH, protocol.lookup_body(task_ids))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiBusy(Failure(UNREACHABLE), type(error).__name__) from error
        return protocol.read_lookup(status, headers, body)

    @stamina.retry(on=ApiBusy, attempts=3, wait_initial=1.0, wait_max=5.0)
    async def list_tasks(self, since: datetime, until: datetime, *, offset: int) -> list[protocol.ListedTask]:
        """Return a page of the tasks that were created in a period, at most ``MAX_IDS_PER_LOOKUP``. It is free.

        Raises ApiBusy if the API stays unavailable and ApiRefused if it does not list tasks.
        """
        try:
            answer = await self._post(protocol.TASKS_PATH, protocol.list_body(since, until, offset))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiBusy(Failure(UNREACHABLE), type(error).__name__) from error
        return protocol.read_list(*answer)

    async def _post(self, path: str, payload: dict[str, Any]) -> tuple[int, Any, bytes]:
        async with self._session.post(f"{self.url}{path}", json=payload, allow_redirects=False) as response:
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise aiohttp.ClientPayloadError("response too large")
            return response.status, response.headers, bytes(body)
