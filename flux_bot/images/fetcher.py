"""Fetch finished pictures safely, check that they are pictures, fit them to a size limit.

A link comes from outside, so the address is judged where it is dialled: whatever a name resolves
to, however a literal is spelled and wherever a redirect leads, no connection is opened to an
address that is not public. What arrives is a picture only once its first frame has been decoded.

    async with ImageFetcher() as fetcher:
        with await fetcher.fetch(url) as original:
            with await fit(original, upload_limit) as picture:
                ...
"""

import asyncio
import io
import math
import socket
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
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
from PIL import Image, ImageOps
from yarl import URL

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.addresses import is_public_address

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 64_000_000
MAX_REDIRECTS = 3
TIMEOUT_SECONDS = 60.0
ATTEMPTS = 3

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
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

_WEBP_QUALITIES = (90, 80, 70)
_WEBP_MAX_SIDE = 16383  # https://developers.google.com/speed/webp/faq ("maximum pixel dimensions")
_MAX_COPY_PIXELS = 16_000_000  # more would cost a gigabyte and minutes, for a copy beside the original's link
_SHRINK_STEP = 0.75
_SMALLEST_SIDE = 64
_MAX_PROFILE_BYTES = 16 * 1024

# At most two pictures are decoded at once, 64 megapixels being a quarter of a gigabyte. Threads of their
# own hold that limit even when the task that waits is cancelled; a semaphore would let the next one in.
_DECODERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="decoder")

# What Pillow's decoders raise on broken input. Warning: what it warns of is an error under ``-W error``.
_DECODER_FAULTS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture in a file of its own; whoever gets it closes it, once or more."""

    file: IO[bytes]
    format: str
    """PNG, JPEG, WEBP or GIF."""
    width: int
    height: int
    size: int
    """In bytes."""
    shrunk: bool = False
    """Whether it is a smaller copy of what was fetched."""

    @property
    def extension(self) -> str:
        """Return the ending for a file name, without the dot."""
        return _EXTENSIONS[self.format]

    def read(self) -> bytes:
        """Return all bytes, as often as asked."""
        self.file.seek(0)
        return self.file.read()

    def close(self) -> None:
        """Give the memory or disk space back."""
        self.file.close()

    def __enter__(self) -> Self:
        """Return the picture itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the picture."""
        self.close()


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
            picture = await _in_decoder(partial(_inspect, file))
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


async def fit(picture: Picture, limit_bytes: int) -> Picture:
    """Return the picture itself if it fits, else a new, shrunk one; neither is closed here.

    A shrunk picture is a WebP of the first frame, turned upright, without metadata but for a small
    colour profile. ``BadImage`` means that not even a thumbnail fits.
    """
    if picture.size <= limit_bytes:
        return picture
    return await _in_decoder(partial(_shrink, picture.file, limit_bytes))


async def fit_or_none(picture: Picture | None, limit_bytes: int) -> Picture | None:
    """Do what ``fit`` does; None for a picture that there is not, or that can't be shrunk."""
    if picture is None:
        return None
    try:
        return await fit(picture, limit_bytes)
    except BadImage:
        return None


async def plain_copy(picture: Picture, limit_bytes: int) -> Picture:
    """Return a copy that fits, as a WebP without metadata: a photo's may tell where somebody lives.

    ``BadImage`` as ``fit`` raises it.
    """
    return await _in_decoder(partial(_shrink, picture.file, limit_bytes))


async def fit_all(pictures: Sequence[Picture | None], limit_bytes: int, opened: ExitStack) -> list[Picture | None]:
    """Return pictures that fit, None for those that there are not or that can't be shrunk; ``opened`` closes all."""
    for picture in filter(None, pictures):
        opened.enter_context(picture)
    fitting = [await fit_or_none(picture, limit_bytes) for picture in pictures]
    for picture in filter(None, fitting):
        opened.enter_context(picture)
    return fitting


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


async def _in_decoder(work: Callable[[], Picture]) -> Picture:
    """Run decoding work in one of the decoder threads."""
    return await asyncio.get_running_loop().run_in_executor(_DECODERS, work)


def _open(file: IO[bytes]) -> Image.Image:
    """Return the picture in a file, not decoded yet and within the pixel limit."""
    file.seek(0)
    image = Image.open(file, formats=list(_EXTENSIONS))
    # Below Pillow's own limit, which is global and only warns at first.
    if image.width * image.height > MAX_PIXELS:
        raise BadImage(f"{image.width}x{image.height} is more than {MAX_PIXELS} pixels")
    return image


def _inspect(file: IO[bytes]) -> Picture:
    """Return the file as a picture once its checksums hold and its first frame decodes."""
    try:
        _open(file).verify()
        image = _open(file)  # once verified, it can only be decoded anew: Pillow, Image.verify
        image.load()
    except _DECODER_FAULTS as error:
        raise BadImage(f"not a PNG, JPEG, WebP or GIF picture: {error}") from error
    # A JPEG with further pictures behind the first, as phones write it, goes by a name of its own.
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    return Picture(file, kind, image.width, image.height, size=file.seek(0, io.SEEK_END))


def _shrink(file: IO[bytes], limit_bytes: int) -> Picture:
    """Return the best WebP copy that fits."""
    try:
        image, profile = _upright(_open(file))
        largest = min(_WEBP_MAX_SIDE / max(image.size), math.sqrt(_MAX_COPY_PIXELS / math.prod(image.size)))
        image = _scaled(image, min(1.0, largest))
        for scale, quality in _ladder(max(image.size)):
            copy = _scaled(image, scale)
            data = io.BytesIO()
            copy.save(data, "WEBP", quality=quality, icc_profile=profile)
            if data.tell() <= limit_bytes:
                return Picture(data, "WEBP", copy.width, copy.height, data.tell(), shrunk=True)
    except _DECODER_FAULTS as error:
        raise BadImage(f"could not be re-encoded: {error}") from error
    raise BadImage(f"does not fit into {limit_bytes} bytes")


def _ladder(side: int) -> Iterator[tuple[float, int]]:
    """Yield the scales and qualities to try, the best first, down to a thumbnail."""
    scale = 1.0
    for quality in _WEBP_QUALITIES:
        yield scale, quality
    while side * scale > _SMALLEST_SIDE:
        scale *= _SHRINK_STEP
        yield scale, _WEBP_QUALITIES[-1]


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """Return a smaller copy, at least one pixel wide and high; at scale 1 the picture itself."""
    if scale == 1:
        return image
    size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS)


def _upright(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """Return the first frame as RGB or RGBA, turned as EXIF says, and its colour profile if still true."""
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "P"} else None
    if profile is not None and len(profile) > _MAX_PROFILE_BYTES:
        profile = None
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would clip rather than scale
        image = image.point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    # Asked for the mode it has, convert() would copy up to a quarter of a gigabyte.
    return image if image.mode == mode else image.convert(mode), profile
