"""Picture hosts that attack: with internal addresses, bombs, disguised files and endless answers."""

import asyncio
import itertools
import resource
import struct
import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from functools import cache

import pytest
import stamina

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.decoding import Picture
from flux_bot.images.fetcher import ImageFetcher
from tests.flux.caller import eventually
from tests.images.picture_host import PUBLIC_ADDRESS, Names, PictureHost, PublicNetwork, picture, redirect
from tests.images.test_fetcher import encoded, in_public_network

MIB = 1024 * 1024
INSIDE = [
    "10.0.0.1",
    "169.254.169.254",  # the clouds' metadata service
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "fd00:ec2::254",
    "fe80::1%lo",
]


@pytest.fixture(autouse=True)
def _one_attempt() -> Iterator[None]:
    """Try once: these tests check how one attempt ends."""
    with stamina.set_testing(testing=True, attempts=1):
        yield


# --- internal addresses----------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_of_an_internal_address(inside: str) -> None:
    """A name that resolves to an internal address, embedded or not, is refused permanently."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        async with ImageFetcher(resolver=Names(evil=[[inside]])) as fetcher:
            with pytest.raises(BadImage, match="not on the public internet") as refusal:
                await fetcher.fetch(host.url("/x", host="evil.example", scheme="https"))
        assert not isinstance(refusal.value, ImageUnreachable)
        assert network.dialled == []

    in_public_network(scenario)


@pytest.mark.parametrize(
    "inside", ["2130706433", "0177.0.0.1", "0x7f000001", "127.1", "0", *(f"[{x}]" for x in INSIDE if ":" in x)]
)
def test_a_redirect_to_an_odd_spelling_is_not_followed(inside: str) -> None:
    """A public host can't redirect to an internal address, whatever its spelling."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        location = host.url("/secret", host=inside.replace("%", "%25"), scheme="https")
        host.answer("/x", redirect(location))
        async with ImageFetcher() as fetcher:
            with pytest.raises(BadImage) as refusal:
                await fetcher.fetch(host.url("/x", host=PUBLIC_ADDRESS, scheme="https"))
        assert not isinstance(refusal.value, ImageUnreachable)
        assert network.dialled == [PUBLIC_ADDRESS]
        assert [request.path for request in host.requests] == ["/x"]

    in_public_network(scenario)


def test_dns_rebinding_after_a_redirect() -> None:
    """A name that is public for the link and private for its redirect gets no second connection."""

    async def scenario(network: PublicNetwork, host: PictureHost) -> None:
        host.answer("/x", redirect("/secret"))
        names = Names(rebind=[[PUBLIC_ADDRESS], ["127.0.0.1"]])
        async with ImageFetcher(resolver=names) as fetcher:
            url = host.url("/x", host="rebind.example", scheme="https")
            with pytest.raises(BadImage):
                await fetcher.fetch(url)
        assert network.dialled == [PUBLIC_ADDRESS]

    in_public_network(scenario)


# --- bombs ----------------------------------------------------------------------------------------------


def png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a PNG with these chunks between its header and its end."""
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), *chunks, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + body


@cache
def zeros(mebibytes: int) -> bytes:
    """Return zeros, compressed about a thousandfold."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()


def memory_used() -> int:
    """Return this process's peak memory, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


PIXELS = (b"IDAT", zlib.compress(b"\0" * 9 * 8))


@pytest.mark.parametrize(
    ("kind", "start"),
    [(b"IDAT", b""), (b"zTXt", b"Comment\0\0"), (b"iTXt", b"Comment\0\1\0\0\0"), (b"iCCP", b"profile\0\0")],
    ids=["pixels", "text", "international text", "colour profile"],
)
@pytest.mark.parametrize("in_front", [True, False])
async def test_a_compressed_bomb_uses_little_memory(kind: bytes, start: bytes, in_front: bool) -> None:
    """A small PNG that contains 600 MiB anywhere uses little memory, whether it is accepted or not."""
    bomb = kind, start + zeros(600)
    body = png(bomb, PIXELS) if in_front else png(PIXELS, bomb)
    before = memory_used()
    async with PictureHost() as host, ImageFetcher(allow_private_hosts=True) as fetcher:
        url = host.answer("/x", picture(body))
        with suppress(BadImage), await fetcher.fetch(url) as got:
            assert (got.width, got.height) == (8, 8)
        assert len(host.requests) == 1
    assert len(body) < MIB
    assert memory_used() - before < 200 * MIB


# --- disguises ------------------------------------------------------------------------------------------

SCRIPT = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    "body",
    [
        SCRIPT,
        b"GIF89a/*" + SCRIPT,
        b"\xff\xd8\xff\xe0" + SCRIPT,
        b"RIFF\x20\0\0\0WEBP" + SCRIPT,
        b"\x89PNG\r\n\x1a\n" + SCRIPT,
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        encoded("ICO", size=(32, 32)),
        encoded("PPM"),
    ],
    ids=["html", "gif", "jpeg", "webp", "png", "svg", "pdf", "eps", "ico", "ppm"],
)
async def test_disguised_files_are_refused(body: bytes) -> None:
    """A file is refused if it only begins like a picture, only has its type, or is of a format browsers can't show."""
    async with PictureHost() as host, ImageFetcher(allow_private_hosts=True) as fetcher:
        with pytest.raises(BadImage, match="not a PNG, JPEG, WebP or GIF picture"):
            await fetcher.fetch(host.answer("/x.png", picture(body, **{"Content-Type": "image/png"})))


async def test_the_extension_follows_the_contents() -> None:
    """The name of a posted file depends neither on the link nor on the content type."""
    body = encoded("PNG") + SCRIPT
    async with PictureHost() as host, ImageFetcher(allow_private_hosts=True) as fetcher:
        url = host.answer("/x.html", picture(body, **{"Content-Type": "text/html"}))
        with await fetcher.fetch(url) as got:
            assert isinstance(got, Picture)
            assert (got.format, got.extension) == ("PNG", "png")


# --- endless answers ------------------------------------------------------------------------------------


@asynccontextmanager
async def dripping(start: bytes, drip: bytes) -> AsyncIterator[str]:
    """Serve raw bytes, then others one by one until the client disconnects; yield the link."""
    served: list[asyncio.StreamWriter] = []
    left: list[asyncio.StreamWriter] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(writer)
        writer.write(start)
        with suppress(ConnectionError):
            for byte in itertools.cycle(drip):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.001)
        writer.close()
        left.append(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    await eventually(lambda: left == served)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("start", "drip"),
    [
        (b"HTTP/1.1 200 ", b"O"),
        (OK, b"X-Header: y\r\n"),
        (OK + b"Content-Length: 1000000\r\n\r\n\x89PNG\r\n\x1a\n", b"\0"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n\0\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x=y;"),
        (b"HTTP/1.1 302 Found\r\nLocation: /", b"x"),
    ],
    ids=["status", "headers", "body", "chunks", "chunk extension", "redirect"],
)
async def test_a_slow_answer_times_out(start: bytes, drip: bytes) -> None:
    """A slow answer ends at the timeout for the whole fetch, which no byte extends."""
    async with (
        dripping(start, drip) as url,
        ImageFetcher(allow_private_hosts=True, timeout_seconds=0.3) as fetcher,
    ):
        with pytest.raises(ImageUnreachable):
            await fetcher.fetch(url)
