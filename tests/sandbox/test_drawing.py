"""The fake API's pictures are real images, have the requested size and differ from each other."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from flux_bot.sandbox.drawing import LARGEST_SIDE, PALETTES, SMALLEST_SIDE, NotAPicture, Picture, paint, pixels, repaint
from tests.images.picture_host import png


def opened(picture: Picture) -> Image.Image:
    """Decode a picture."""
    return Image.open(io.BytesIO(picture.data))


def test_pixels() -> None:
    """Pixels are used as given, a ratio becomes about one megapixel, and both are limited to what can be drawn."""
    expected = {"1344x768": (1344, 768), "1:1": (1024, 1024), "16:9": (1365, 768), "9:21": (670, 1564)}
    expected |= {"1x99999": (SMALLEST_SIDE, LARGEST_SIDE), "9999:1": (LARGEST_SIDE, SMALLEST_SIDE)}
    assert {size: pixels(size) for size in expected} == expected
    assert (pixels("1344x768", 0.25), pixels("1:1", 0.25)) == ((336, 192), (256, 256))


def test_format_follows_the_model() -> None:
    """The flux-2 models return JPEG, the others PNG, both in the requested size."""
    formats = {"flux-dev": ("png", "PNG"), "flux-kontext-pro": ("png", "PNG"), "flux-2-pro": ("jpg", "JPEG")}
    for model, (suffix, encoder) in formats.items():
        picture = paint("a white siamese cat", model, "320x192")
        image = opened(picture)
        assert (picture.suffix, image.format, image.size) == (suffix, encoder, (320, 192)), model


def test_every_part_of_the_request_matters() -> None:
    """Another prompt, model, size or index gives another picture, and the same request gives the same one again."""
    requests = [("a cat", "flux-dev", "1:1", 0), ("a dog", "flux-dev", "1:1", 0), ("a cat", "flux-pro", "1:1", 0)]
    requests += [("a cat", "flux-dev", "1024x1024", 0), ("a cat", "flux-dev", "1:1", 1)]
    pictures = [paint(*request) for request in requests]
    assert len({picture.data for picture in pictures}) == len(requests)
    assert opened(paint(*requests[-1], scale=0.5)).size == (512, 512)
    paint.cache_clear()
    assert paint(*requests[-1]) == pictures[-1]


@settings(max_examples=30, deadline=None)
@given(prompt=st.text(st.characters(), min_size=1, max_size=300), size=st.sampled_from(["64x64", "64x2048", "320x64"]))
@example(prompt="\ud800", size="64x64")
def test_any_prompt_can_be_drawn(prompt: str, size: str) -> None:
    """Every text can be drawn in every shape, even a lone surrogate."""
    assert opened(paint(prompt, "flux-dev", size)).size == pixels(size)


def test_an_edit_is_visible() -> None:
    """An edit has the requested size and clearly differs from its source, whatever the source's mode."""
    for mode in ("RGB", "RGBA", "P", "L", "CMYK"):
        file = io.BytesIO()
        Image.linear_gradient("L").convert(mode).save(file, "TIFF")
        edited = opened(repaint(file.getvalue(), "make it night", "flux-kontext-pro", "1:1", scale=0.25))
        assert edited.size == (256, 256), mode
        plain = Image.open(file).convert("RGB")
        assert max(ImageStat.Stat(ImageChops.difference(plain, edited.convert("RGB"))).mean) > 20, mode


def test_different_instructions_give_different_pictures() -> None:
    """Each instruction is legible: even Japanese ones differ more than the palettes alone could."""
    source = paint("a photo", "flux-dev", "128x128", 0).data
    signs = "雪の中の赤い狐が山を越えて海へ行く"
    drawn = {sign: repaint(source, sign, "flux-kontext-pro", "128x128").data for sign in signs}
    assert len(set(drawn.values())) == len(drawn) > len(PALETTES)


def test_a_bad_source_is_rejected() -> None:
    """Data that is not a picture, or a picture that is far too large, is rejected before it is decoded."""
    text, truncated = b"<html>no picture</html>", paint("a cat", "flux-dev", "64x64").data[:200]
    for data in (b"", text, truncated, png(size=(10_000, 10_000)), png(size=(60_000, 60_000))):
        with pytest.raises(NotAPicture):
            print(data, repaint(data, "make it night", "flux-kontext-pro", "1:1"))
    with pytest.raises(NotAPicture, match="too many pixels"):
        repaint(png(size=(8_001, 8_000)), "make it night", "flux-kontext-pro", "1:1")
