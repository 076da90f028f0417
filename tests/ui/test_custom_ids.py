"""Writing and parsing custom_ids."""

from flux_bot.ui.custom_ids import CustomId, parse_custom_id


def test_custom_ids() -> None:
    """Custom_ids are parsed as they were written, as only the first colon separates; clients may send anything."""
    for custom_id in (CustomId("jobs", "cancel:a-job"), CustomId("pick", "")):
        assert parse_custom_id(str(custom_id)) == custom_id, custom_id
    assert parse_custom_id("no colon") == CustomId("no colon", "")
    assert parse_custom_id(None) == parse_custom_id("") == CustomId("", "")
