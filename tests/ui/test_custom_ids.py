"""Custom ids: written and parsed in one place."""

from flux_bot.ui.custom_ids import CustomId, parse_custom_id


def test_custom_ids() -> None:
    """What is written is parsed again, as only the first colon separates; clients may send anything, or nothing."""
    for custom_id in (CustomId("jobs", "cancel:a-job"), CustomId("pick", "")):
        assert parse_custom_id(str(custom_id)) == custom_id, custom_id
    assert parse_custom_id("no colon") == CustomId("no colon", "")
    assert parse_custom_id(None) == parse_custom_id("") == CustomId("", "")
