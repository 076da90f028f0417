"""Fetching pictures over real HTTP on loopback, from good hosts and from hosts that attack."""

import asyncio
import itertools
import shutil
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest
import stamina
from yarl import URL

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.fetcher import ATTEMPTS, ImageFetcher
from tests.flux.caller import eventually
from tests.images.picture_host import (
    PUBLIC_ADDRESS,
    Names,
    PictureHost,
    PublicNetwork,
    encoded,
    picture,
    redirect,
    silent,
    status,
    streamed,
    until_closed,
)
from tests.images.test_addresses import SIGNED

PNG = encoded("PNG")
MIB = 1024 * 1024
INTERNAL_IPV6 = ["::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fd00:ec2::254", "fe80::1%lo"]
INTERNAL = ["127.0.0.1", "10.0.0.1", "169.254.169.254", *INTERNAL_IPV6]
LOOPBACK_SPELLINGS = [
    *("127.0.0.1", "127.0.0.1.", "127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0", "localhost", "①②⑦.0.0.1"),
    *(f"[{address.replace('%', '%25')}]" for address in INTERNAL_IPV6),
]


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


def in_public_network(test: Callable[[PublicNetwork, PictureHost], Awaitable[None]]) -> Callable[[], None]:
    """Run a test in a network where this machine has a public address."""

    async def with_host(network: PublicNetwork) -> None:
        async with PictureHost() as host:
            await test(network, host)

    def run() -> None:
        network = PublicNetwork()
        with asyncio.Runner(loop_factory=lambda: network) as runner:
            runner.run(with_host(network))

    run.__doc__ = test.__doc__
    return run


async def refusal(fetcher: ImageFetcher, url: str) -> str:
    """Return why a link is refused for good."""
    with pytest.raises(BadImage) as refused:
        print(url, await fetcher.fetch(url))
    assert not isinstance(refused.value, ImageUnreachable), url
    return str(refused.value)


async def test_pictures_are_returned_byte_for_byte(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A small or a large picture is fetched, with or without declared length; its format is that of its contents."""
    large = encoded("PNG", size=(700, 700), compress_level=0)
    assert len(large) > MIB
    for path, body, answer in (
        ("/small.html", PNG, picture(PNG, **{"Content-Type": "text/html"})),
        ("/chunked", PNG, streamed(PNG)),
        ("/large", large, picture(large)),
    ):
        with await fetcher.fetch(host.answer(path, answer)) as got:
            assert (got.extension, got.size) == ("png", len(body)), path
            assert got.read() == body, path


async def test_request_headers(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request names the bot, asks for no compression, and uses no cookies and no proxy."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    host.answer("/x", picture(PNG, **{"Set-Cookie": "id=1; Path=/"}))
    async with ImageFetcher(allow_private_hosts=True, resolver=Names(cdn=[["127.0.0.1"]])) as fetcher:
        for _ in range(2):
            (await fetcher.fetch(host.url("/x", host="cdn.example"))).close()
    first, second = host.requests
    for request in (first, second):
        assert request.headers["User-Agent"] == "flux-bot"
        assert request.headers["Accept"].startswith("image/")
        assert request.headers["Accept-Encoding"] == "identity"
        assert "Cookie" not in request.headers
        assert request.host == f"cdn.example:{host.port}"


async def test_other_files_are_refused(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A file that is not a picture is refused at once, and so is one that is compressed against the request."""
    script = picture(b"<script>alert(1)</script>", **{"Content-Type": "image/png"})
    deflated = picture(zlib.compress(PNG), **{"Content-Encoding": "deflate"})
    for path, answer in {"/script.png": script, "/deflated.png": deflated}.items():
        assert "not a PNG, JPEG, WebP or GIF" in await refusal(fetcher, host.answer(path, answer))
    assert len(host.requests) == 2


async def test_temporary_and_final_answers(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A temporary failure is tried three times and worth a retry; any other answer without a picture is final."""
    temporary, final = (404, 408, 425, 429, 500, 502, 503, 504, 599), (201, 204, 206, 300, 304, 400, 401, 403, 410, 499)
    for code in temporary:
        with pytest.raises(ImageUnreachable, match=f"answered {code}"):
            await fetcher.fetch(host.answer(f"/{code}", status(code)))
    for code in final:
        assert f"answered {code}" in await refusal(fetcher, host.answer(f"/{code}", status(code)))
    assert Counter(request.path for request in host.requests) == {
        **{f"/{code}": ATTEMPTS for code in temporary},
        **{f"/{code}": 1 for code in final},
    }


async def test_a_picture_that_appears_late(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A picture that is missing, then truncated, then complete is fetched in one call."""
    url = host.answer("/x", status(404), streamed(PNG + bytes(100), declared=10_000), picture(PNG))
    with await fetcher.fetch(url) as got:
        assert got.read() == PNG


async def test_a_host_that_stalls_is_asked_again(host: PictureHost) -> None:
    """A host that stalls uses up only a third of the time."""
    async with ImageFetcher(allow_private_hosts=True, timeout_seconds=3) as fetcher:
        (await fetcher.fetch(host.answer("/x", silent(), picture(PNG)))).close()


async def test_unreachable_hosts(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A host that is down, unknown, without TLS, or that ends too early may do better later."""
    async with PictureHost() as gone:
        closed_port = gone.url("/x")
    incomplete = host.answer("/incomplete", streamed(PNG, declared=10_000))
    for url in (closed_port, host.url("/tls", scheme="https"), incomplete):
        with pytest.raises(ImageUnreachable):
            print(url, await fetcher.fetch(url))
    assert {request.path for request in host.requests} == {"/incomplete"}  # nothing is sent in the clear
    async with ImageFetcher(allow_private_hosts=True, resolver=Names()) as other:
        with pytest.raises(ImageUnreachable):
            await other.fetch("http://nowhere.example/x")


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
    await eventually(lambda: len(left) == len(served))


async def test_a_slow_answer_times_out() -> None:
    """The whole fetch has a timeout, which no byte extends, and the connection is closed."""
    ok = b"HTTP/1.1 200 OK\r\n"

    async def outcome(fetcher: ImageFetcher, start: bytes, drip: bytes) -> str:
        async with dripping(start, drip) as url:
            with pytest.raises(ImageUnreachable) as unreachable:
                await fetcher.fetch(url)
        return str(unreachable.value)

    answers = [
        (b"HTTP/1.1 200 ", b"O"),
        (ok, b"X-Header: y\r\n"),
        (ok + b"Content-Length: 1000000\r\n\r\n\x89PNG\r\n\x1a\n", b"\0"),
        (ok + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n\0\r\n"),
        (ok + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x=y;"),
        (b"HTTP/1.1 302 Found\r\nLocation: /", b"x"),
    ]
    async with ImageFetcher(allow_private_hosts=True, timeout_seconds=0.5) as fetcher:
        outcomes = await asyncio.gather(*(outcome(fetcher, *answer) for answer in answers))
    assert "not fetched within 0.5 s" in outcomes


async def test_the_size_is_limited(host: PictureHost) -> None:
    """A body at the limit is accepted; a larger one is refused as soon as that is known."""
    async with ImageFetcher(allow_private_hosts=True, max_bytes=len(PNG)) as fetcher:
        for path, answer in {"/declared": picture(PNG), "/chunked": streamed(PNG)}.items():
            (await fetcher.fetch(host.answer(path, answer))).close()
        for path, answer in {
            "/declared": streamed(b"", declared=len(PNG) + 1),
            "/chunked": streamed(PNG + b"\0"),
            "/endless": streamed(bytes(100), endless=True),
        }.items():
            assert f"larger than {len(PNG)} bytes" in await refusal(fetcher, host.answer(path, answer))
    assert len(host.requests) == 5


async def test_three_redirects_are_followed(host: PictureHost, fetcher: ImageFetcher) -> None:
    """Three redirects are followed, including relative ones; a fourth is refused."""
    for code in (301, 302, 303, 307, 308):
        host.answer("/1", redirect("/2", code))
        host.answer("/2", redirect(host.url("/a/3"), code))
        host.answer("/a/3", redirect("4?b=c", code))
        host.answer("/a/4", picture(PNG))
        (await fetcher.fetch(host.url("/1"))).close()
        assert [request.path_qs for request in host.requests] == ["/1", "/2", "/a/3", "/a/4?b=c"], code
        host.requests.clear()
    assert "redirected more than 3 times" in await refusal(fetcher, host.answer("/x", redirect("/x")))
    assert len(host.requests) == 4


async def test_links_are_requested_as_written(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A link, and the target of a redirect, is requested as it is spelled; what can't be sent is encoded."""
    for typed, expected in {
        **{(path := link[link.index("/", 8) :]): path for link in SIGNED},
        "/ä b%.png?ö=%3d": "/%C3%A4%20b%.png?%C3%B6=%3d",
    }.items():
        host.answer(URL(typed).path, picture(PNG))
        host.answer("/moved", redirect(typed))
        for link in (host.url(typed), host.url("/moved")):
            (await fetcher.fetch(link)).close()
            assert host.requests[-1].raw_path == expected, (link, typed)


async def test_errors_do_not_repeat_the_link(fetcher: ImageFetcher) -> None:
    """The text of an error, which is logged, names the host at most, as a link may be signed."""
    async with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"x") as url:
        for link in (f"{url}?sig=secret", "http://[::1?sig=secret", "http://127.0.0.1:99999/x?sig=secret"):
            with pytest.raises(BadImage) as refused:
                await fetcher.fetch(link)
            assert "secret" not in str(refused.value), link


async def test_redirects_are_checked_like_links(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A redirect to anything but a plain web link is refused for good."""
    for location, expected in {
        "ftp://127.0.0.1/x": "only http and https",
        "file:///etc/passwd": "only http and https",
        f"http://user:secret@127.0.0.1:{host.port}/y": "credentials",
        "http://[::1": "malformed link",
    }.items():
        assert expected in await refusal(fetcher, host.answer("/x", redirect(location))), location
    assert [request.path for request in host.requests] == ["/x"] * 4


@in_public_network
async def test_only_public_addresses_are_connected_to(network: PublicNetwork, host: PictureHost) -> None:
    """A public host is fetched from by name or address, and of mixed addresses only the public one is used."""
    host.answer("/x", picture(PNG))
    names = Names(cdn=[[PUBLIC_ADDRESS]], mixed=[["127.0.0.1", "::1", PUBLIC_ADDRESS, "169.254.169.254"]])
    async with ImageFetcher(resolver=names) as fetcher:
        for name in ("cdn.example", PUBLIC_ADDRESS, "mixed.example"):
            (await fetcher.fetch(host.url("/x", host=name, scheme="https"))).close()
    assert network.dialled == [PUBLIC_ADDRESS] * 3


@in_public_network
async def test_names_of_internal_addresses_are_refused(network: PublicNetwork, host: PictureHost) -> None:
    """A name that resolves to internal addresses only, embedded or not, is refused for good."""
    for addresses in (*([address] for address in INTERNAL), ["127.0.0.1", "10.0.0.1"], ["::1", "127.0.0.1"]):
        async with ImageFetcher(resolver=Names(evil=[addresses])) as fetcher:
            url = host.url("/x", host="evil.example", scheme="https")
            assert await refusal(fetcher, url) == "evil.example is not on the public internet", addresses
    assert network.dialled == []


@in_public_network
async def test_dns_rebinding(network: PublicNetwork, host: PictureHost) -> None:
    """A name that was public a moment ago, even for the same link before its redirect, is checked again."""
    host.answer("/x", picture(PNG, Connection="close"))
    host.answer("/moved", status(302, Location="/secret", Connection="close"))
    for path, count in {"/x": 2, "/moved": 1}.items():
        async with ImageFetcher(resolver=Names(rebind=[[PUBLIC_ADDRESS], ["127.0.0.1"]])) as fetcher:
            url = host.url(path, host="rebind.example", scheme="https")
            for _ in range(1, count):
                (await fetcher.fetch(url)).close()
            assert "not on the public internet" in await refusal(fetcher, url)
    assert network.dialled == [PUBLIC_ADDRESS] * 2
    assert [request.path for request in host.requests] == ["/x", "/moved"]


@in_public_network
async def test_internal_addresses_are_refused(network: PublicNetwork, host: PictureHost) -> None:
    """A link or redirect to an internal address is refused, by name or in any spelling, and so is one to http."""
    targets = [host.url("/secret", host=spelling, scheme="https") for spelling in LOOPBACK_SPELLINGS]
    async with ImageFetcher() as fetcher:
        for target in (*targets, host.url("/secret", host=PUBLIC_ADDRESS)):
            await refusal(fetcher, target)
            host.answer("/x", redirect(target))
            await refusal(fetcher, host.url("/x", host=PUBLIC_ADDRESS, scheme="https"))
    async with ImageFetcher(resolver=Names(cdn=[[PUBLIC_ADDRESS]], inside=[["127.0.0.1"]])) as fetcher:
        host.answer("/x", redirect(host.url("/secret", host="inside.example", scheme="https")))
        message = await refusal(fetcher, host.url("/x", host="cdn.example", scheme="https"))
        assert message == "inside.example is not on the public internet"
    assert set(network.dialled) == {PUBLIC_ADDRESS}
    assert {request.path for request in host.requests} == {"/x"}


async def test_links_that_are_not_plain_https_are_refused() -> None:
    """A link with another scheme, credentials or an invalid host is refused for good."""
    async with ImageFetcher() as fetcher:
        for url, expected in {
            **dict.fromkeys(("http://example.com/x.png", "ftp://example.com/x.png", ""), "only https links"),
            "https://:secret@example.com/x.png": "credentials",
            "https://example.com:99999/x.png": "malformed link",
            f"https://{'a' * 64}.example/x.png": "malformed link",
        }.items():
            message = await refusal(fetcher, url)
            assert (expected in message, "secret" in message) == (True, False), url


async def test_a_thumbnail_is_made_once(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A repeated delivery gets the same thumbnail without another request."""
    url = host.answer("/x", picture(encoded("JPEG", size=(2_000, 1_000))), status(410))
    for _ in range(2):
        with await fetcher.fetch_thumbnail(url) as thumbnail:
            assert (thumbnail.format, thumbnail.width, thumbnail.height) == ("WEBP", 512, 256)
            assert len(thumbnail.read()) == thumbnail.size
    assert len(host.requests) == 1


async def test_a_picture_that_was_cut_off(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A damaged picture whose length the host did not say is fetched once more."""
    whole = encoded("PNG", size=(300, 300))

    cut = until_closed(whole[: len(whole) // 2])
    with await fetcher.fetch(host.answer("/x", cut, picture(whole))) as got:
        assert got.read() == whole
    with await fetcher.fetch(host.answer("/y", cut)) as got:
        assert got.shrunk
    assert [request.path for request in host.requests] == ["/x", "/x", "/y", "/y"]


async def test_the_folder_of_the_files_is_removed(host: PictureHost, fetcher: ImageFetcher) -> None:
    """The system may clean up old folders in /tmp; the next picture is fetched nevertheless."""
    shutil.rmtree(fetcher.decoder.new_path().parent)
    with await fetcher.fetch(host.answer("/x", picture(PNG))) as got:
        assert got.read() == PNG


async def test_no_files_are_left(host: PictureHost, fetcher: ImageFetcher) -> None:
    """A file is deleted when its picture is closed, and at once if it is none."""
    folder = fetcher.decoder.new_path().parent
    for path, answer in {"/good": picture(PNG), "/bad": picture(PNG[:30]), "/gone": status(410)}.items():
        for get in (fetcher.fetch, fetcher.fetch_thumbnail):
            with suppress(BadImage):
                (await get(host.answer(path, answer))).close()
            assert list(folder.iterdir()) == [], path
