"""Users who erase their data, and the messages to delete for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column and the tables; SQLite's file may still have deleted texts, so it is rewritten once."""
    op.add_column("jobs", sa.Column("erased_at", sa.Double))
    present = sa.text("erased_at IS NOT NULL")
    op.create_index("ix_jobs_erased", "jobs", ["erased_at"], sqlite_where=present, postgresql_where=present)
    op.create_table(
        "message_erasures",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("locale", sa.String(20)),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("deleted", sa.Integer, nullable=False, server_default="0"),
        sa.Column("gone", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
        sa.Column("report_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Index("ix_message_erasures_next", "next_at"),
    )
    op.create_table(
        "messages_to_erase",
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Index("ix_messages_to_erase_user", "user_id", "attempts"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO notes (name, value) VALUES ('file to be cleaned', 'erased before')")
