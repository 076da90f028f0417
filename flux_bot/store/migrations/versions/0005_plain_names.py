"""Two columns get the names that the code uses: undelivered_at and slot_held_until."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Rename the columns, and their indexes with them."""
    for old, new, old_index, new_index in (
        ("kept_at", "undelivered_at", "ix_jobs_kept", "ix_jobs_undelivered"),
        ("loose_until", "slot_held_until", "ix_jobs_loose", "ix_jobs_slot_held"),
    ):
        op.drop_index(old_index, "jobs")
        op.execute(f"ALTER TABLE jobs RENAME COLUMN {old} TO {new}")
        present = sa.column(new).is_not(None)
        op.create_index(new_index, "jobs", [new], sqlite_where=present, postgresql_where=present)
