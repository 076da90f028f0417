"""PRIVACY.md matches the code: the tables and columns, and how long they are kept."""

import re
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from flux_bot.settings import Settings
from flux_bot.store.schema import metadata
from flux_bot.store.users.erasure import EMPTIED_FOR
from flux_bot.store.users.export import WITHHELD
from flux_bot.workflow.erasing.cleaning import AFTER_PRUNING, AFTER_USERS
from flux_bot.workflow.erasing.message_erasure import PAUSE_SECONDS

ROOT = Path(__file__).parents[2]
POLICY = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
ROWS: dict[str, str] = dict(re.findall(r"^\| (`[^|]+) \| ([^|]+) \| ", POLICY, re.MULTILINE))

TIMES = {
    column.name for table in metadata.sorted_tables for column in table.c if column.name.endswith(("_at", "_until"))
}
MEANS = {
    "jobs": {
        "prompt": "prompt",
        "style": "style template",
        "model": "model model_chosen action",
        "shape": "size size_form rejected_forms",
        "number of pictures": "count missing parts_left",
        "private or a spoiler": "private spoiler",
        "the link to the picture that you edit": "image_url",
        "Discord ID": "user_id",
        "language": "locale guild_locale",
        "IDs of the server, channel and messages": (
            "guild_id channel_id message_id interaction_id reply_message_id result_message_id result_channel_id "
            "can_post upload_limit ping"
        ),
        "links to the resulting pictures": "images",
        "error message": "failure_code failure_message",
        "costs": "cost expected_cost in_doubt",
        "attempts": "failed_submissions delivery_attempts picture_attempts place_shown place_edits",
        "star": "is_starred",
        "secrets": "callback_secret interaction_token",
        "requests": "id status parent_id group_id group_index turn card task_id trace_id earlier_tasks",
    },
    "preferences": {"Discord ID": "user_id", "choices": "model edit_model size count private ping style"},
    "ledger": {
        "request": "job_id",
        "Discord ID": "user_id user_key",
        "server": "guild_id",
        "model": "model",
        "number of pictures": "pictures",
        "cost": "amount",
    },
    "blocks": {
        "Discord ID": "id user_id user_key",
        "server": "guild_id",
        "reason": "reason",
        "who blocked": "blocked_by",
    },
    "servers": {"settings": "guild_id settings", "who last changed": "changed_by"},
    "message_erasures": {
        "Discord ID": "user_id",
        "language": "locale",
        "numbers": "total deleted gone refused report_attempts",
    },
    "messages_to_erase": {
        "Discord ID": "user_id",
        "IDs of the messages": "message_id channel_id",
        "numbers": "attempts",
    },
}
"""The columns of each table, by the words that describe them in the policy."""
IMPERSONAL = {"styles", "capabilities", "notes"}


def described(table: str) -> str:
    """Return the policy's description of a table."""
    (what,) = [what for names, what in ROWS.items() if f"`{table}`" in names]
    return what


def test_every_column_is_described() -> None:
    """The policy describes every table and column."""
    tables = {table.name: table for table in metadata.sorted_tables}
    assert MEANS.keys() == tables.keys() - IMPERSONAL
    for name, words in MEANS.items():
        columns = {column for names in words.values() for column in names.split()}
        assert columns == {column.name for column in tables[name].c} - TIMES, name
        for word in words:
            assert word in described(name), (name, word)
    for name in IMPERSONAL:
        assert f"`{name}`" in POLICY, name
        kinds = {column.name for column in tables[name].c if isinstance(column.type, sa.BigInteger)}
        assert kinds <= {"guild_id"}, name
    assert {"callback_secret", "interaction_token"} == WITHHELD


def test_how_long() -> None:
    """The policy states the same defaults and durations as the code."""
    assert f"{Settings.model_fields['retention_days'].default} days after it has ended (`RETENTION_DAYS`" in POLICY
    assert timedelta(hours=1) == EMPTIED_FOR
    assert timedelta(minutes=10) == AFTER_USERS
    assert timedelta(days=1) == AFTER_PRUNING
    for words in ("for about an hour at most", "within ten minutes", "within about a day"):
        assert words in re.sub(r"\s+", " ", POLICY)
    assert PAUSE_SECONDS == 1
    assert "about one per second" in re.sub(r"\s+", " ", POLICY)


def test_it_is_linked() -> None:
    assert "(PRIVACY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
