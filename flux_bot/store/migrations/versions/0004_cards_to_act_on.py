"""Parents, languages, pings, slow and cancelled jobs, each person's own jobs by time, and their preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what the cards' buttons and the commands about one's own pictures need."""
    for column in (
        sa.Column("guild_locale", sa.String(20)),
        sa.Column("ping", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("parent_id", sa.String(40)),
        sa.Column("slow_at", sa.Double),
        sa.Column("loose_until", sa.Double),
        sa.Column("result_channel_id", sa.BigInteger),
    ):
        op.add_column("jobs", column)
    op.create_index("ix_jobs_of_user", "jobs", ["user_id", "accepted_at"])
    for name, column_name in (("parent", "parent_id"), ("slow", "slow_at"), ("loose", "loose_until")):
        present = sa.column(column_name).is_not(None)
        op.create_index(f"ix_jobs_{name}", "jobs", [column_name], sqlite_where=present, postgresql_where=present)
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("model", sa.String(100)),
        sa.Column("edit_model", sa.String(100)),
        sa.Column("size", sa.String(40)),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("ping", sa.Boolean, nullable=False),
    )
