"""One job per interaction; spoilers; and attempts to fetch pictures, which are repeated after a result was posted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; older jobs have no interaction_id."""
    for column in (
        sa.Column("interaction_id", sa.BigInteger),
        sa.Column("spoiler", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("picture_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_repair_at", sa.Double),
    ):
        op.add_column("jobs", column)
    for name, column_name, is_unique in (("interaction", "interaction_id", True), ("repair", "next_repair_at", False)):
        present = sa.column(column_name).is_not(None)
        op.create_index(
            f"ix_jobs_{name}",
            "jobs",
            [column_name],
            unique=is_unique,
            sqlite_where=present,
            postgresql_where=present,
        )
