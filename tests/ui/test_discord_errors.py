"""Which errors of Discord end a delivery method, and which are waited out."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from flux_bot.core.errors import DeliveryFailed
from flux_bot.ui.discord_errors import MethodFailed, TooLarge, discord_errors


def raise_error(status: int, code: int) -> None:
    """Raise Discord's answer as discord.py does."""
    answer: Any = SimpleNamespace(status=status, reason="", headers={})
    raise discord.HTTPException(answer, {"code": code, "message": "no"})


def test_answers() -> None:
    """Only reasons of the place or person end a method: not a block by Cloudflare, a limit or a rejected bot token."""
    refused = [(404, 10003), (404, 10008), (404, 10015), (403, 50001), (403, 50013), (403, 50007), (403, 50278)]
    refused += [(401, 50027), (400, 200000), (400, 160005), (400, 50083), (400, 50035)]
    passing = [(401, 0), (403, 0), (403, 40333), (403, 40003), (404, 0), (408, 0), (429, 0), (500, 0), (503, 0)]
    too_large = [(413, 0), (400, 40005)]
    for kind, answers in ((MethodFailed, refused), (DeliveryFailed, passing), (TooLarge, too_large)):
        for status, code in answers:
            with pytest.raises((MethodFailed, DeliveryFailed)) as raised, discord_errors():
                raise_error(status, code)
            assert raised.type is kind, (status, code)


def test_no_answer() -> None:
    """A connection that fails is waited out."""
    for error in (aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()):
        with pytest.raises(DeliveryFailed), discord_errors():
            raise error
