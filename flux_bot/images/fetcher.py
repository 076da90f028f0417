"""Download pictures, from the public internet only.

A link comes from outside, so the address is judged where it is dialled: whatever a name resolves
to, however a literal is spelled and wherever a redirect leads, no connection is opened to an
address that is not public.
"""

import asyncio
import socket
import tempfile
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Self

import stamina
from aiohttp import (
    AddrInfoType,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.addresses import is_public_address
from flux_bot.images.decoding import Picture, check

MAX_BYTES = 64 * 1024 * 1024
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = 60.0
ATTEMPTS = 3

_HEADERS = {
    "Accept": "image/png, image/jpeg, image/webp, image/gif",
    "Accept-Encoding": "identity",  # a compressed answer could unpack to far more than was sent
    "User-Agent": "flux-bot",
}
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# 404: a file that has just been finished may not have reached each server of a CDN yet.
_WORTH_ANOTHER_TRY = frozenset({404, 408, 425, 429})
_FIRST_SERVER_ERROR = 500
_CHUNK_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024


class ImageFetcher:
    """Fetches pictures from the public internet and from nowhere else.

    ``BadImage`` is final. ``ImageUnreachable`` comes after three quick attempts, or when the time for
    all of them is up, and is worth another call later.
    """

    def __init__(
        self,
        *,
        allow_private_hosts: bool = False,
        max_bytes: int = MAX_BYTES,
        timeout_seconds: float = TIMEOUT_SECONDS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Keep the limits; ``allow_private_hosts``, for the sandbox and tests, allows plain http too."""
        self._allow_private_hosts = allow_private_hosts
        self._schemes = frozenset({"http", "https"} if allow_private_hosts else {"https"})
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds
        self._resolver = resolver
        self._session: ClientSession

    async def __aenter__(self) -> Self:
        """Open the HTTP session."""
        # A third of the time each, so that a host that stalls leaves some for another attempt.
        pause = self._timeout_seconds / 3
        self._session = ClientSession(
            connector=TCPConnector(
                resolver=self._resolver,
                use_dns_cache=False,
                socket_factory=None if self._allow_private_hosts else _public_socket,
            ),
            timeout=ClientTimeout(total=None, sock_connect=pause, sock_read=pause),
            headers=_HEADERS,
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the HTTP session."""
        await self._session.close()

    async def fetch(self, url: str) -> Picture:
        """Return the picture behind a link, checked; the caller closes it."""
        with ExitStack() as undo:
            file = undo.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    await self._download(url, file)
            except TimeoutError:
                raise ImageUnreachable(f"not fetched within {self._timeout_seconds:g} s") from None
            picture = await check(file)
            undo.pop_all()
        return picture

    async def _download(self, url: str, file: IO[bytes]) -> None:
        """Fill the file, in a few quick attempts."""
        attempts = stamina.retry_context(
            on=ImageUnreachable, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_jitter=0.5
        )
        async for attempt in attempts:
            with attempt:
                file.seek(0)
                file.truncate()
                try:
                    await self._follow(_parse(url), file)
                except (InvalidURL, UnicodeError) as error:  # UnicodeError: no host name for the DNS
                    raise BadImage("the link has no valid host") from error
                except ClientConnectorError as error:
                    if isinstance(error.os_error, _NotPublicError):
                        raise BadImage(f"{error.host} is not on the public internet") from error
                    raise ImageUnreachable(str(error)) from error
                except ClientError as error:
                    raise ImageUnreachable(f"{type(error).__name__}: {error}") from error

    async def _follow(self, link: URL, file: IO[bytes]) -> None:
        """Save what a link leads to, judging each redirect like the link itself."""
        for _ in range(1 + MAX_REDIRECTS):
            self._judge(link)
            async with self._session.get(link, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    return await self._save(answer, file)
                link = link.join(_parse(answer.headers.get("Location", "")))
        raise BadImage(f"redirected more than {MAX_REDIRECTS} times")

    def _judge(self, link: URL) -> None:
        """Refuse a link for what it says; where it leads is judged by ``_public_socket``."""
        if link.scheme not in self._schemes or not link.raw_host:
            raise BadImage(f"only {' and '.join(sorted(self._schemes))} links are fetched")
        if link.raw_user is not None or link.raw_password is not None:
            raise BadImage("the link contains credentials")

    async def _save(self, answer: ClientResponse, file: IO[bytes]) -> None:
        """Write the body to the file, up to the size limit."""
        if answer.status in _WORTH_ANOTHER_TRY or answer.status >= _FIRST_SERVER_ERROR:
            raise ImageUnreachable(f"{answer.host} answered {answer.status}")
        if answer.status != _OK:
            raise BadImage(f"{answer.host} answered {answer.status}")
        too_large = BadImage(f"larger than {self._max_bytes} bytes")
        if (answer.content_length or 0) > self._max_bytes:
            raise too_large
        size = 0
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            size += len(chunk)
            if size > self._max_bytes:
                raise too_large
            file.write(chunk)


class _NotPublicError(OSError):
    """An address that must not be dialled; an OSError, so that aiohttp goes on to the next address."""


def _public_socket(address: AddrInfoType) -> socket.socket:
    """Open a socket for an address aiohttp is about to dial, if it is public.

    The one place every connection passes, with the very address it goes to: aiohttp asks no resolver
    about hosts that are addresses already, and a name may resolve differently the next time.
    """
    family, kind, protocol, _, destination = address
    if not is_public_address(str(destination[0])):
        # Always the same text: aiohappyeyeballs keeps the type only of failures that read alike.
        raise _NotPublicError("not a public address")
    return socket.socket(family, kind, protocol)


def _parse(link: str) -> URL:
    """Read a link."""
    try:
        return URL(link)
    except ValueError as error:
        raise BadImage(f"malformed link: {error}") from error
