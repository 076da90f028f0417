"""FluxBot: the errors when it can't log in. The tests in tests/end_to_end cover the connection itself."""

from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.ui.bot import login_errors
from tests.discord_server.faults import CLOUDFLARE_PAGE


def test_login_errors() -> None:
    """If the token is refused or Discord can't be reached, the start fails with advice; bugs are not hidden."""
    unreachable = "DISCORD_API_URL: Discord can't be reached at https://d.example"
    errors: list[tuple[Exception, str]] = [
        (discord.LoginFailure("Improper token"), "DISCORD_TOKEN: Discord refuses the token. Copy it again"),
        (aiohttp.ClientError("no route"), f"{unreachable}: no route. Check this machine's network"),
        (TimeoutError(), f"{unreachable}: TimeoutError. Check this machine's network"),
    ]
    for error, text in errors:
        with pytest.raises(StartupFailed) as failed, login_errors("https://d.example"):
            raise error
        assert str(failed.value).startswith(text)
    refusal: Any = SimpleNamespace(status=403, reason="Forbidden", headers={})
    with pytest.raises(StartupFailed) as failed, login_errors("https://d.example"):
        raise discord.HTTPException(refusal, CLOUDFLARE_PAGE)
    assert str(failed.value).startswith(f"{unreachable}: 403 Forbidden")
    assert "network" not in str(failed.value)
    assert len(str(failed.value).splitlines()[0]) < 300
    assert "<" not in str(failed.value)
    limited: Any = SimpleNamespace(status=429, reason="Too Many Requests", headers={"Retry-After": "30"})
    with pytest.raises(StartupFailed, match=r"HTTP 429.*Try again in 30 s"), login_errors("https://d.example"):
        raise discord.HTTPException(limited, CLOUDFLARE_PAGE)
    with pytest.raises(KeyError), login_errors("https://d.example"):
        raise KeyError
