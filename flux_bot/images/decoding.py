"""Check that a file is a picture, and shrink pictures to a size limit.

A file counts as a picture if its first frame can be decoded.

async with ImageFetcher() as fetcher:
    with await fetcher.fetch(url) as original:
        with await fit(original, upload_limit) as picture:
            ...
"""

import asyncio
import io
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Self

from PIL import Image, ImageOps

from flux_bot.core.errors import BadImage

MAX_PIXELS = 64_000_000

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}

_WEBP_QUALITIES = (90, 80, 70)
_WEBP_MAX_SIDE = 16383  # https://developers.google.com/speed/webp/faq ("maximum pixel dimensions")
_MAX_COPY_PIXELS = 16_000_000  # more would take a gigabyte and minutes, for a mere copy
_SHRINK_STEP = 0.75
_SMALLEST_SIDE = 64
_MAX_PROFILE_BYTES = 16 * 1024

# At most two pictures are decoded at a time: 64 megapixels take a quarter of a gigabyte. Unlike a semaphore, a
# thread pool keeps this limit when the waiting task is cancelled.
_DECODERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="decoder")

# What Pillow's decoders raise on broken input, including Warning, which ``-W error`` turns into an exception.
_DECODER_ERRORS = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, Warning, struct.error, zlib.error, Image.DecompressionBombError),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture in its own file. The caller must close it; closing it twice is harmless."""

    file: IO[bytes]
    format: str
    """PNG, JPEG, WEBP or GIF."""
    width: int
    height: int
    size: int
    """In bytes."""
    shrunk: bool = False
    """Whether this is a smaller copy of the original."""

    @property
    def extension(self) -> str:
        """Return the file name extension, without the dot."""
        return _EXTENSIONS[self.format]

    def read(self) -> bytes:
        """Return all bytes. May be called repeatedly."""
        self.file.seek(0)
        return self.file.read()

    def close(self) -> None:
        """Free the memory or disk space."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


async def check(file: IO[bytes]) -> Picture:
    """Return the file as a picture. Raises BadImage if it is not one."""
    return await asyncio.get_running_loop().run_in_executor(_DECODERS, _inspect, file)


async def fit(picture: Picture, limit_bytes: int) -> Picture:
    """Return the picture itself if it fits, otherwise a smaller copy. The original stays open.

    The copy is a WebP of the first frame, turned upright, without metadata except for a small colour profile.
    Raises BadImage if not even a thumbnail fits.
    """
    return picture if picture.size <= limit_bytes else await plain_copy(picture, limit_bytes)


async def fit_or_none(picture: Picture | None, limit_bytes: int) -> Picture | None:
    """Return the result of ``fit``, or None if there is no picture or it can't be shrunk."""
    try:
        return await fit(picture, limit_bytes) if picture else None
    except BadImage:
        return None


async def plain_copy(picture: Picture, limit_bytes: int) -> Picture:
    """Return a WebP copy that fits, without metadata, which may reveal where a photo was taken.

    Raises BadImage as ``fit`` does.
    """
    return await asyncio.get_running_loop().run_in_executor(_DECODERS, _shrink, picture.file, limit_bytes)


async def fit_all(pictures: Sequence[Picture | None], limit_bytes: int, opened: ExitStack) -> list[Picture | None]:
    """Apply ``fit_or_none`` to all pictures; ``opened`` closes the originals and the copies."""
    for picture in filter(None, pictures):
        opened.enter_context(picture)
    fitting = [await fit_or_none(picture, limit_bytes) for picture in pictures]
    for picture in filter(None, fitting):
        opened.enter_context(picture)
    return fitting


def _open(file: IO[bytes]) -> Image.Image:
    """Open a picture without decoding it. Raises BadImage if it has too many pixels."""
    file.seek(0)
    image = Image.open(file, formats=list(_EXTENSIONS))
    # Pillow's own limit is higher and global, and only warns at first.
    if image.width * image.height > MAX_PIXELS:
        raise BadImage(f"{image.width}x{image.height} is more than {MAX_PIXELS} pixels")
    return image


def _inspect(file: IO[bytes]) -> Picture:
    """Verify the checksums and decode the first frame."""
    try:
        _open(file).verify()
        image = _open(file)  # verify() leaves the first object unusable (Pillow, Image.verify)
        image.load()
    except _DECODER_ERRORS as error:
        raise BadImage(f"not a PNG, JPEG, WebP or GIF picture: {error}") from error
    # MPO is a JPEG followed by more pictures, as written by phones.
    picture_format = "JPEG" if image.format == "MPO" else str(image.format)
    return Picture(file, picture_format, image.width, image.height, size=file.seek(0, io.SEEK_END))


def _shrink(file: IO[bytes], limit_bytes: int) -> Picture:
    """Return the best WebP copy that fits. Raises BadImage if none does."""
    try:
        image, profile = _upright(_open(file))
        largest = min(1.0, _WEBP_MAX_SIDE / max(image.size), math.sqrt(_MAX_COPY_PIXELS / math.prod(image.size)))
        image = _scaled(image, largest)
        for scale, quality in _attempts(max(image.size)):
            copy = _scaled(image, scale)
            data = io.BytesIO()
            copy.save(data, "WEBP", quality=quality, icc_profile=profile)
            if data.tell() <= limit_bytes:
                return Picture(data, "WEBP", copy.width, copy.height, data.tell(), shrunk=True)
    except _DECODER_ERRORS as error:
        raise BadImage(f"could not be re-encoded: {error}") from error
    raise BadImage(f"does not fit into {limit_bytes} bytes")


def _attempts(side: int) -> Iterator[tuple[float, int]]:
    """Yield the scales and qualities to try, from the best down to a thumbnail."""
    for quality in _WEBP_QUALITIES:
        yield 1.0, quality
    scale = 1.0
    while side * scale > _SMALLEST_SIDE:
        scale *= _SHRINK_STEP
        yield scale, _WEBP_QUALITIES[-1]


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """Return a smaller copy, at least one pixel wide and high, or the picture itself at scale 1."""
    if scale == 1:
        return image
    size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS)


def _upright(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """Return the first frame as RGB or RGBA, rotated according to EXIF, and its colour profile if it still applies."""
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "P"} else None
    if profile and len(profile) > _MAX_PROFILE_BYTES:
        profile = None
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I"):  # 16-bit grey, which convert() would clip instead of scaling
        image = image.point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    # Even if the mode stays the same, convert() would copy up to a quarter of a gigabyte.
    return image if image.mode == mode else image.convert(mode), profile
