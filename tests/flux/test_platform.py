"""The vendor's platform: reading its pages, whatever their form."""

from decimal import Decimal

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.flux import platform
from flux_bot.flux.platform import read_balance, read_page, read_prices
from tests.flux.caller import UNREACHABLE


async def test_a_page() -> None:
    """A page is read with the token if there is one; anything but JSON gives None, and errors are distinguished."""
    seen: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        status = int(request.match_info["status"])
        return web.Response(status=status, text=request.query.get("text", ""), headers={"Location": "/200"})

    app = web.Application()
    app.router.add_get("/{status}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        assert await read_page(url, '/200?text={"a": 0.10}', "secret") == {"a": Decimal("0.10")}
        for text in ("", "<html>", "[" * 100_000):
            assert await read_page(url, f"/200?text={text[:2000]}") is None, text[:10]
        assert seen == ["Bearer secret", None, None, None]
        for status, error in ((401, ApiRefused), (403, ApiRefused), (302, ApiBusy), (404, ApiBusy), (500, ApiBusy)):
            with pytest.raises(error, match=f"HTTP {status}"):
                await read_page(url, f"/{status}")
    with pytest.raises(ApiBusy, match="unreachable"):
        await read_page(UNREACHABLE, "/200")


async def test_a_large_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is too large is not read to its end."""
    monkeypatch.setattr(platform, "MAX_PAGE_BYTES", 10)

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=" " * 11)

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server:
        with pytest.raises(ApiBusy, match="too large"):
            await read_page(str(server.make_url("")), "")


def test_the_balance() -> None:
    """The balance is the sum over all applications that name it; a page of another form has none."""
    applications = [{"remaining_amount": 100}, {"remaining_amount": Decimal("0.5")}, {"id": "one"}, 7]
    assert read_balance({"count": 4, "items": applications}) == Decimal("100.5")
    assert read_balance({"items": [{"remaining_amount": 0}]}) == 0
    pages: tuple[object, ...] = (
        None,
        [],
        "text",
        {},
        {"items": 7},
        {"items": []},
        {"items": [{"remaining_amount": "x"}]},
    )
    for page in pages:
        assert read_balance(page) is None, page
    assert read_balance({"items": [{"remaining_amount": True}]}) is None


def test_prices() -> None:
    """A price may be a number, a text, or several of them; models that are unknown or have no price are left out."""
    names = ["flux-dev", "flux-2-pro"]
    for pricing, unit, expected in (
        (Decimal("0.216"), "image", "0.216 per image"),
        (1, None, "1"),
        ("0.216 credits", "", "0.216 credits"),
        ({"image": Decimal("0.216"), "note": None}, None, "image 0.216"),
        ([{"1024x1024": 1}, {"4 MP": 2}, {}], None, "1024x1024 1; 4 MP 2"),
        ("<b>7</b>\n credits", None, "7 credits"),
    ):
        page = {"items": [{"id": "flux-dev", "pricing": pricing, "unit": unit}, {"id": "gpt", "pricing": 1}]}
        assert read_prices(page, names) == {"flux-dev": expected}, pricing
    pages: tuple[object, ...] = (
        None,
        [],
        {},
        {"items": [None, {}, {"id": ["flux-dev"], "pricing": 1}, {"id": "flux-dev"}]},
    )
    for other in pages:
        assert read_prices(other, names) == {}, other
    unknown: tuple[object, ...] = (None, True, {}, [], {"image": [1]})
    for price in unknown:
        assert read_prices({"items": [{"id": "flux-dev", "pricing": price}]}, names) == {}, price
    assert len(read_prices({"items": [{"id": "flux-dev", "pricing": "x" * 5000}]}, names)["flux-dev"]) <= 120
