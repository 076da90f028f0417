"""What pictures cost; pictures that are requested again; and what the API has shown about models."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns and the table; all that is known of earlier jobs is that their sizes were submitted as saved."""
    for column in (
        sa.Column("model_chosen", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("size_form", sa.String(40)),
        sa.Column("rejected_forms", sa.JSON),
        sa.Column("expected_cost", sa.BigInteger),
        sa.Column("missing", sa.Integer),
        sa.Column("parts_left", sa.Integer),
        sa.Column("earlier_tasks", sa.JSON),
        sa.Column("cost", sa.BigInteger),
    ):
        op.add_column("jobs", column)
    op.create_table(
        "capabilities",
        sa.Column("model", sa.String(100), primary_key=True),
        sa.Column("action", sa.String(20), primary_key=True),
        sa.Column("form", sa.String(40)),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("form_noted_at", sa.Double),
        sa.Column("rejected_at", sa.Double),
    )
