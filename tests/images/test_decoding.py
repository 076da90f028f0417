"""What counts as a picture, and how pictures are shrunk to a limit."""

import asyncio
import io
import random
import resource
import struct
import sys
import threading
import zlib
from contextlib import ExitStack, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.decoding import Picture, check, fit, fit_all, fit_or_none, plain_copy
from tests.images.picture_host import PNG_SIGNATURE, encoded, png

MIB = 1024 * 1024
SCRIPT = b"<html><script>alert(1)</script></html>"


def noise(mode: str = "RGB", size: tuple[int, int] = (200, 150), form: str = "PNG", **options: object) -> bytes:
    """Return a picture that compresses badly."""
    depth = len(Image.new(mode, (1, 1)).tobytes())
    pixels = random.Random(1).randbytes(size[0] * size[1] * depth)
    data = io.BytesIO()
    Image.frombytes(mode, size, pixels).save(data, form, **options)
    return data.getvalue()


def animation(form: str, count: int) -> bytes:
    """Return an animation with a black first frame followed by noise."""
    size = (120, 90)
    first, shot = Image.new("L", size, 0), Image.open(io.BytesIO(noise("L", size)))
    data = io.BytesIO()
    rest = [shot.rotate(90 * turn) for turn in range(count - 1)]
    first.save(data, form, save_all=True, append_images=rest, duration=50)
    return data.getvalue()


def zeros(mebibytes: int) -> bytes:
    """Return zeros, compressed about a thousandfold."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = (mebibytes * MIB % 65521) << 16 | 1
    return b"\x78\xda" + block * mebibytes + b"\x03\0" + struct.pack(">I", checksum)


async def checked(body: bytes) -> Picture:
    """Check bytes as a file."""
    return await check(io.BytesIO(body))


def opened(picture: Picture) -> Image.Image:
    """Decode a picture."""
    image = Image.open(io.BytesIO(picture.read()))
    image.load()
    return image


async def shrunk(body: bytes, limit: int) -> Image.Image:
    """Shrink a picture to a limit, check its description, and decode it."""
    with await checked(body) as original, await fit(original, limit) as copy:
        image = opened(copy)
        assert copy.shrunk
        assert len(copy.read()) == copy.size <= limit
        assert (copy.format, copy.extension) == (image.format, "webp") == ("WEBP", "webp")
        assert (copy.width, copy.height) == image.size
        assert original.read() == body
        return image


async def test_pictures_of_the_four_formats() -> None:
    """A picture is described and returned byte for byte, more than once, until it is closed."""
    several = encoded("MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")])
    for body, form, extension in (
        (encoded("PNG"), "PNG", "png"),
        (encoded("JPEG"), "JPEG", "jpg"),
        (several, "JPEG", "jpg"),  # a JPEG with more pictures after the first
        (encoded("WEBP"), "WEBP", "webp"),
        (encoded("GIF"), "GIF", "gif"),
        (encoded("PNG") + SCRIPT, "PNG", "png"),
    ):
        with await checked(body) as picture:
            assert (picture.format, picture.extension) == (form, extension)
            assert (picture.width, picture.height, picture.size) == (40, 30, len(body)), form
            assert picture.read() == picture.read() == body, form
            assert not picture.shrunk, form
        picture.close()
        assert picture.file.closed, form


async def test_pictures_are_decoded_in_two_threads_of_their_own() -> None:
    """Decoding does not block the bot, and at most two pictures are in memory at a time."""
    threads = set()

    class Watched(io.BytesIO):
        def seek(self, *args: int) -> int:
            threads.add(threading.current_thread().name)
            return super().seek(*args)

    body = noise()
    files = [Watched(body) for _ in range(8)]
    pictures = await asyncio.gather(*(check(file) for file in files))
    await asyncio.gather(*(plain_copy(picture, len(body)) for picture in pictures))

    assert threads <= {"decoder_0", "decoder_1"}


async def test_other_and_broken_files_are_refused() -> None:
    """A file that does not decode as one of the formats is refused for good, even if it begins like a picture."""
    body = encoded("PNG")
    for name, data in {
        "nothing": b"",
        "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        "pdf": b"%PDF-1.7\n",
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        **{
            f"script after {start!r}": start + SCRIPT
            for start in (b"", b"GIF89a/*", b"\xff\xd8\xff\xe0", b"RIFF\x20\0\0\0WEBP", PNG_SIGNATURE)
        },
        **{form: encoded(form, size=(32, 32)) for form in ("BMP", "TIFF", "ICO", "PPM")},
        "deflated": zlib.compress(body),
        **{f"truncated {form}": noise("L", form=form)[:-2000] for form in ("PNG", "JPEG", "WEBP", "GIF")},
        "too few pixels": png((b"IDAT", zlib.compress(bytes(1000))), size=(300, 300)),
        "wrong checksum of the header": body[:29] + bytes([body[29] ^ 1]) + body[30:],
        "wrong checksum of the pixels": body[:-13] + bytes([body[-13] ^ 1]) + body[-12:],
    }.items():
        with pytest.raises(BadImage, match="not a PNG, JPEG, WebP or GIF picture") as refusal:
            print(name, await checked(data))
        assert not isinstance(refusal.value, ImageUnreachable), name


async def test_pictures_of_more_than_64_megapixels_are_refused() -> None:
    """A small file that claims more than 64 megapixels is refused; a picture at the limit is accepted."""
    pixels = (b"IDAT", zlib.compress(bytes(1000)))
    for name, body in {
        "Pillow warns": png(pixels, size=(10_000, 10_000)),
        "Pillow refuses": png(pixels, size=(30_000, 30_000)),
        "gif": b"GIF89a" + struct.pack("<HHBBB", 30_000, 30_000, 0, 0, 0) + encoded("GIF")[13:],
        "webp": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x2f\x75\0" * 2 + b"VP8 \0\0\0\0",
    }.items():
        with pytest.raises(BadImage):
            print(name, await checked(body))
    with pytest.raises(BadImage, match="8001x8000 is more than 64000000 pixels"):
        await checked(png(pixels, size=(8_001, 8_000)))
    with await checked(encoded("PNG", "1", (8_000, 8_000))) as picture:
        assert picture.width * picture.height == 64_000_000


async def test_a_compressed_bomb_uses_little_memory() -> None:
    """A small PNG that contains 600 MiB anywhere uses little memory, whether it is accepted or not."""
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pixels = (b"IDAT", zlib.compress(bytes(9 * 8)))
    kinds = {b"IDAT": b"", b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\1\0\0\0", b"iCCP": b"profile\0\0"}
    for kind, start in kinds.items():
        bomb = kind, start + zeros(600)
        for body in (png(bomb, pixels), png(pixels, bomb)):
            assert len(body) < MIB
            with suppress(BadImage), await checked(body) as picture:
                assert (picture.width, picture.height) == (8, 8), kind
            used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
            assert used < 200 * MIB, kind


@settings(deadline=None)
@given(
    st.sampled_from([noise(size=(9, 7), form=form) for form in ("PNG", "JPEG", "WEBP")] + [encoded("GIF")]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_broken_files(body: bytes, changes: list[tuple[float, int]]) -> None:
    """A broken file is either accepted or refused, without any other error."""
    broken = bytearray(body)
    for place, value in changes:
        broken[int(place * len(broken))] = value

    async def check_and_fit() -> None:
        with suppress(BadImage), await checked(bytes(broken)) as picture, await fit(picture, len(broken) - 1):
            pass

    asyncio.run(check_and_fit())


async def test_a_picture_that_fits_is_unchanged() -> None:
    """A picture at the limit is unchanged and stays animated."""
    with await checked(animation("GIF", 3)) as original:
        assert await fit(original, original.size) is original
        assert getattr(opened(original), "n_frames", 1) == 3


async def test_quality_is_reduced_before_size() -> None:
    """A picture slightly too large keeps its dimensions; a larger one is scaled, down to a thumbnail."""
    body = noise()
    for limit, size in ((len(body) - 1, (200, 150)), (20_500, (200, 150)), (14_000, (150, 112)), (1_500, (63, 47))):
        assert (await shrunk(body, limit)).size == size, limit
    with await checked(body) as original, pytest.raises(BadImage, match="does not fit into 700 bytes"):
        await fit(original, 700)


async def test_copies_have_at_most_16_megapixels() -> None:
    """Whatever the limit, a copy has at most 16 megapixels, which bounds the cost of encoding it."""
    body = encoded("PNG", "1", (4_100, 4_000), compress_level=0)
    image = await shrunk(body, len(body) - 1)
    assert 15_900_000 < image.width * image.height <= 16_000_000


async def test_pictures_too_long_for_webp_are_scaled() -> None:
    """A picture longer than WebP allows is scaled first, and no side becomes zero."""
    for size in ((17_000, 4), (4, 17_000), (17_000, 1)):
        image = await shrunk(noise(size=size), 200_000 if min(size) > 1 else 40_000)
        assert max(image.size) <= 16_383, size
        assert min(image.size) >= 1, size


async def test_only_the_first_frame_of_an_animation_is_used() -> None:
    """A copy of an animation over the limit shows its first frame."""
    for form in ("GIF", "WEBP", "PNG"):
        image = await shrunk(animation(form, 4), 5_000)
        assert not getattr(image, "is_animated", False), form
        assert image.size == (120, 90), form
        assert image.convert("L").getextrema() == (0, 0), form


async def test_pictures_of_all_colour_modes_shrink() -> None:
    """An opaque picture becomes RGB, and transparent pixels stay transparent."""
    for form, modes in {"PNG": ["L", "P", "RGB", "I;16", "1"], "JPEG": ["CMYK", "L"], "WEBP": ["RGB"]}.items():
        for mode in modes:
            body = noise(mode, form=form)
            assert (await shrunk(body, len(body) // 2)).mode == "RGB", (form, mode)
    for mode, options in {"RGBA": {}, "LA": {}, "P": {"transparency": 0}}.items():
        image = await shrunk(encoded("PNG", mode, (90, 90), compress_level=0, **options), 1_000)
        assert (image.mode, image.getpixel((45, 45))) == ("RGBA", (0, 0, 0, 0)), mode
    image = await shrunk(encoded("PNG", "I;16", (300, 300), 0x8000, compress_level=0), 10_000)
    assert image.getpixel((150, 150)) == pytest.approx((128, 128, 128), abs=3)


async def test_copies_are_upright_and_without_metadata() -> None:
    """A copy is rotated as EXIF says and has no location or camera; a small colour profile is preserved."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotated by 90 degrees
    exif[0x010F] = "Maker"
    for form in ("JPEG", "PNG", "WEBP"):
        body = noise(form=form, exif=exif, icc_profile=b"profile", comment=b"secret", quality=95)
        with await checked(body) as original, await plain_copy(original, len(body)) as copy:
            plain = opened(copy)
        for image in (await shrunk(body, len(body) - 1), plain):
            assert image.size == (150, 200), form
            assert not image.getexif(), form
            assert image.info["icc_profile"] == b"profile", form
            assert not {"exif", "xmp", "comment"} & image.info.keys(), form


async def test_profiles_that_are_large_or_wrong_are_dropped() -> None:
    """A colour profile of more than 16 KiB, or not for RGB, is removed."""
    limit = 16 * 1024
    accepted, too_large = b"x" * limit, b"x" * (limit + 1)
    for mode, profile, expected in (("RGB", accepted, accepted), ("RGB", too_large, None), ("CMYK", b"cmyk", None)):
        body = noise(mode, form="JPEG", icc_profile=profile, quality=95)
        assert (await shrunk(body, len(body) - 1)).info.get("icc_profile") == expected, (mode, len(profile))


async def test_a_file_that_breaks_before_it_is_shrunk() -> None:
    """A picture whose bytes are gone by the time it is shrunk is refused like any broken one."""
    with await checked(noise()) as original:
        original.file.seek(100)
        original.file.truncate()
        with pytest.raises(BadImage, match="could not be re-encoded"):
            await fit(original, 50)
        assert await fit_or_none(original, 50) is None


async def test_all_pictures_of_a_message() -> None:
    """Each picture is fitted by itself: one that is missing or can't be shrunk does not affect the others."""
    body = noise()
    small, large, broken = await checked(encoded("PNG")), await checked(body), await checked(body)
    broken.file.truncate(100)
    with ExitStack() as stack:
        fitting = await fit_all([small, None, large, broken], len(body) - 1, stack)
        first, second, copy, last = fitting
        assert (first, second, last) == (small, None, None)
        assert copy is not None
        assert copy.shrunk
        assert not any(picture.file.closed for picture in (small, large, broken, copy))
    assert all(picture.file.closed for picture in (small, large, broken, copy))
