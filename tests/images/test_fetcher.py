"""Fetching pictures over real HTTP on loopback, judging them, and fitting them to a limit."""

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
    cut,
    endless,
    picture,
    redirect,
    silent,
    status,
    undeclared,
)


def encoded(
    form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), colour: int = 0, **options: object
) -> bytes:
    """Return an even picture in a file format."""
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
    """Return an animation whose first frame is black, with noise to follow."""
    first, shot = Image.new("L", size, 0), Image.open(io.BytesIO(noise("L", size)))
    data = io.BytesIO()
    rest = [shot.rotate(90 * turn) for turn in range(count - 1)]
    first.save(data, form, save_all=True, append_images=rest, duration=50)
    return data.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """Return a small PNG that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def _no_backoff() -> Iterator[None]:
    """Let retries follow at once."""
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


# Pictures that pass


@pytest.mark.parametrize(("form", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
async def test_pictures_of_the_four_formats_pass(
    host: PictureHost, fetcher: ImageFetcher, form: str, extension: str
) -> None:
    """A picture comes back byte for byte, with its format and measures."""
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
async def test_pictures_of_all_colour_modes_pass(form: str, mode: str) -> None:
    """A picture passes whatever way its colours are stored."""
    with await fetched(encoded(form, mode)) as got:
        assert (got.format, got.width, got.height) == (form, 40, 30)


async def test_a_jpeg_with_several_pictures_is_a_jpeg() -> None:
    """A JPEG with further pictures behind the first counts as JPEG."""
    extra = Image.new("RGB", (40, 30), "red")
    with await fetched(encoded("MPO", save_all=True, append_images=[extra])) as got:
        assert (got.format, got.extension) == ("JPEG", "jpg")


async def test_a_large_picture_passes_by_way_of_the_disk() -> None:
    """A picture too large to be kept in memory comes back whole."""
    body = noise(size=(800, 700))
    with await fetched(body) as got:
        assert got.size == len(body) > 1024 * 1024
        assert got.read() == body


async def test_a_picture_of_undeclared_length_passes(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A picture sent in chunks passes."""
    with await fetcher.fetch(host.answer("/x", undeclared(encoded("PNG")))) as got:
        assert got.format == "PNG"


async def test_several_pictures_are_fetched_at_once(host: PictureHost, fetcher: ImageFetcher) -> None:
    """More pictures than may be decoded at once all come in the end."""
    url = host.answer("/x", picture(encoded("PNG")))
    for got in await asyncio.gather(*(fetcher.fetch(url) for _ in range(8))):
        got.close()
    assert len(host.requests) == 8


async def test_closing_twice_does_no_harm() -> None:
    """A picture may be closed again."""
    got = await fetched(encoded("PNG"))
    got.close()
    got.close()
    assert got.file.closed


# What is sent


async def test_requests_are_plain(host: PictureHost, fetcher: ImageFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request names the bot, asks for pictures uncompressed, brings no cookies and uses no proxy."""
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


# What is no picture


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
    """What does not decode as one of the formats is refused for good, whatever its type claims."""
    with pytest.raises(BadImage, match="not a PNG, JPEG, WebP or GIF picture") as refusal:
        await fetcher.fetch(host.answer("/x.png", picture(body, **{"Content-Type": "image/png"})))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


async def test_pixels_that_do_not_decode_are_refused() -> None:
    """Right checksums do not make a picture: there are too few pixels behind them."""
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


async def test_64_megapixels_pass() -> None:
    """A picture of just the pixel limit passes."""
    with await fetched(encoded("PNG", "1", (8_000, 8_000))) as got:
        assert got.width * got.height == 64_000_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([noise(size=(9, 7), form=form) for form in ("PNG", "JPEG", "WEBP")] + [encoded("GIF")]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_broken_bytes_are_pictures_or_refused(body: bytes, changes: list[tuple[float, int]]) -> None:
    """However a file is broken, it passes or is refused, and does nothing else."""
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
async def test_passing_failures_are_worth_another_try(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """A failure that may pass is tried three times, then said to be worth another try."""
    with pytest.raises(ImageUnreachable, match=f"answered {code}"):
        await fetcher.fetch(host.answer("/x", status(code)))
    assert len(host.requests) == ATTEMPTS


@pytest.mark.parametrize("code", [204, 206, 300, 304, 400, 401, 403, 410, 451])
async def test_final_answers_are_final(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """Any other answer than a picture is final at the first try."""
    with pytest.raises(BadImage, match=f"answered {code}") as refusal:
        await fetcher.fetch(host.answer("/x", status(code)))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


async def test_a_file_that_comes_late_is_fetched(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A picture that is missing, then cut, then there, is fetched in one call and is whole."""
    body = encoded("PNG")
    url = host.answer("/x", status(404), cut(body[:50], len(body)), picture(body))
    with await fetcher.fetch(url) as got:
        assert got.read() == body


async def test_a_cut_connection_is_worth_another_try(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A body that ends before its declared length is not taken for the whole."""
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(host.answer("/x", cut(encoded("PNG"), 10_000)))


async def test_a_closed_port_is_worth_another_try(fetcher: ImageFetcher) -> None:
    """A host that is down may come back."""
    async with PictureHost() as gone:
        url = gone.url("/x")
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(url)


async def test_a_name_that_is_not_found_is_worth_another_try() -> None:
    """A name server that knows no address may know one later."""
    async with ImageFetcher(allow_private_hosts=True, resolver=Names()) as fetcher:
        with pytest.raises(ImageUnreachable):
            await fetcher.fetch("http://nowhere.example/x")


async def test_broken_tls_is_worth_another_try(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A host that does not speak TLS on an https link is not fetched from in the clear."""
    with pytest.raises(ImageUnreachable):
        await fetcher.fetch(host.url("/x", scheme="https"))
    assert host.requests == []


@pytest.mark.parametrize("answer", [endless(), silent()], ids=["endless", "silent"])
async def test_the_time_is_limited(host: PictureHost, answer: Answer) -> None:
    """A host that never finishes is given up."""
    async with ImageFetcher(allow_private_hosts=True, timeout_seconds=0.3) as fetcher:
        with pytest.raises(ImageUnreachable):
            await fetcher.fetch(host.answer("/x", answer))


async def test_a_cancelled_fetch_ends(host: PictureHost, fetcher: ImageFetcher) -> None:
    """Cancelling a fetch ends it though the host says nothing."""
    url = host.answer("/x", silent())
    task = asyncio.ensure_future(fetcher.fetch(url))
    while not host.requests:  # noqa: ASYNC110
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# Size


async def test_a_declared_length_over_the_limit_is_refused_early(host: PictureHost) -> None:
    """A body said to be too large is refused before it is sent."""
    async with ImageFetcher(allow_private_hosts=True, max_bytes=1000) as fetcher:
        with pytest.raises(BadImage, match="larger than 1000 bytes"):
            await fetcher.fetch(host.answer("/x", cut(b"", 1001)))
    assert len(host.requests) == 1


@pytest.mark.parametrize("answer", [undeclared(b"\0" * 1001), endless(b"\0" * 100)], ids=["over", "endless"])
async def test_an_undeclared_length_over_the_limit_is_refused(host: PictureHost, answer: Answer) -> None:
    """A body that turns out too large is refused, even if it would never end."""
    async with ImageFetcher(allow_private_hosts=True, max_bytes=1000) as fetcher:
        with pytest.raises(BadImage, match="larger than 1000 bytes"):
            await fetcher.fetch(host.answer("/x", answer))


async def test_a_body_of_just_the_limit_passes(host: PictureHost) -> None:
    """A picture as large as the limit passes."""
    body = encoded("PNG")
    async with ImageFetcher(allow_private_hosts=True, max_bytes=len(body)) as fetcher:
        (await fetcher.fetch(host.answer("/x", picture(body)))).close()


async def test_a_compressed_answer_is_not_unpacked(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A body compressed against our wish is judged as it came, so it can't unpack to gigabytes."""
    body = zlib.compress(encoded("PNG"))
    with pytest.raises(BadImage, match="not a PNG"):
        await fetcher.fetch(host.answer("/x", picture(body, **{"Content-Encoding": "deflate"})))


# Redirects


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(host: PictureHost, fetcher: ImageFetcher, code: int) -> None:
    """Three redirects are followed, relative ones too."""
    host.answer("/1", redirect("/2", code))
    host.answer("/2", redirect(host.url("/a/3"), code))
    host.answer("/a/3", redirect("4?b=c", code))
    host.answer("/a/4", picture(encoded("PNG")))
    (await fetcher.fetch(host.url("/1"))).close()
    assert [request.path_qs for request in host.requests] == ["/1", "/2", "/a/3", "/a/4?b=c"]


async def test_a_fourth_redirect_is_refused(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A link that redirects to itself is given up after three redirects."""
    with pytest.raises(BadImage, match="redirected more than 3 times"):
        await fetcher.fetch(host.answer("/x", redirect("/x")))
    assert len(host.requests) == 4


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:secret@127.0.0.1/x", "http://[::1"],
)
async def test_redirects_are_judged_like_links(host: PictureHost, fetcher: ImageFetcher, location: str) -> None:
    """A redirect to what is no plain web link is refused for good."""
    with pytest.raises(BadImage) as refusal:
        await fetcher.fetch(host.answer("/x", redirect(location)))
    assert not isinstance(refusal.value, ImageUnreachable)
    assert len(host.requests) == 1


# Addresses


def in_public_network(story: Callable[[PublicNetwork, PictureHost], Awaitable[None]]) -> None:
    """Run a story in a network where this machine has a public address."""

    async def tell() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, PublicNetwork)
        async with PictureHost() as host:
            await story(loop, host)

    with asyncio.Runner(loop_factory=PublicNetwork) as runner:
        runner.run(tell())


def test_public_addresses_are_fetched_from() -> None:
    """A name or a literal that is public is dialled, on any port."""

    async def story(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG")))
        async with ImageFetcher(resolver=Names(cdn=[[PUBLIC_ADDRESS]])) as fetcher:
            for name in ("cdn.example", PUBLIC_ADDRESS):
                (await fetcher.fetch(host.url("/x", host=name, scheme="https"))).close()
        assert network.dialled == [PUBLIC_ADDRESS] * 2

    in_public_network(story)


@pytest.mark.parametrize("private", [["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::1"], ["::1", "127.0.0.1"]])
def test_a_name_that_turns_private_is_refused(private: list[str]) -> None:
    """A name that was public a moment ago is refused once it resolves to private addresses."""

    async def story(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG"), Connection="close"))
        url = host.url("/x", host="rebind.example", scheme="https")
        async with ImageFetcher(resolver=Names(rebind=[[PUBLIC_ADDRESS], private])) as fetcher:
            (await fetcher.fetch(url)).close()
            with pytest.raises(BadImage, match="not on the public internet") as refusal:
                await fetcher.fetch(url)
        assert not isinstance(refusal.value, ImageUnreachable)
        assert network.dialled == [PUBLIC_ADDRESS]
        assert len(host.requests) == 1

    in_public_network(story)


def test_of_mixed_addresses_only_the_public_one_is_dialled() -> None:
    """A name with private and public addresses is fetched from the public one alone."""

    async def story(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", picture(encoded("PNG")))
        names = Names(mixed=[["127.0.0.1", "::1", PUBLIC_ADDRESS, "169.254.169.254"]])
        async with ImageFetcher(resolver=names) as fetcher:
            (await fetcher.fetch(host.url("/x", host="mixed.example", scheme="https"))).close()
        assert network.dialled == [PUBLIC_ADDRESS]

    in_public_network(story)


@pytest.mark.parametrize("inside", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "inside.example", "0x7f.1"])
def test_a_redirect_to_a_private_address_is_refused(inside: str) -> None:
    """A public host can't send the bot to a private one, by name or by address."""

    async def story(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", redirect(host.url("/secret", host=inside, scheme="https")))
        names = Names(cdn=[[PUBLIC_ADDRESS]], inside=[["127.0.0.1"]], **{"0x7f": [["127.0.0.1"]]})
        async with ImageFetcher(resolver=names) as fetcher:
            with pytest.raises(BadImage, match="not on the public internet"):
                await fetcher.fetch(host.url("/x", host="cdn.example", scheme="https"))
        assert network.dialled == [PUBLIC_ADDRESS]
        assert [request.path for request in host.requests] == ["/x"]

    in_public_network(story)


def test_a_redirect_to_plain_http_is_refused() -> None:
    """A public host can't talk the bot out of https."""

    async def story(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", redirect(host.url("/y", host=PUBLIC_ADDRESS)))
        async with ImageFetcher() as fetcher:
            with pytest.raises(BadImage, match="only https links"):
                await fetcher.fetch(host.url("/x", host=PUBLIC_ADDRESS, scheme="https"))
        assert network.dialled == [PUBLIC_ADDRESS]

    in_public_network(story)


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
async def test_no_spelling_of_a_private_address_is_dialled(host: PictureHost, literal: str) -> None:
    """A private address is refused for good in every spelling, though a host listens there."""
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
    """A link of another scheme, with credentials or without a valid host is refused for good."""
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
    """Fit a picture that must be shrunk to its limit, check what it says of itself, and decode it."""
    with await fetched(body) as original, await fit(original, limit) as got:
        image = opened(got)
        assert got.shrunk
        assert len(got.read()) == got.size <= limit
        assert (got.format, got.extension) == (image.format, "webp") == ("WEBP", "webp")
        assert (got.width, got.height) == image.size
        assert original.read() == body
        return image


async def test_a_picture_that_fits_stays_itself() -> None:
    """A picture of just the limit is not touched."""
    with await fetched(noise()) as original:
        assert await fit(original, original.size) is original


async def test_quality_goes_before_size() -> None:
    """A picture slightly too large keeps its measures."""
    body = noise()
    image = await shrunk(body, len(body) - 1)
    assert image.size == (200, 150)


async def test_a_picture_far_too_large_gets_smaller() -> None:
    """A picture that no quality makes fit is scaled down in proportion."""
    image = await shrunk(noise(), 4_000)
    assert 64 < image.width < 200
    assert image.width / image.height == pytest.approx(200 / 150, rel=0.05)


async def test_what_can_never_fit_is_refused() -> None:
    """A limit that not even a thumbnail meets is said to be unattainable."""
    with await fetched(noise()) as original, pytest.raises(BadImage, match="does not fit into 20 bytes"):
        await fit(original, 20)


@pytest.mark.parametrize("size", [(17_000, 4), (4, 17_000)])
async def test_pictures_too_long_for_webp_are_scaled(size: tuple[int, int]) -> None:
    """A picture longer than WebP allows is scaled before it is encoded, and no side vanishes."""
    image = await shrunk(noise(size=size), 200_000)
    assert max(image.size) <= 16_383
    assert min(image.size) >= 1


async def test_copies_are_bounded_whatever_the_limit() -> None:
    """A copy of a huge picture has 16 megapixels at most, so that making it stays affordable."""
    body = encoded("PNG", "1", (8_000, 4_000), compress_level=0)
    image = await shrunk(body, len(body) - 1)
    assert 15_900_000 < image.width * image.height <= 16_000_000


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
async def test_an_animation_too_large_keeps_its_first_frame(form: str) -> None:
    """Of an animation that is too large, the first frame remains."""
    image = await shrunk(animation(form, 4), 5_000)
    assert not getattr(image, "is_animated", False)
    assert image.size == (120, 90)
    assert image.convert("L").getextrema() == (0, 0)


async def test_an_animation_that_fits_stays_animated() -> None:
    """An animated GIF that fits is not touched."""
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
    """A picture shrinks to plain colours whatever way they were stored."""
    body = noise(mode, form=form)
    assert (await shrunk(body, len(body) // 2)).mode == "RGB"


async def test_16_bits_are_scaled_not_clipped() -> None:
    """The middle grey of a 16-bit picture is still the middle grey once shrunk."""
    image = await shrunk(encoded("PNG", "I;16", (300, 300), 0x8000, compress_level=0), 10_000)
    assert image.getpixel((150, 150)) == pytest.approx((128, 128, 128), abs=3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
async def test_transparency_survives(mode: str) -> None:
    """What is transparent stays so."""
    transparency = {"transparency": 0} if mode == "P" else {}
    body = encoded("PNG", mode, (90, 90), compress_level=0, **transparency)
    image = await shrunk(body, 1_000)
    assert image.mode == "RGBA"
    assert image.getpixel((45, 45))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_pictures_are_turned_upright_and_lose_their_metadata(form: str) -> None:
    """A copy is turned as EXIF says and carries neither place nor maker; a small colour profile stays."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned a quarter
    exif[0x010F] = "Maker"
    body = noise(form=form, exif=exif, icc_profile=b"profile", comment=b"secret", quality=95)
    image = await shrunk(body, len(body) - 1)
    assert image.size == (150, 200)
    assert not image.getexif()
    assert image.info["icc_profile"] == b"profile"
    assert not {"exif", "xmp", "comment"} & image.info.keys()


@pytest.mark.parametrize(("mode", "profile"), [("RGB", b"x" * 20_000), ("CMYK", b"cmyk")])
async def test_profiles_that_are_large_or_wrong_are_dropped(mode: str, profile: bytes) -> None:
    """A colour profile that would take much of the room, or is not for RGB, is left out."""
    body = noise(mode, form="JPEG", icc_profile=profile, quality=95)
    assert "icc_profile" not in (await shrunk(body, len(body) - 1)).info


async def test_a_file_that_breaks_while_it_is_re_encoded_is_refused() -> None:
    """A picture whose bytes are gone by the time it is fitted is refused like any broken one."""
    original = await fetched(noise())
    original.file.seek(100)
    original.file.truncate()
    with original, pytest.raises(BadImage, match="could not be re-encoded"):
        await fit(original, 50)
