"""Custom ids: written and parsed in one place."""

import re

from flux_bot.ui.custom_ids import CustomId, parse_custom_id, pattern_of


def test_what_is_written_is_parsed_again() -> None:
    """Only the first colon separates, so that ids can be nested."""
    for custom_id in (CustomId("reroll", "a-job"), CustomId("jobs", "cancel:a-job"), CustomId("pick", "")):
        assert parse_custom_id(str(custom_id)) == custom_id, custom_id


def test_anything_can_be_parsed() -> None:
    """Clients may send anything, also nothing."""
    assert parse_custom_id("no colon") == CustomId("no colon", "")
    assert parse_custom_id(None) == parse_custom_id("") == CustomId("", "")


def test_the_pattern_matches_its_actions_alone() -> None:
    """An action that only starts or ends like one of them is another one."""
    pattern = pattern_of(["save", "info"])
    for text, matches in (("save:a", True), ("info:", True), ("saved:a", False), ("xsave:a", False), ("save", False)):
        assert bool(re.fullmatch(pattern, text)) is matches, text
