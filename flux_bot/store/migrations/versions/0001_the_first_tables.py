"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of version 0.1."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("callback_secret", sa.String(80), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("size", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("image_url", sa.Text),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("interaction_token", sa.Text),
        sa.Column("token_expires_at", sa.Double, nullable=False),
        sa.Column("upload_limit", sa.BigInteger, nullable=False),
        sa.Column("can_post", sa.Boolean, nullable=False),
        sa.Column("accepted_at", sa.Double, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("card", sa.String(20), nullable=False),
        sa.Column("reply_message_id", sa.BigInteger),
        sa.Column("failed_submissions", sa.Integer, nullable=False, server_default="0"),
        sa.Column("submitted_at", sa.Double),
        sa.Column("deadline_at", sa.Double),
        sa.Column("task_id", sa.String(200)),
        sa.Column("trace_id", sa.String(200)),
        sa.Column("next_lookup_at", sa.Double),
        sa.Column("images", sa.JSON),
        sa.Column("failure_code", sa.String(200)),
        sa.Column("failure_message", sa.Text),
        sa.Column("finished_at", sa.Double),
        sa.Column("next_delivery_at", sa.Double),
        sa.Column("delivery_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("kept_at", sa.Double),
        sa.Column("delivered_at", sa.Double),
        sa.Column("result_message_id", sa.BigInteger),
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_index("ix_jobs_queue", "jobs", ["status", "turn", "accepted_at"])
    op.create_index("ix_jobs_user", "jobs", ["status", "user_id", "turn"])
    op.create_index("ix_jobs_task_id", "jobs", ["task_id"])
    op.create_index("ix_jobs_usual_time", "jobs", ["model", "finished_at"])
    for name, column in (
        ("ix_jobs_lookup", "next_lookup_at"),
        ("ix_jobs_delivery", "next_delivery_at"),
        ("ix_jobs_deadline", "deadline_at"),
        ("ix_jobs_kept", "kept_at"),
    ):
        present = sa.column(column).is_not(None)
        op.create_index(name, "jobs", [column], sqlite_where=present, postgresql_where=present)
