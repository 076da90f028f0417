"""The fake API's pictures can be missing, redirected, cut off, huge or slow."""

import asyncio

import pytest
from aiohttp import ClientPayloadError

from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import FILES
from tests.flux.caller import Caller, picture_urls


async def test_pictures_that_are_not_served(fake: FakeFlux, caller: Caller) -> None:
    """The file server can refuse a picture once, redirect, or serve something else."""
    (url,) = picture_urls(await caller.generate())
    path = url.removeprefix(fake.url)
    data = fake.files[path.removeprefix("/files/")].data
    for name, expected in {
        "not_found": (404, None, b"not found"),
        "gone": (410, None, b"gone"),
        "unavailable": (503, None, b"try again"),
        "no_picture": (200, None, b"<html>no picture here</html>"),
        "redirect": (302, f"{path}?direct=1", data),
        "redirect_loop": (302, path, data),
        "redirect_inside": (302, "http://169.254.169.254/latest/meta-data/", data),
    }.items():
        fake.faults.file = [FILES[name], None]
        async with caller.http.get(url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers.get("Location"), await answer.read()) == expected, name
            assert answer.content_type == "image/png", name
        async with caller.http.get(url) as answer:
            assert answer.status == 200, name
    fake.faults.file = FILES["redirect"]
    async with caller.http.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")


async def test_pictures_that_are_served_badly(fake: FakeFlux, caller: Caller) -> None:
    """A picture can be cut off, be huge and of unknown length, or be slow, and a stop does not wait for it."""
    (url,) = picture_urls(await caller.generate())
    fake.faults.file = FILES["cut"]
    with pytest.raises(ClientPayloadError):
        async with caller.http.get(url) as answer:
            await answer.read()
    fake.faults.file = FILES["huge"]
    async with caller.http.get(url) as answer:
        assert answer.content_length is None
        assert len(await answer.content.readexactly(5_000_000)) == 5_000_000
    assert (await caller.generate()).response
    fake.faults.file = FILES["slow"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), caller.http.get(url):
            pass
