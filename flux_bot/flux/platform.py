"""The vendor's platform, where the account is managed: the remaining balance and the current prices. Reading is free.

The pages are not documented; the vendor's own client (PyPI, mcp-acedatacloud) reads them as follows, in credits:
``/applications/`` as ``{"items": [{"remaining_amount": 100.5}]}``, with a platform token, and ``/models/catalog/`` as
``{"items": [{"id": "flux-dev", "pricing": ..., "unit": ...}]}``, without one. The form of ``pricing`` is unknown.
"""

import json
from collections.abc import Collection
from decimal import Decimal
from typing import Any

import aiohttp

from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.core.jobs import UNREACHABLE, Failure
from flux_bot.core.text import plain_line

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10)
MAX_PAGE_BYTES = 8 * 1024 * 1024
APPLICATIONS = "/api/v1/applications/"
CATALOGUE = "/api/v1/models/catalog/"


async def read_page(url: str, path: str, token: str = "") -> object:
    """Return the JSON at a path of the platform, None if it is none.

    Raises ApiRefused if the token is rejected, ApiBusy if the page can't be read.
    """
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
            session.get(f"{url}{path}", allow_redirects=False) as response,
        ):
            if response.status in (401, 403):
                raise ApiRefused(Failure("invalid_token"), f"HTTP {response.status}")
            if response.status != 200:
                raise ApiBusy(Failure(UNREACHABLE), f"HTTP {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_PAGE_BYTES:
                    raise ApiBusy(Failure(UNREACHABLE), "the page is too large")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ApiBusy(Failure(UNREACHABLE), type(error).__name__) from error
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def read_balance(page: object) -> Decimal | None:
    """Return the remaining credits of all applications, None if the page can't be understood."""
    amounts = [_number(item.get("remaining_amount")) for item in _items(page)]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def read_prices(page: object, names: Collection[str]) -> dict[str, str]:
    """Return the prices of these models on the page, by name; models that the page does not list are omitted."""
    prices = {}
    for item in _items(page):
        name, price = item.get("id"), _price(item.get("pricing"))
        if name in names and price:
            prices[str(name)] = plain_line(" per ".join(filter(None, (price, _text(item.get("unit"))))), 120)
    return prices


def _items(page: object) -> list[dict[str, Any]]:
    items = page.get("items") if isinstance(page, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _number(value: object) -> Decimal | None:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value) if is_number else None  # type: ignore[arg-type]  # checked above


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""


def _price(value: object) -> str:
    """Return a price of any form in one line: a number, a text, or several of them by name or in a list."""
    if isinstance(value, dict):
        parts = {name: _text(part) for name, part in value.items()}
        return ", ".join(f"{name} {part}" for name, part in parts.items() if part)
    if isinstance(value, list):
        return "; ".join(filter(None, (_text(part) if isinstance(part, list) else _price(part) for part in value)))
    return _text(value)
