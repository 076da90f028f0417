"""Check that bytes are a picture, and fit pictures to a size limit: a file is a picture once its first frame decodes.

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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import IO, Self

from PIL import Image, ImageOps

from flux_bot.core.errors import BadImage

MAX_PIXELS = 64_000_000

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}

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


async def check(file: IO[bytes]) -> Picture:
    """Return the file as a picture. Raises BadImage if it is none."""
    return await _in_decoder(partial(_inspect, file))


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
        for scale, quality in _attempts(max(image.size)):
            copy = _scaled(image, scale)
            data = io.BytesIO()
            copy.save(data, "WEBP", quality=quality, icc_profile=profile)
            if data.tell() <= limit_bytes:
                return Picture(data, "WEBP", copy.width, copy.height, data.tell(), shrunk=True)
    except _DECODER_FAULTS as error:
        raise BadImage(f"could not be re-encoded: {error}") from error
    raise BadImage(f"does not fit into {limit_bytes} bytes")


def _attempts(side: int) -> Iterator[tuple[float, int]]:
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
