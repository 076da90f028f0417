"""A limited number of remembered items."""

import pytest

from flux_bot.ui.recent_items import RecentItems


def test_recent_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest items are forgotten; setting one again makes it the newest."""
    monkeypatch.setattr(RecentItems, "LIMIT", 3)
    items: RecentItems[str, int] = RecentItems()
    for key in "abcad":
        items[key] = ord(key)
    assert list(items) == ["c", "a", "d"]
