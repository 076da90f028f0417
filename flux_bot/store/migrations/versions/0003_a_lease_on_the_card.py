"""A lease on the status card, so that no process edits it while another posts the result."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add until when a process edits the card."""
    op.add_column("jobs", sa.Column("card_until", sa.Double))
