"""Finished jobs by time, so that old ones can be pruned."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index when jobs were finished."""
    present = sa.column("finished_at").is_not(None)
    op.create_index("ix_jobs_finished", "jobs", ["finished_at"], sqlite_where=present, postgresql_where=present)
