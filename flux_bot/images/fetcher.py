"""Download pictures from the public internet only.

Links come from outside, so the address is checked when the connection is made. Whatever a name resolves to,
however an address is written and wherever a redirect leads, the bot never connects to a non-public address.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Self

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver
from yarl import URL

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.addresses import is_public_address, parse_as_written
from flux_bot.images.decoding import Decoder, Picture

MAX_BYTES = 64 * 1024 * 1024
MAX_SOURCE_BYTES = 24 * 1024 * 1024
"""The size limit of a picture of which only a thumbnail is made."""
REMEMBERED_THUMBNAILS = 64
"""So that a repeated delivery does not make them again; each has at most some 100 KiB."""
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = 60.0
ATTEMPTS = 3

_HEADERS = {
    "Accept": "image/png, image/jpeg, image/webp, image/gif",
    "Accept-Encoding": "identity",  # a compressed response could expand to far more than was sent
    "User-Agent": "flux-bot",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# 404: a new file may not have reached every server of a CDN yet.
_RETRY_STATUSES = frozenset({404, 408, 425, 429})


class ImageFetcher:
    """Downloads pictures; use it as an async context manager.

    Methods raise BadImage for permanent errors, and ImageUnreachable, which may be retried later, after three
    quick attempts or when the total time is up.
    """

    def __init__(
        self,
        *,
        allow_private_hosts: bool = False,
        max_bytes: int = MAX_BYTES,
        timeout_seconds: float = TIMEOUT_SECONDS,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Set the limits. ``allow_private_hosts`` also allows plain HTTP; it is for the sandbox and tests only."""
        self._allow_private_hosts = allow_private_hosts
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds
        self._resolver = resolver
        self._thumbnails: dict[str, tuple[Picture, bytes]] = {}

    async def __aenter__(self) -> Self:
        self.decoder = Decoder()
        # A host that stalls uses up a third of the time, which leaves some for another attempt.
        stall_timeout = self._timeout_seconds / 3
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver,
                use_dns_cache=False,
                socket_factory=None if self._allow_private_hosts else _public_socket,
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=stall_timeout, sock_read=stall_timeout),
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()
        await self.decoder.close()

    async def fetch(self, url: str) -> Picture:
        """Download and check the picture at a link. The caller must close it."""
        return await self._fetch(url, self._max_bytes, self.decoder.check)

    async def fetch_thumbnail(self, url: str) -> Picture:
        """Return a thumbnail of the picture at a link of a user. The caller must close it."""
        if url not in self._thumbnails:
            made = await self._fetch(url, min(self._max_bytes, MAX_SOURCE_BYTES), self.decoder.thumbnail)
            with made:
                self._thumbnails[url] = made, made.read()
            if len(self._thumbnails) > REMEMBERED_THUMBNAILS:
                del self._thumbnails[next(iter(self._thumbnails))]
        picture, data = self._thumbnails[url]
        path = self.decoder.new_path()
        path.write_bytes(data)
        return replace(picture, path=path)

    async def _fetch(self, url: str, max_bytes: int, decode: Callable[[Path], Awaitable[Picture]]) -> Picture:
        path = self.decoder.new_path()
        with ExitStack() as stack:
            stack.callback(path.unlink, missing_ok=True)
            is_complete = await self._save_to(path, url, max_bytes)
            picture = await decode(path)
            if picture.path != path and not is_complete:  # it may be damaged because it was cut off: fetch it once more
                picture.close()
                await self._save_to(path, url, max_bytes)
                picture = await decode(path)
            if picture.path == path:
                stack.pop_all()
        return picture

    async def _save_to(self, path: Path, url: str, max_bytes: int) -> bool:
        """Download into a file; return whether the file is certainly complete."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                with path.open("wb") as file:
                    return await self._download(url, file, max_bytes)
        except TimeoutError:
            raise ImageUnreachable(f"not fetched within {self._timeout_seconds:g} s") from None
        except OSError as error:  # such as a full disk
            raise ImageUnreachable(f"can't be saved: {error.strerror}") from error

    @stamina.retry(on=ImageUnreachable, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_jitter=0.5)
    async def _download(self, url: str, file: IO[bytes], max_bytes: int) -> bool:
        file.seek(0)
        file.truncate()
        try:
            return await self._follow(parse_as_written(url), file, max_bytes)
        except ValueError as error:  # includes aiohttp's InvalidURL, and UnicodeError: not a valid DNS name
            # Not the error's own text, here and below: it may contain the whole link, which may be signed.
            raise BadImage(f"malformed link ({type(error).__name__})") from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublicError):
                raise BadImage(f"{error.host} is not on the public internet") from error
            raise ImageUnreachable(f"{error.host} can't be reached: {error.os_error}") from error
        except aiohttp.ClientError as error:
            raise ImageUnreachable(f"{URL(url).host} can't be reached: {type(error).__name__}") from error

    async def _follow(self, link: URL, file: IO[bytes], max_bytes: int) -> bool:
        """Save the target of a link, checking each redirect like the link itself."""
        schemes = ["http", "https"] if self._allow_private_hosts else ["https"]
        for _ in range(1 + MAX_REDIRECTS):
            # _public_socket checks the address.
            if link.scheme not in schemes or not link.raw_host:
                raise BadImage(f"only {' and '.join(schemes)} links are fetched")
            if link.raw_user is not None or link.raw_password is not None:
                raise BadImage("the link contains credentials")
            async with self._session.get(link, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _save(response, file, max_bytes)
                target = link.join(URL(response.headers.get("Location", ""), encoded=True))
            link = parse_as_written(str(target))
        raise BadImage(f"redirected more than {MAX_REDIRECTS} times")


async def _save(response: aiohttp.ClientResponse, file: IO[bytes], max_bytes: int) -> bool:
    """Write the response body to the file, up to the size limit; return whether its end was marked."""
    if response.status in _RETRY_STATUSES or response.status >= 500:
        raise ImageUnreachable(f"{response.host} answered {response.status}")
    if response.status != 200:
        raise BadImage(f"{response.host} answered {response.status}")
    too_large = BadImage(f"larger than {max_bytes} bytes")
    if (response.content_length or 0) > max_bytes:
        raise too_large
    async for chunk in response.content.iter_any():
        if file.tell() + len(chunk) > max_bytes:
            raise too_large
        file.write(chunk)
    return response.content_length is not None or "chunked" in response.headers.get("Transfer-Encoding", "")


class _NotPublicError(OSError):
    """A non-public address. This is an OSError so that aiohttp tries the next address."""


def _public_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Create a socket for an address that aiohttp is about to connect to, if it is public.

    Only here is the actual address of every connection known: aiohttp does not call the resolver for hosts that
    are addresses, and a name may resolve differently the next time.
    """
    family, kind, protocol, _, destination = address
    if not is_public_address(str(destination[0])):
        # The text must be constant: aiohappyeyeballs keeps the exception type only if all errors have the same text.
        raise _NotPublicError("not a public address")
    return socket.socket(family, kind, protocol)
