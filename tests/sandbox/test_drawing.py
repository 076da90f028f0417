"""The fake API's pictures are real images, have the requested size and differ from each other."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from flux_bot.sandbox.drawing import LARGEST_SIDE, SMALLEST_SIDE, NotAPicture, Picture, paint, pixels, repaint


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def png_claiming(width: int, height: int) -> bytes:
    """Return a small PNG file whose header claims these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("1024x1024", (1024, 1024)),
        ("1344x768", (1344, 768)),
        ("1:1", (1024, 1024)),
        ("16:9", (1365, 768)),
        ("9:21", (670, 1564)),
        ("1x99999", (SMALLEST_SIDE, LARGEST_SIDE)),
        ("9999:1", (LARGEST_SIDE, SMALLEST_SIDE)),
    ],
)
def test_pixels(size: str, expected: tuple[int, int]) -> None:
    """Pixels are used as given, a ratio becomes about one megapixel, and both are limited to what can be drawn."""
    assert pixels(size) == expected


@pytest.mark.parametrize(
    ("model", "suffix", "encoder"),
    [("flux-dev", "png", "PNG"), ("flux-kontext-pro", "png", "PNG"), ("flux-2-pro", "jpg", "JPEG")],
)
def test_format_follows_the_model(model: str, suffix: str, encoder: str) -> None:
    """The flux-2 models return JPEG, the others PNG, both in the requested size."""
    picture = paint("a white siamese cat", model, "320x192")
    image = opened(picture)
    assert (picture.suffix, image.format, image.size) == (suffix, encoder, (320, 192))


def test_the_same_request_gives_the_same_picture() -> None:
    """The bytes are equal even when the picture is drawn again."""
    first = paint("a white siamese cat", "flux-dev", "128x128", 1)
    paint.cache_clear()
    assert paint("a white siamese cat", "flux-dev", "128x128", 1) == first


def test_every_part_of_the_request_matters() -> None:
    """Another prompt, model, size or index gives another picture."""
    pictures = {
        paint("a cat", "flux-dev", "1:1").data,
        paint("a dog", "flux-dev", "1:1").data,
        paint("a cat", "flux-pro", "1:1").data,
        paint("a cat", "flux-dev", "1024x1024").data,
        paint("a cat", "flux-dev", "1:1", 1).data,
    }
    assert len(pictures) == 5


@settings(max_examples=60, deadline=None)
@given(
    prompt=st.text(st.characters(), min_size=1, max_size=300),
    size=st.sampled_from(["64x64", "64x2048", "320x64"]),
)
def test_any_prompt_can_be_drawn(prompt: str, size: str) -> None:
    """Every text can be drawn in every shape, even a lone surrogate."""
    assert opened(paint(prompt, "flux-dev", size)).size == pixels(size)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "CMYK"])
def test_an_edit_is_visible(mode: str) -> None:
    """An edit has the requested size and clearly differs from its source, whatever the source's mode."""
    file = io.BytesIO()
    Image.linear_gradient("L").convert(mode).save(file, "TIFF")
    edited = opened(repaint(file.getvalue(), "make it night", "flux-kontext-pro", "256x256"))
    assert edited.size == (256, 256)
    plain = Image.open(file).convert("RGB")
    assert max(ImageStat.Stat(ImageChops.difference(plain, edited.convert("RGB"))).mean) > 20


def test_edits_differ() -> None:
    """Two instructions for one picture give two different pictures."""
    original = paint("a cat", "flux-dev", "128x128").data
    night, day = (repaint(original, prompt, "flux-kontext-pro", "1:1") for prompt in ("night", "day"))
    assert night != day


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>no picture</html>",
        paint("a cat", "flux-dev", "64x64").data[:200],
        png_claiming(9000, 9000),
        png_claiming(10_000, 10_000),
        png_claiming(60_000, 60_000),
    ],
    ids=["empty", "text", "truncated", "large", "suspicious", "bomb"],
)
def test_a_bad_source_is_rejected(data: bytes) -> None:
    """Data that is not a picture, or a picture that is far too large, is rejected before it is decoded."""
    with pytest.raises(NotAPicture):
        repaint(data, "make it night", "flux-kontext-pro", "1:1")
