"""FluxBot: what it remembers, and why it can't log in. Processes in tests/end_to_end prove the connection itself."""

import aiohttp
import discord
import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.ui.bot import RecentItems, login_errors


def test_recent_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest items are forgotten; setting one again makes it the newest."""
    monkeypatch.setattr(RecentItems, "LIMIT", 3)
    items: RecentItems[str, int] = RecentItems()
    for key in "abcad":
        items[key] = ord(key)
    assert list(items) == ["c", "a", "d"]


def test_login_errors() -> None:
    """A refused token, or a Discord that can't be reached, ends the start with what to do; bugs are not hidden."""
    errors: list[tuple[Exception, str]] = [
        (discord.LoginFailure("Improper token"), "DISCORD_TOKEN: Discord refuses the token. Copy it again"),
        (aiohttp.ClientError("no route"), "DISCORD_API_URL: Discord can't be reached at https://d.example: no route"),
        (TimeoutError(), "DISCORD_API_URL: Discord can't be reached at https://d.example: TimeoutError"),
    ]
    for error, text in errors:
        with pytest.raises(StartupFailed) as failed, login_errors("https://d.example"):
            raise error
        assert str(failed.value).startswith(text)
    with pytest.raises(KeyError), login_errors("https://d.example"):
        raise KeyError
