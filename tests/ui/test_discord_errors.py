"""The errors of Discord that end a delivery method, and those after which the bot waits."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from flux_bot.core.errors import DeliveryFailed, RateLimited
from flux_bot.ui.discord_errors import DEFAULT_WAIT_SECONDS, MethodFailed, TooLarge, discord_errors, retry_after


def raise_error(status: int, code: int) -> None:
    """Raise Discord's response as discord.py does."""
    answer: Any = SimpleNamespace(status=status, reason="", headers={})
    raise discord.HTTPException(answer, {"code": code, "message": "no"})


def test_answers() -> None:
    """A method ends only because of the place or user, not because of Cloudflare, a limit or a rejected bot token."""
    refused = [(404, 10003), (404, 10008), (404, 10015), (403, 50001), (403, 50013), (403, 50007), (403, 50278)]
    refused += [(401, 50027), (400, 200000), (400, 160005), (400, 50083), (400, 50035)]
    passing = [(401, 0), (403, 0), (403, 40333), (403, 40003), (404, 0), (408, 0), (500, 0), (503, 0)]
    too_large = [(413, 0), (400, 40005)]
    for kind, answers in (
        (MethodFailed, refused),
        (DeliveryFailed, passing),
        (RateLimited, [(429, 0), (429, 20016)]),
        (TooLarge, too_large),
    ):
        for status, code in answers:
            with pytest.raises((MethodFailed, DeliveryFailed)) as raised, discord_errors():
                raise_error(status, code)
            assert raised.type is kind, (status, code)


def test_no_answer() -> None:
    """The bot waits after a failed connection."""
    for error in (aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()):
        with pytest.raises(DeliveryFailed), discord_errors():
            raise error


def test_rate_limits() -> None:
    """The wait is as long as Discord requires, however discord.py reports it."""
    with pytest.raises(RateLimited) as limited, discord_errors():
        raise discord.RateLimited(7.5)
    assert limited.value.retry_after == 7.5
    sent = {"Date": "Fri, 01 Jan 2100 00:00:00 GMT"}
    for value, seconds in (("30", 30.0), ("Fri, 01 Jan 2100 00:00:07 GMT", 7.0), ("soon", DEFAULT_WAIT_SECONDS)):
        assert retry_after({"Retry-After": value, **sent}) == seconds, value
    assert retry_after({}) == DEFAULT_WAIT_SECONDS
