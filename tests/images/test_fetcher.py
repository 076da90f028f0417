"""Fetching pictures over real HTTP on loopback, checking them, and shrinking them to a limit."""

import asyncio
import io
import random
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress

import pytest
import stamina
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.decoding import Picture, fit
from flux_bot.images.fetcher import ATTEMPTS, ImageFetcher
from tests.images.picture_host import (
    PUBLIC_ADDRESS,
    Answer,
    Names,
    PictureHost,
    PublicNetwork,
    endless,
    picture,
    redirect,
    silent,
    status,
    truncated,
    undeclared,
)


def encoded(
    form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), colour: int = 0, **options: object
) -> bytes:
    """Return a picture of one colour in a file format."""
    data = io.BytesIO()
    Image.new(mode, size, colour).save(data, form, **options)
    return data.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (200, 150), form: str = "PNG", **options: object) -> bytes:
    """Return a picture that compresses badly."""
    depth = len(Image.new(mode, (1, 1)).tobytes())
    pixels = random.Random(1).randbytes(size[0] * size[1] * depth)
    data = io.BytesIO()
    Image.frombytes(mode, size, pixels).save(data, form, **options)
    return data.getvalue()


def animation(form: str, count: int, size: tuple[int, int] = (120, 90)) -> bytes:
    """Return an animation with a black first frame followed by noise."""
    first, shot = Image.new("L", size, 0), Image.open(io.BytesIO(noise("L", size)))
    data = io.BytesIO()
    rest = [shot.rotate(90 * turn) for turn in range(count - 1)]
    first.save(data, form, save_all=True, append_images=rest, duration=50)
    return data.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """Return a small PNG whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    """Retry without a pause."""
    with stamina.set_testing(testing=True, attempts=ATTEMPTS):
        yield


@pytest.fixture
async def host() -> AsyncIterator[PictureHost]:
    """Run a picture host."""
    async with PictureHost() as host:
        yield host


@pytest.fixture
async def fetcher() -> AsyncIterator[ImageFetcher]:
    """Open a fetcher that may fetch from this machine."""
    async with ImageFetcher(allow_private_hosts=True) as fetcher:
        yield fetcher


async def fetched(body: bytes) -> Picture:
    """Serve bytes and fetch them."""
    async with PictureHost() as host, ImageFetcher(allow_private_hosts=True) as fetcher:
        return await fetcher.fetch(host.answer("/x", picture(body)))


# Pictures that are accepted


@pytest.mark.parametrize(("form", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
async def test_pictures_of_the_four_formats(
    host: PictureHost, fetcher: ImageFetcher, form: str, extension: str
) -> None:
    """A picture is returned byte for byte, with its format and dimensions."""
    body = encoded(form)
    with await fetcher.fetch(host.answer("/x", picture(body))) as got:
        assert (got.format, got.extension, got.width, got.height) == (form, extension, 40, 30)
        assert got.size == len(body)
        assert got.read() == got.read() == body
        assert not got.shrunk


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "I;16"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
    ],
)
async def test_pictures_of_all_colour_modes(form: str, mode: str) -> None:
    """Pictures of all colour modes are accepted."""
    with await fetched(encoded(form, mode)) as got:
        assert (got.format, got.width, got.height) == (form, 40, 30)


async def test_a_jpeg_with_several_pictures_is_a_jpeg() -> None:
    """A JPEG with further pictures after the first counts as JPEG."""
    extra = Image.new("RGB", (40, 30), "red")
    with await fetched(encoded("MPO", save_all=True, append_images=[extra])) as got:
        assert (got.format, got.extension) == ("JPEG", "jpg")


async def test_a_large_picture_is_written_to_disk() -> None:
    """A picture too large for memory is returned complete."""
    body = noise(size=(800, 700))
    with await fetched(body) as got:
        assert got.size == len(body) > 1024 * 1024
        assert got.read() == body


async def test_a_picture_without_content_length(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A picture sent in chunks is accepted."""
    with await fetcher.fetch(host.answer("/x", undeclared(encoded("PNG")))) as got:
        assert got.format == "PNG"


async def test_several_pictures_in_parallel(host: PictureHost, fetcher: ImageFetcher) -> None:
    """More pictures than are decoded in parallel are all returned."""
    url = host.answer("/x", picture(encoded("PNG")))
    for got in await asyncio.gather(*(fetcher.fetch(url) for _ in range(8))):
        got.close()
    assert len(host.requests) == 8


async def test_closing_twice() -> None:
    """A picture may be closed twice."""
    got = await fetched(encoded("PNG"))
    got.close()
    got.close()
    assert got.file.closed


# Requests


async def test_request_headers(host: PictureHost, fetcher: ImageFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request names the bot, asks for no compression, and uses no cookies and no proxy."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = host.answer("/x", picture(encoded("PNG"), **{"Set-Cookie": "id=1; Path=/"}))
    for _ in range(2):
        (await fetcher.fetch(url)).close()
    for request in host.requests:
        assert request.headers["User-Agent"] == "flux-bot"
        assert request.headers["Accept"].startswith("image/")
        assert request.headers["Accept-Encoding"] == "identity"
        assert "Cookie" not in request.headers
        assert request.host == f"127.0.0.1:{host.port}"


# Files that are refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><title>Not found</title>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"\x89PNG\r\n\x1a\n<svg/>",
        encoded("BMP"),
        encoded("TIFF"),
        zlib.compress(encoded("PNG")),
        noise()[:-2000],
        noise(form="JPEG")[:-2000],
        noise(form="WEBP")[:-2000],
        noise("L", form="GIF")[:-2000],
    ],
    ids=["nothing", "html", "svg", "svg-png", "bmp", "tiff", "deflated", "png", "jpeg", "webp", "gif"],
)
async def test_other_or_truncated_files_are_refused(host: PictureHost, fetcher: ImageFetcher, body: bytes) -> None:
    """A file that does not decode as one of the formats is refused permanently, whatever its content type."""
    with pytest.raises(BadImage, match="not a PNG, JPEG, WebP or GIF picture") as refusal:
        await fetcher.fetch(host.answer("/x.png", picture(body, **{"Content-Type": "image/png"})))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


async def test_pixels_that_do_not_decode_are_refused() -> None:
    """A file with valid checksums but too few pixels is refused."""
    with pytest.raises(BadImage):
        await fetched(png_claiming(300, 300))


async def test_a_wrong_checksum_is_refused() -> None:
    """A PNG with a flipped bit in its header's checksum is refused."""
    body = bytearray(encoded("PNG"))
    body[29] ^= 1
    with pytest.raises(BadImage):
        await fetched(bytes(body))


@pytest.mark.parametrize(
    "body",
    [
        png_claiming(30_000, 30_000),
        png_claiming(10_000, 10_000),
        png_claiming(8_001, 8_000),
        b"GIF89a" + struct.pack("<HHBBB", 30_000, 30_000, 0, 0, 0) + encoded("GIF")[13:],
        b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x2f\x75\0" * 2 + b"VP8 \0\0\0\0",
    ],
    ids=["png", "png-warned-of", "png-just-over", "gif", "webp"],
)
async def test_pixel_bombs_are_refused(body: bytes) -> None:
    """A small file that claims more than 64 megapixels is refused."""
    assert len(body) < 1500
    with pytest.raises(BadImage):
        await fetched(body)


async def test_64_megapixels_are_accepted() -> None:
    """A picture at the pixel limit is accepted."""
    with await fetched(encoded("PNG", "1", (8_000, 8_000))) as got:
        assert got.width * got.height == 64_000_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
        asyncio.run(_fetch_and_fit(bytes(broken)))


async def _fetch_and_fit(body: bytes) -> None:
    with await fetched(body) as got, await fit(got, len(body) - 1):
        pass


# Hosts that answer badly


@pytest.mark.parametrize("code", [404, 408, 425, 429, 500, 502, 503, 504])
async def test_temporary_failures(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """A temporary failure is tried three times, then reported as worth a retry."""
    with pytest.raises(ImageUnreachable, match=f"answered {code}"):
        await fetcher.fetch(host.answer("/x", status(code)))
    assert len(host.requests) == ATTEMPTS


@pytest.mark.parametrize("code", [204, 206, 300, 304, 400, 401, 403, 410, 451])
async def test_final_answers_are_final(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """Any other answer without a picture is final after one attempt."""
    with pytest.raises(BadImage, match=f"answered {code}") as refusal:
        await fetcher.fetch(host.answer("/x", status(code)))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


async def test_a_file_that_appears_late(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A picture that is missing, then truncated, then complete is fetched in one call."""
    body = encoded("PNG")
    url = host.answer("/x", status(404), truncated(body[:50], len(body)), picture(body))
    with await fetcher.fetch(url) as got:
        assert got.read() == body


async def test_a_truncated_body(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A body shorter than its declared length is not accepted."""
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(host.answer("/x", truncated(encoded("PNG"), 10_000)))


async def test_a_closed_port(fetcher: ImageFetcher) -> None:
    """A host that is down may come back."""
    async with PictureHost() as gone:
        url = gone.url("/x")
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(url)


async def test_an_unknown_host_name() -> None:
    """A name that does not resolve may resolve later."""
    async with ImageFetcher(allow_private_hosts=True, resolver=Names()) as fetcher:
        with pytest.raises(ImageUnreachable):
            await fetcher.fetch("http://nowhere.example/x")


async def test_broken_tls(host: PictureHost, fetcher: ImageFetcher) -> None:
    """An https link is never fetched in the clear."""
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(host.url("/x", scheme="https"))
    assert host.requests == []


@pytest.mark.parametrize("answer", [endless(), silent()], ids=["endless", "silent"])
async def test_the_time_is_limited(host: PictureHost, answer: Answer) -> None:
    """A fetch from a host that never finishes times out."""
    async with ImageFetcher(allow_private_hosts=True, timeout_seconds=0.3) as fetcher:
        with pytest.raises(ImageUnreachable):
            await fetcher.fetch(host.answer("/x", answer))


async def test_a_cancelled_fetch_ends(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A fetch can be cancelled while the host is silent."""
    url = host.answer("/x", silent())
    task = asyncio.ensure_future(fetcher.fetch(url))
    while not host.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# Size


async def test_a_declared_length_over_the_limit_is_refused_early(host: PictureHost) -> None:
    """A body with too large a declared length is refused before it is sent."""
    async with ImageFetcher(allow_private_hosts=True, max_bytes=1000) as fetcher:
        with pytest.raises(BadImage, match="larger than 1000 bytes"):
            await fetcher.fetch(host.answer("/x", truncated(b"", 1001)))
    assert len(host.requests) == 1


@pytest.mark.parametrize("answer", [undeclared(b"\0" * 1001), endless(b"\0" * 100)], ids=["over", "endless"])
async def test_an_undeclared_length_over_the_limit_is_refused(host: PictureHost, answer: Answer) -> None:
    """A body without declared length is refused once it is too large, even if it never ends."""
    async with ImageFetcher(allow_private_hosts=True, max_bytes=1000) as fetcher:
        with pytest.raises(BadImage, match="larger than 1000 bytes"):
            await fetcher.fetch(host.answer("/x", answer))


async def test_a_body_at_the_limit(host: PictureHost) -> None:
    """A body at the size limit is accepted."""
    body = encoded("PNG")
    async with ImageFetcher(allow_private_hosts=True, max_bytes=len(body)) as fetcher:
        (await fetcher.fetch(host.answer("/x", picture(body)))).close()


async def test_a_compressed_answer_is_not_decompressed(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A body compressed against the request is not decompressed, so it can't grow to gigabytes."""
    body = zlib.compress(encoded("PNG"))
    with pytest.raises(BadImage, match="not a PNG"):
        await fetcher.fetch(host.answer("/x", picture(body, **{"Content-Encoding": "deflate"})))


# Redirects


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """Three redirects are followed, including relative ones."""
    host.answer("/1", redirect("/2", code))
    host.answer("/2", redirect(host.url("/a/3"), code))
    host.answer("/a/3", redirect("4?b=c", code))
    host.answer("/a/4", picture(encoded("PNG")))
    (await fetcher.fetch(host.url("/1"))).close()
    assert [request.path_qs for request in host.requests] == ["/1", "/2", "/a/3", "/a/4?b=c"]


async def test_a_fourth_redirect_is_refused(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A link that redirects to itself is refused after three redirects."""
    with pytest.raises(BadImage, match="redirected more than 3 times"):
        await fetcher.fetch(host.answer("/x", redirect("/x")))
    assert len(host.requests) == 4


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:secret@127.0.0.1/x", "http://[::1"],
)
async def test_redirects_are_checked_like_links(host: PictureHost, fetcher: ImageFetcher, location: str) -> None:
    """A redirect to anything but a plain web link is refused permanently."""
    with pytest.raises(BadImage) as refusal:
        await fetcher.fetch(host.answer("/x", redirect(location)))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


# Addresses


def in_public_network(scenario: Callable[[PublicNetwork, PictureHost], Awaitable[None]]) -> None:
    """Run a scenario in a network where this machine has a public address."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, PublicNetwork)
        async with PictureHost() as host:
            await scenario(loop, host)

    with asyncio.Runner(loop_factory=PublicNetwork) as runner:
        runner.run(run())


def test_public_addresses_are_fetched_from() -> None:
    """A public host name or address is connected to, on any port."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG")))
        async with ImageFetcher(resolver=Names(cdn=[[PUBLIC_ADDRESS]])) as fetcher:
            for name in ("cdn.example", PUBLIC_ADDRESS):
                (await fetcher.fetch(host.url("/x", host=name, scheme="https"))).close()
        assert network.dialled == [PUBLIC_ADDRESS] * 2

    in_public_network(scenario)


@pytest.mark.parametrize("private", [["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::1"], ["::1", "127.0.0.1"]])
def test_a_name_that_turns_private_is_refused(private: list[str]) -> None:
    """A name that was public a moment ago is refused once it resolves to private addresses."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG"), Connection="close"))
        url = host.url("/x", host="rebind.example", scheme="https")
        async with ImageFetcher(resolver=Names(rebind=[[PUBLIC_ADDRESS], private])) as fetcher:
            (await fetcher.fetch(url)).close()
            with pytest.raises(BadImage, match="not on the public internet") as refusal:
                await fetcher.fetch(url)
        assert not isinstance(refusal.value, ImageUnreachable)
        assert network.dialled == [PUBLIC_ADDRESS]
        assert len(host.requests) == 1

    in_public_network(scenario)


def test_mixed_addresses() -> None:
    """Of a name's private and public addresses, only the public one is connected to."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG")))
        names = Names(mixed=[["127.0.0.1", "::1", PUBLIC_ADDRESS, "169.254.169.254"]])
        async with ImageFetcher(resolver=names) as fetcher:
            (await fetcher.fetch(host.url("/x", host="mixed.example", scheme="https"))).close()
        assert network.dialled == [PUBLIC_ADDRESS]

    in_public_network(scenario)


@pytest.mark.parametrize("inside", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "inside.example", "0x7f.1"])
def test_a_redirect_to_a_private_address_is_refused(inside: str) -> None:
    """A public host can't redirect to a private one, by name or by address."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", redirect(host.url("/secret", host=inside, scheme="https")))
        names = Names(cdn=[[PUBLIC_ADDRESS]], inside=[["127.0.0.1"]], **{"0x7f": [["127.0.0.1"]]})
        async with ImageFetcher(resolver=names) as fetcher:
            with pytest.raises(BadImage, match="not on the public internet"):
                await fetcher.fetch(host.url("/x", host="cdn.example", scheme="https"))
        assert network.dialled == [PUBLIC_ADDRESS]
        assert [request.path for request in host.requests] == ["/x"]

    in_public_network(scenario)


def test_a_redirect_to_plain_http_is_refused() -> None:
    """A public host can't redirect from https to http."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", redirect(host.url("/y", host=PUBLIC_ADDRESS)))
        async with ImageFetcher() as fetcher:
            with pytest.raises(BadImage, match="only https links"):
                await fetcher.fetch(host.url("/x", host=PUBLIC_ADDRESS, scheme="https"))
        assert network.dialled == [PUBLIC_ADDRESS]

    in_public_network(scenario)


@pytest.mark.parametrize(
    "literal",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "0",
        "localhost",
        "①②⑦.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[::ffff:7f00:1%25lo]",
    ],
)
async def test_spellings_of_private_addresses(host: PictureHost, literal: str) -> None:
    """A private address is refused permanently in every spelling, although a host listens there."""
    host.answer("/x", picture(encoded("PNG")))
    async with ImageFetcher() as fetcher:
        with pytest.raises(BadImage) as refusal:
            await fetcher.fetch(host.url("/x", host=literal, scheme="https"))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert host.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x.png",
        "ftp://example.com/x.png",
        "/etc/passwd",
        "",
        "https:///x.png",
        "https://user@example.com/x.png",
        "https://:secret@example.com/x.png",
        "https://example.com:99999/x.png",
        f"https://{'a' * 64}.example/x.png",
    ],
)
async def test_links_that_are_not_plain_https_are_refused(url: str) -> None:
    """A link with another scheme, credentials or an invalid host is refused permanently."""
    async with ImageFetcher() as fetcher:
        with pytest.raises(BadImage) as refusal:
            await fetcher.fetch(url)
    assert not isinstance(refusal.value, ImageUnreachable)
    assert "secret" not in str(refusal.value)


# Fitting to a limit


def opened(got: Picture) -> Image.Image:
    """Decode a picture."""
    image = Image.open(io.BytesIO(got.read()))
    image.load()
    return image


async def shrunk(body: bytes, limit: int) -> Image.Image:
    """Shrink a picture to a limit, check its description, and decode it."""
    with await fetched(body) as original, await fit(original, limit) as got:
        image = opened(got)
        assert got.shrunk
        assert len(got.read()) == got.size <= limit
        assert (got.format, got.extension) == (image.format, "webp") == ("WEBP", "webp")
        assert (got.width, got.height) == image.size
        assert original.read() == body
        return image


async def test_a_picture_that_fits_is_unchanged() -> None:
    """A picture at the limit is unchanged."""
    with await fetched(noise()) as original:
        assert await fit(original, original.size) is original


async def test_quality_is_reduced_before_size() -> None:
    """A picture slightly too large keeps its dimensions."""
    body = noise()
    image = await shrunk(body, len(body) - 1)
    assert image.size == (200, 150)


async def test_a_picture_far_too_large_is_scaled() -> None:
    """A picture that does not fit at any quality is scaled down in proportion."""
    image = await shrunk(noise(), 4_000)
    assert 64 < image.width < 200
    assert image.width / image.height == pytest.approx(200 / 150, rel=0.05)


async def test_an_impossible_limit() -> None:
    """A limit that not even a thumbnail meets is reported as impossible."""
    with await fetched(noise()) as original, pytest.raises(BadImage, match="does not fit into 20 bytes"):
        await fit(original, 20)


@pytest.mark.parametrize("size", [(17_000, 4), (4, 17_000)])
async def test_pictures_too_long_for_webp_are_scaled(size: tuple[int, int]) -> None:
    """A picture longer than WebP allows is scaled first, and no side becomes zero."""
    image = await shrunk(noise(size=size), 200_000)
    assert max(image.size) <= 16_383
    assert min(image.size) >= 1


async def test_copies_have_at_most_16_megapixels() -> None:
    """Whatever the limit, a copy has at most 16 megapixels, which bounds the cost of encoding it."""
    body = encoded("PNG", "1", (8_000, 4_000), compress_level=0)
    image = await shrunk(body, len(body) - 1)
    assert 15_900_000 < image.width * image.height <= 16_000_000


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_an_animation_that_is_too_large(form: str) -> None:
    """Only the first frame of an animation over the limit is used."""
    image = await shrunk(animation(form, 4), 5_000)
    assert not getattr(image, "is_animated", False)
    assert image.size == (120, 90)
    assert image.convert("L").getextrema() == (0, 0)


async def test_an_animation_that_fits_stays_animated() -> None:
    """An animated GIF that fits is unchanged."""
    body = animation("GIF", 3)
    with await fetched(body) as original:
        assert getattr(opened(await fit(original, len(body))), "n_frames", 1) == 3


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("L", "PNG"),
        ("P", "PNG"),
        ("RGB", "PNG"),
        ("I;16", "PNG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("1", "PNG"),
    ],
)
async def test_opaque_pictures_of_all_colour_modes_shrink(mode: str, form: str) -> None:
    """An opaque picture of any colour mode is shrunk to RGB."""
    body = noise(mode, form=form)
    assert (await shrunk(body, len(body) // 2)).mode == "RGB"


async def test_16_bits_are_scaled_not_clipped() -> None:
    """The middle grey of a 16-bit picture remains middle grey when shrunk."""
    image = await shrunk(encoded("PNG", "I;16", (300, 300), 0x8000, compress_level=0), 10_000)
    assert image.getpixel((150, 150)) == pytest.approx((128, 128, 128), abs=3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_transparency_survives(mode: str) -> None:
    """Transparent pixels stay transparent."""
    transparency = {"transparency": 0} if mode == "P" else {}
    body = encoded("PNG", mode, (90, 90), compress_level=0, **transparency)
    image = await shrunk(body, 1_000)
    assert image.mode == "RGBA"
    assert image.getpixel((45, 45))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_copies_are_upright_and_without_metadata(form: str) -> None:
    """A copy is rotated as EXIF says and has no location or camera; a small colour profile is preserved."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotated by 90 degrees
    exif[0x010F] = "Maker"
    body = noise(form=form, exif=exif, icc_profile=b"profile", comment=b"secret", quality=95)
    image = await shrunk(body, len(body) - 1)
    assert image.size == (150, 200)
    assert not image.getexif()
    assert image.info["icc_profile"] == b"profile"
    assert not {"exif", "xmp", "comment"} & image.info.keys()


@pytest.mark.parametrize(("mode", "profile"), [("RGB", b"x" * 20_000), ("CMYK", b"cmyk")])
async def test_profiles_that_are_large_or_wrong_are_dropped(mode: str, profile: bytes) -> None:
    """A colour profile that is large, or not for RGB, is removed."""
    body = noise(mode, form="JPEG", icc_profile=profile, quality=95)
    assert "icc_profile" not in (await shrunk(body, len(body) - 1)).info


async def test_a_file_that_breaks_before_it_is_shrunk() -> None:
    """A picture whose bytes are gone by the time it is shrunk is refused like any broken one."""
    original = await fetched(noise())
    original.file.seek(100)
    original.file.truncate()
    with original, pytest.raises(BadImage, match="could not be re-encoded"):
        await fit(original, 50)
