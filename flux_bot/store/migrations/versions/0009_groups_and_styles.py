"""Groups of jobs, the styles of requests, and the servers' own styles."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns and the table."""
    for column in (
        sa.Column("group_id", sa.String(40)),
        sa.Column("group_index", sa.Integer, nullable=False, server_default="0"),
        sa.Column("style", sa.String(100)),
        sa.Column("template", sa.Text),
    ):
        op.add_column("jobs", column)
    is_in_group = sa.text("group_id IS NOT NULL")
    op.create_index("ix_jobs_group", "jobs", ["group_id"], sqlite_where=is_in_group, postgresql_where=is_in_group)
    op.add_column("preferences", sa.Column("style", sa.String(100)))
    op.create_table(
        "styles",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
    )
