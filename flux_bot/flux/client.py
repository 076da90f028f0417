"""FluxApi: submit a request to the image API and look tasks up, over HTTP."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp
import stamina

from flux_bot.core.errors import ApiBusy, ApiUnknown
from flux_bot.core.jobs import UNREACHABLE, Failure, ImageRequest, TaskResult
from flux_bot.flux import protocol

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
"""With a callback or ``async`` the API answers at once; a minute is generous."""

MAX_ANSWER_BYTES = 4 * 1024 * 1024


class FluxApi:
    """The image API as two calls; use it as an async context manager."""

    def __init__(self, url: str, token: str, *, timeout: aiohttp.ClientTimeout = TIMEOUT) -> None:
        """Keep the base address without a slash at its end, and the token."""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        """Open the connection pool.

        Each request gets a connection of its own: on a kept one that the server is just closing nobody could
        tell whether a paid POST had arrived.
        """
        connector = aiohttp.TCPConnector(force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, headers=self._headers, timeout=self._timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        await self._session.close()

    async def submit(self, request: ImageRequest, callback_url: str | None) -> protocol.SubmitAnswer:
        """Ask for a picture; this costs money, so it is sent exactly once.

        Raises ApiBusy where surely nothing started, ApiRefused for a final no, ApiUnknown where no one can tell.
        """
        body = protocol.submit_body(request, callback_url)
        try:
            status, headers, answer = await self._post(protocol.IMAGES_PATH, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ApiBusy(Failure(UNREACHABLE, type(error).__name__)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiUnknown(type(error).__name__) from error
        return protocol.read_submit_answer(status, headers, answer)

    @stamina.retry(on=ApiBusy, attempts=3, wait_initial=1.0, wait_max=5.0)
    async def look_up(self, task_ids: Sequence[str]) -> dict[str, TaskResult]:
        """Return the results of those tasks that are finished, by task_id; free, so it is repeated on trouble.

        Raises ApiBusy when the API stays out of reach, ApiRefused when it won't answer.
        """
        body = protocol.lookup_body(task_ids)
        try:
            status, headers, answer = await self._post(protocol.TASKS_PATH, body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ApiBusy(Failure(UNREACHABLE, type(error).__name__)) from error
        return protocol.read_lookup(status, headers, answer)

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, Any, bytes]:
        async with self._session.post(f"{self._url}{path}", json=body, allow_redirects=False) as response:
            answer = bytearray()
            async for chunk in response.content.iter_any():
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise aiohttp.ClientPayloadError("answer too large")
            return response.status, response.headers, bytes(answer)
