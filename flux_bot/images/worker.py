"""The code that runs in a worker process: checks, shrinks and re-encodes one picture at a time.

Every worker imports this module, so it imports little. ``worker_pool.py`` starts the workers and limits their time.
"""

import ctypes
import io
import math
import os
import resource
import shutil
import signal
import struct
import threading
import time
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import IO

from PIL import ExifTags, Image, ImageFile

from flux_bot.core.errors import BadImage

MAX_PIXELS = 64_000_000
MAX_THUMBNAIL_PIXELS = 16_000_000
"""The limit for pictures that become thumbnails, after decoding: a JPEG is decoded at a fraction of its size."""
MAX_SCANS = 50
"""The limit for a progressive JPEG, which usually has about ten scans. Each scan costs as much time as decoding the
whole picture, and an empty scan takes 200 bytes of the file."""
THUMBNAIL_SIDE = 512

MADE_BY_AI = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""\
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"\
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>\
</rdf:RDF></x:xmpmeta><?xpacket end="r"?>""".encode()
"""XMP packet in the copy of a result. IPTC (Photo Metadata Standard, "Digital Source Type") defines the value as media
created algorithmically by a model trained on captured content. Edits have it, too, as the model makes the whole picture
anew; compositeWithTrainedAlgorithmicMedia is for pictures that were augmented or corrected, such as by inpainting."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_QUALITIES = (90, 80, 70)
_MAX_SIDE = 16383  # https://developers.google.com/speed/webp/faq ("maximum pixel dimensions")
_MAX_COPY_PIXELS = 4_200_000  # a second and 100 MiB to encode; as many as the API's largest pictures have
_SHRINK_STEP = 0.75
_SMALLEST_SIDE = 64
_MAX_PROFILE_BYTES = 16 * 1024
_BLOCK = 1024 * 1024
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Options of malloc.h: the size from which a block is returned to the system when it is freed, and how many heaps."""

# https://exiftool.org/TagNames/EXIF.html ("Orientation")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow's decoders raise on broken input.
_DECODER_ERRORS = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, struct.error, zlib.error, Image.DecompressionBombError),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a worker found out about a file, or about the copy that it wrote."""

    format: str
    width: int
    height: int
    size: int
    """The size in bytes."""
    is_copy: bool


def prepare(memory_bytes: int, folder: str) -> None:
    """Prepare this process: limit its memory, lower its priority, and end it when the bot ends."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # Python's handlers would wait until a decoder returns
    os.nice(10)
    # Data, not the address space: that also counts libraries, and what threads reserve without using it.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with suppress(AttributeError, OSError):  # only the GNU library has it
        # Otherwise the process keeps some of the memory that a picture used, and the next picture has less.
        malloc_option = ctypes.CDLL(None).mallopt
        malloc_option(_M_MMAP_THRESHOLD, _BLOCK)
        malloc_option(_M_ARENA_MAX, 1)
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()


def _end_with_parent(folder: str) -> None:
    """Wait until the bot has ended, perhaps killed; then remove the folder of its pictures and end this process."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        for _ in range(20):  # a process that ends closes its files a moment before
            if not _is_alive(parent.pid):
                shutil.rmtree(folder, ignore_errors=True)
                break
            time.sleep(0.05)
        os._exit(1)  # if the bot is alive, it has only given up this worker


def _is_alive(process_id: int | None) -> bool:
    """Return whether a process runs; on Linux, as others have no /proc."""
    with suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"  # a zombie has ended
    return False


def check(source: Path, target: Path) -> Facts:
    """Describe a picture. Raises BadImage if it is not one.

    If it breaks the rules of its format but can be shown nevertheless, as browsers do, save a sound copy in ``target``.
    """
    with suppress(*_DECODER_ERRORS), warnings.catch_warnings(action="ignore"), source.open("rb") as file:
        _open(file).verify()
        image = _open(file)  # verify() leaves the first object unusable (Pillow, Image.verify)
        image.load()
        # MPO is a JPEG followed by more pictures, as written by phones.
        picture_format = "JPEG" if image.format == "MPO" else str(image.format)
        return Facts(picture_format, image.width, image.height, source.stat().st_size, is_copy=False)
    return shrink(source, target)


def thumbnail(source: Path, target: Path) -> Facts:
    """Save a thumbnail of a picture of unknown origin in ``target``. Raises BadImage."""
    return _save_copy(source, target, None, THUMBNAIL_SIDE, is_result=False)


def shrink(source: Path, target: Path, *, limit_bytes: int | None = None, longest_side: int = _MAX_SIDE) -> Facts:
    """Save the best copy of a result that fits in ``target``. Raises BadImage, as ``_save_copy`` does."""
    return _save_copy(source, target, limit_bytes, longest_side, is_result=True)


def _save_copy(source: Path, target: Path, limit_bytes: int | None, longest_side: int, *, is_result: bool) -> Facts:
    """Save the best WebP copy that fits in ``target``: upright, without metadata except for a small colour profile.

    A result is marked as made by AI. Raises BadImage if not even the smallest copy fits, or if the source can't be
    decoded; OSError if it can't be saved.
    """
    max_pixels, xmp = (MAX_PIXELS, MADE_BY_AI) if is_result else (MAX_THUMBNAIL_PIXELS, b"")
    found: tuple[Image.Image, io.BytesIO] | None = None
    problem = f"does not fit into {limit_bytes} bytes"
    try:
        with _lenient_decoders(), source.open("rb") as file:
            image, profile = _decode(file, max_pixels, longest_side)
            for scale, quality in _attempts(max(image.size)):
                copy = _scaled(image, scale)
                data = io.BytesIO()
                copy.save(data, "WEBP", quality=quality, icc_profile=profile, xmp=xmp)
                if limit_bytes is None or data.tell() <= limit_bytes:
                    found = copy, data
                    break
    except MemoryError:
        problem = "takes too much memory to decode"
    except _DECODER_ERRORS as error:
        problem = f"not a PNG, JPEG, WebP or GIF picture: {type(error).__name__}"
    if found is None:
        raise BadImage(problem)  # not in an except clause: the decoder's error would keep the picture in memory
    copy, data = found
    target.write_bytes(data.getbuffer())
    return Facts("WEBP", copy.width, copy.height, data.tell(), is_copy=True)


@contextmanager
def _lenient_decoders() -> Iterator[None]:
    """Ignore wrong checksums of metadata, oversized metadata, and a missing end, as browsers do."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _open(file: IO[bytes]) -> Image.Image:
    """Open a picture without decoding it. Raises BadImage if it has too many pixels or scans."""
    scans = _count_scans(file)
    image = Image.open(file, formats=_FORMATS)
    # Pillow's own limit is higher and global, and only warns at first.
    if image.width * image.height > MAX_PIXELS:
        raise BadImage(f"{image.width}x{image.height} is more than {MAX_PIXELS} pixels")
    if image.info.get("progressive") and scans > MAX_SCANS:
        raise BadImage(f"more than {MAX_SCANS} scans")
    return image


def _count_scans(file: IO[bytes]) -> int:
    """Return about how many scans a JPEG has: in compressed data, these two bytes can't occur (ITU-T T.81, B.1.1.5)."""
    file.seek(0)
    scans = sum(block.count(b"\xff\xda") for block in iter(lambda: file.read(_BLOCK), b""))
    file.seek(0)
    return scans


def _decode(file: IO[bytes], max_pixels: int, longest_side: int) -> tuple[Image.Image, bytes | None]:
    """Return the first frame, upright, as RGB or RGBA, no larger than a copy may be; and its profile if it applies."""
    image = _open(file)
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "P"} else None
    if profile and len(profile) > _MAX_PROFILE_BYTES:
        profile = None
    turn = _TURNS.get(_orientation(image))
    factor = min(1.0, longest_side / max(image.size), math.sqrt(_MAX_COPY_PIXELS / math.prod(image.size)))
    size = _scaled_size(image, factor)
    image.draft("RGB", size)  # a JPEG can be decoded at a fraction of its size
    if image.width * image.height > max_pixels:
        raise BadImage(f"{image.width}x{image.height} is more than {max_pixels} pixels")
    if image.mode.startswith("I"):  # 16-bit grey, which convert() would clip instead of scaling
        image = image.point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if mode == "RGBA" or image.mode not in {"L", "RGB", "CMYK"}:  # others can't be resized well
        image = _converted(image, mode)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _converted(image, mode)
    return (image if turn is None else image.transpose(turn)), profile


def _orientation(image: Image.Image) -> int:
    """Return how a picture is to be turned; 1, which means upright, if that can't be read."""
    with suppress(*_DECODER_ERRORS):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _attempts(side: int) -> Iterator[tuple[float, int]]:
    """Yield the scales and qualities to try, from the best down to a thumbnail."""
    for quality in _QUALITIES:
        yield 1.0, quality
    scale = 1.0
    while side * scale > _SMALLEST_SIDE:
        scale *= _SHRINK_STEP
        yield scale, _QUALITIES[-1]


def _scaled_size(image: Image.Image, scale: float) -> tuple[int, int]:
    """Return a smaller size, at least one pixel wide and high."""
    return max(1, int(image.width * scale)), max(1, int(image.height * scale))


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """Return a smaller copy, or the picture itself at scale 1."""
    return image if scale == 1 else image.resize(_scaled_size(image, scale), Image.Resampling.LANCZOS)


def _converted(image: Image.Image, mode: str) -> Image.Image:
    """Return a picture in a mode. Even if the mode stays the same, convert() would copy the whole picture."""
    return image if image.mode == mode else image.convert(mode)
