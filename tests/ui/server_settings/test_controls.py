"""Lists that several users change at the same time."""

from flux_bot.ui.server_settings.controls import merged


def test_lists_changed_by_several_users() -> None:
    """Only what a user adds or removes changes; a list never becomes empty unless a user empties it."""
    for saved, shown, chosen, expected in (
        ("", "", "ab", "ab"),
        ("ab", "ab", "a", "a"),
        ("ab", "ab", "", ""),
        ("abc", "ab", "abd", "abcd"),
        ("abc", "ab", "b", "bc"),
        ("c", "", "d", "cd"),
        ("b", "ab", "a", "a"),
        ("x", "", "", "x"),
    ):
        assert "".join(merged(saved, shown, chosen)) == expected, (saved, shown, chosen)
