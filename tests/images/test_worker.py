"""What counts as a picture, how pictures are shrunk to a limit, and what both may cost."""

import io
import random
import resource
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images import worker
from flux_bot.images.worker import MAX_SCANS, Facts
from tests.images.picture_host import PNG_SIGNATURE, encoded, png

MIB = 1024 * 1024
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
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


@pytest.fixture(scope="module", autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Write files into a folder of this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("pictures"))
        yield


SOURCE, TARGET = Path("source"), Path("target")


def checked(body: bytes) -> Facts:
    """Check bytes as a file."""
    SOURCE.write_bytes(body)
    return worker.check(SOURCE, TARGET)


def opened(body: bytes) -> Image.Image:
    """Decode a picture strictly."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def copied(facts: Facts) -> Image.Image:
    """Check the description of a copy, and decode it."""
    assert facts.is_copy
    assert TARGET.stat().st_size == facts.size
    image = opened(TARGET.read_bytes())
    assert (image.format, *image.size) == (facts.format, facts.width, facts.height) == ("WEBP", *image.size)
    return image


def shrunk(body: bytes, limit: int) -> Image.Image:
    """Shrink a picture to a limit, and decode it."""
    SOURCE.write_bytes(body)
    facts = worker.shrink(SOURCE, TARGET, limit_bytes=limit)
    assert facts.size <= limit
    assert SOURCE.read_bytes() == body
    return copied(facts)


def thumbnail(body: bytes) -> Image.Image:
    """Make a thumbnail, and decode it."""
    SOURCE.write_bytes(body)
    return copied(worker.thumbnail(SOURCE, TARGET))


def test_pictures_of_the_four_formats() -> None:
    """A picture is described by its contents, and no copy is made."""
    several = encoded("MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")])
    for body, form in (
        (encoded("PNG"), "PNG"),
        (encoded("JPEG"), "JPEG"),
        (several, "JPEG"),  # a JPEG with more pictures after the first
        (encoded("WEBP"), "WEBP"),
        (encoded("GIF"), "GIF"),
        (encoded("PNG") + SCRIPT, "PNG"),
    ):
        assert checked(body) == Facts(form, 40, 30, len(body), is_copy=False), form


def test_other_and_broken_files_are_refused() -> None:
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
        "wrong checksum of the header": body[:29] + bytes([body[29] ^ 1]) + body[30:],
    }.items():
        for function in (checked, thumbnail):
            with pytest.raises(BadImage, match="not a PNG, JPEG, WebP or GIF picture") as refusal:
                print(name, function(data))
            assert not isinstance(refusal.value, ImageUnreachable), name


def test_pictures_of_more_than_64_megapixels_are_refused() -> None:
    """A small file that claims more than 64 megapixels is refused; a picture at the limit is accepted."""
    pixels = (b"IDAT", zlib.compress(bytes(1000)))
    for name, body in {
        "Pillow warns": png(pixels, size=(10_000, 10_000)),
        "Pillow refuses": png(pixels, size=(30_000, 30_000)),
        "gif": b"GIF89a" + struct.pack("<HHBBB", 30_000, 30_000, 0, 0, 0) + encoded("GIF")[13:],
        "webp": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x2f\x75\0" * 2 + b"VP8 \0\0\0\0",
    }.items():
        with pytest.raises(BadImage):
            print(name, checked(body))
    with pytest.raises(BadImage, match="8001x8000 is more than 64000000 pixels"):
        checked(png(pixels, size=(8_001, 8_000)))
    picture = checked(encoded("PNG", "1", (8_000, 8_000)))
    assert picture.width * picture.height == 64_000_000


def test_a_compressed_bomb_uses_little_memory() -> None:
    """A small PNG that contains 600 MiB anywhere uses little memory, whether it is accepted or not."""
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pixels = (b"IDAT", zlib.compress(bytes(9 * 8)))
    kinds = {b"IDAT": b"", b"zTXt": b"Comment\0\0", b"iTXt": b"Comment\0\1\0\0\0", b"iCCP": b"profile\0\0"}
    for kind, start in kinds.items():
        bomb = kind, start + zeros(600)
        for body in (png(bomb, pixels), png(pixels, bomb)):
            assert len(body) < MIB
            with suppress(BadImage):
                picture = checked(body)
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
    with suppress(BadImage):
        checked(bytes(broken))
    with suppress(BadImage):
        shrunk(bytes(broken), len(broken) - 1)


def test_quality_is_reduced_before_size() -> None:
    """A picture slightly too large keeps its dimensions; a larger one is scaled, down to a thumbnail."""
    body = noise()
    for limit, size in ((len(body) - 1, (200, 150)), (20_500, (200, 150)), (14_000, (150, 112)), (1_500, (63, 47))):
        assert (shrunk(body, limit)).size == size, limit
    with pytest.raises(BadImage, match="does not fit into 700 bytes"):
        shrunk(body, 700)


def test_copies_have_at_most_4_megapixels() -> None:
    """Whatever the limit, a copy has at most 4.2 megapixels, which bounds the cost of encoding it."""
    body = encoded("PNG", "1", (4_100, 4_000), compress_level=0)
    image = shrunk(body, len(body) - 1)
    assert 4_100_000 < image.width * image.height <= 4_200_000


def test_pictures_too_long_for_webp_are_scaled() -> None:
    """A picture longer than WebP allows is scaled first, and no side becomes zero."""
    for size in ((17_000, 4), (4, 17_000), (17_000, 1)):
        image = shrunk(noise(size=size), 200_000 if min(size) > 1 else 40_000)
        assert max(image.size) <= 16_383, size
        assert min(image.size) >= 1, size


def test_only_the_first_frame_of_an_animation_is_used() -> None:
    """A copy of an animation over the limit shows its first frame."""
    for form in ("GIF", "WEBP", "PNG"):
        image = shrunk(animation(form, 4), 5_000)
        assert not getattr(image, "is_animated", False), form
        assert image.size == (120, 90), form
        assert image.convert("L").getextrema() == (0, 0), form


def test_pictures_of_all_colour_modes_shrink() -> None:
    """An opaque picture becomes RGB, and transparent pixels stay transparent."""
    for form, modes in {"PNG": ["L", "P", "RGB", "I;16", "1"], "JPEG": ["CMYK", "L"], "WEBP": ["RGB"]}.items():
        for mode in modes:
            body = noise(mode, form=form)
            assert (shrunk(body, max(len(body) // 2, 1_500))).mode == "RGB", (form, mode)
    for mode, options in {"RGBA": {}, "LA": {}, "P": {"transparency": 0}}.items():
        image = shrunk(encoded("PNG", mode, (90, 90), compress_level=0, **options), 2_000)
        assert (image.mode, image.getpixel((45, 45))) == ("RGBA", (0, 0, 0, 0)), mode
    image = shrunk(encoded("PNG", "I;16", (300, 300), 0x8000, compress_level=0), 10_000)
    assert image.getpixel((150, 150)) == pytest.approx((128, 128, 128), abs=3)


def test_copies_are_upright_and_without_metadata() -> None:
    """A copy is rotated as EXIF says and has no location or camera; a small colour profile is preserved."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotated by 90 degrees
    exif[0x010F] = "Maker"
    for form in ("JPEG", "PNG", "WEBP"):
        body = noise(form=form, exif=exif, icc_profile=b"profile", comment=b"secret", quality=95)
        for image in (shrunk(body, len(body) - 1), thumbnail(body)):
            assert image.size == (150, 200), form
            assert not image.getexif(), form
            assert image.info["icc_profile"] == b"profile", form
            assert not {"exif", "comment"} & image.info.keys(), form


def source_types(image: Image.Image) -> list[str | None]:
    """Return the digital source types in a picture's XMP, which say how it was made."""
    if "xmp" not in image.info:
        return []
    descriptions = ET.fromstring(image.info["xmp"]).iter(f"{RDF}Description")  # noqa: S314  our own
    return [one.get("{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType") for one in descriptions]


def test_copies_of_results_say_that_they_were_made_by_ai() -> None:
    """Copies have IPTC's value as their only XMP; unchanged pictures and thumbnails of users' pictures do not."""
    made_by_ai = ["http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"]
    for form in ("JPEG", "PNG", "WEBP"):
        body = noise(form=form, xmp=b"<secret/>", quality=95)
        assert source_types(shrunk(body, len(body) - 1)) == made_by_ai, form
        assert source_types(shrunk(body, 3_000)) == made_by_ai, form
        assert source_types(thumbnail(body)) == [], form
        assert b"secret" not in TARGET.read_bytes(), form
        assert not checked(body).is_copy, form
    assert source_types(copied(checked(noise(form="JPEG")[:-100]))) == made_by_ai
    assert source_types(shrunk(noise("RGBA"), 30_000)) == made_by_ai


def test_profiles_that_are_large_or_wrong_are_dropped() -> None:
    """A colour profile of more than 16 KiB, or not for RGB, is removed."""
    limit = 16 * 1024
    accepted, too_large = b"x" * limit, b"x" * (limit + 1)
    for mode, profile, expected in (("RGB", accepted, accepted), ("RGB", too_large, None), ("CMYK", b"cmyk", None)):
        body = noise(mode, form="JPEG", icc_profile=profile, quality=95)
        assert (shrunk(body, len(body) - 1)).info.get("icc_profile") == expected, (mode, len(profile))


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    """Return a chunk of a PNG, by default with the right checksum."""
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def exif(*entries: tuple[int, int, int, bytes]) -> bytes:
    """Return EXIF data with raw entries: tag, type, count and value, or the value's place."""
    body = b"".join(struct.pack("<HHI4s", *entry) for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + bytes(4)


def test_pictures_that_every_browser_shows() -> None:
    """Metadata never costs the picture: what a strict check refuses is shown as a sound copy."""
    body, jpeg = noise(), noise(form="JPEG")
    sideways = (0x112, 3, 1, struct.pack("<HH", 6, 0))
    for name, data, is_copy in (
        ("wrong checksum of pHYs", body[:33] + chunk(b"pHYs", struct.pack(">IIB", 7874, 7874, 1), 1) + body[33:], True),
        ("wrong checksum of iTXt", body[:33] + chunk(b"iTXt", b"parameters\0\0\0\0\0a cat", 1) + body[33:], True),
        ("large profile", body[:33] + chunk(b"iCCP", b"profile\0\0" + zeros(2)) + body[33:], True),
        ("large text", body[:33] + chunk(b"zTXt", b"workflow\0\0" + zeros(2)) + body[33:], True),
        ("PNG without its end", body[:-12], True),
        ("JPEG without its end", jpeg[:-2], True),
        (
            "EXIF with a text of the wrong type",
            noise(form="JPEG", exif=exif(sideways, (0x131, 7, 4, b"a\0\0\0"))),
            False,
        ),
        (
            "EXIF with a date of the wrong type",
            noise(form="JPEG", exif=exif(sideways, (0x132, 5, 1, b"\0\0\0\0"))),
            False,
        ),
        ("EXIF that ends early", noise(form="JPEG", exif=exif(sideways)[:20]), False),
    ):
        facts = checked(data)
        assert facts.is_copy == is_copy, name
        assert (facts.width, facts.height) == (200, 150), name
        assert not is_copy or copied(facts).size == (200, 150), name
        assert thumbnail(data).size == ((150, 200) if "wrong type" in name else (200, 150)), name


def test_what_is_left_of_a_broken_picture_is_shown() -> None:
    """A picture that ends early, or whose pixels have a wrong checksum, is shown as far as it goes, as in browsers."""
    body = noise("L")
    for name, data in {
        **{f"truncated {form}": noise("L", form=form)[:-2000] for form in ("PNG", "JPEG", "GIF")},
        "wrong checksum of the pixels": body[:-13] + bytes([body[-13] ^ 1]) + body[-12:],
    }.items():
        image = copied(checked(data)).convert("L")
        assert image.size == (200, 150), name
        assert max(image.crop((0, 0, 200, 1)).tobytes()) > 100, name


def test_thumbnails_are_small() -> None:
    """A thumbnail has at most 512 pixels per side, and a small picture is not enlarged."""
    for size, expected in {(2_000, 1_000): (512, 256), (30, 1_500): (10, 512), (30, 20): (30, 20)}.items():
        for form, mode in (("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB")):
            assert thumbnail(encoded(form, mode, size)).size == expected, (form, mode, size)


def test_large_sources_are_refused_unless_they_can_be_decoded_at_a_fraction() -> None:
    """Of more than 16 megapixels there is a thumbnail only if it is a JPEG."""
    size = (4_001, 4_000)
    assert max(thumbnail(encoded("JPEG", "L", size)).size) == 512
    with pytest.raises(BadImage, match="more than 16000000 pixels"):
        thumbnail(encoded("PNG", "1", size))


def with_scans(more: int) -> bytes:
    """Return a progressive JPEG with more scans than usual."""
    usual = encoded("JPEG", size=(400, 300), progressive=True)
    start = usual.index(b"\xff\xda")
    scan = usual[start : usual.index(b"\xff", start + 2)]
    return usual[:start] + scan * more + usual[start:]


def test_scans_of_a_jpeg_are_limited() -> None:
    """A progressive JPEG with very many scans is refused before it is decoded."""
    assert not checked(with_scans(0)).is_copy
    for function in (checked, thumbnail):
        with pytest.raises(BadImage, match="more than 50 scans"):
            function(with_scans(MAX_SCANS))
