"""Starred pictures; requests by messages; and the places in the queue that are shown on cards."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns."""
    for column in (
        sa.Column("message_id", sa.BigInteger),
        sa.Column("place_shown", sa.Integer),
        sa.Column("place_edits", sa.Integer, nullable=False, server_default="0"),
        sa.Column("place_edited_at", sa.Double),
        sa.Column("is_starred", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("jobs", column)
