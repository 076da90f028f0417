"""The ledger of what jobs cost, the servers' settings, and blocked users."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_DOUBTS_OF_OLD_JOBS = """
UPDATE jobs SET in_doubt = COALESCE(missing, count)
WHERE status IN ('submitting', 'running')
    OR (status <> 'queued' AND failure_code IN ('outcome_unknown', 'overdue', 'cancelled_paid') AND cost IS NULL)
"""
_OF_OLD_JOBS = """
INSERT INTO ledger (job_id, user_id, guild_id, model, pictures, amount, accepted_at)
SELECT id, user_id, guild_id, model,
    CASE WHEN in_doubt IS NOT NULL OR status = 'queued' OR images IS NOT NULL OR cost > 0 THEN count ELSE 0 END,
    COALESCE(cost, json_array_length(images) * price, 0)
        + (COALESCE(in_doubt, 0) + CASE WHEN status = 'queued' THEN COALESCE(missing, count) ELSE 0 END) * price,
    accepted_at
FROM (SELECT jobs.*, COALESCE(expected_cost / NULLIF(count, 0), 0) AS price FROM jobs) AS priced
"""


def upgrade() -> None:
    """Add the column and the tables, and enter the existing jobs in the ledger."""
    op.add_column("jobs", sa.Column("in_doubt", sa.Integer))
    op.create_table(
        "ledger",
        sa.Column("job_id", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("user_key", sa.String(64)),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("pictures", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("accepted_at", sa.Double, nullable=False),
        sa.Index("ix_ledger_time", "accepted_at", "amount"),
        sa.Index("ix_ledger_guild", "guild_id", "accepted_at", "amount"),
        sa.Index("ix_ledger_user", "user_id", "accepted_at"),
        sa.Index("ix_ledger_user_key", "user_key", "accepted_at"),
    )
    op.create_table(
        "servers",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("changed_by", sa.BigInteger),
        sa.Column("changed_at", sa.Double),
        sa.Column("log_failed_at", sa.Double),
        sa.Column("left_at", sa.Double),
    )
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("user_key", sa.String(64)),
        sa.Column("ends_at", sa.Double),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("blocked_by", sa.BigInteger, nullable=False),
        sa.Column("blocked_at", sa.Double, nullable=False),
        sa.Index("ix_blocks_user", "user_id"),
        sa.Index("ix_blocks_user_key", "user_key"),
        sa.Index("ix_blocks_guild", "guild_id"),
    )
    op.execute(_DOUBTS_OF_OLD_JOBS)
    op.execute(_OF_OLD_JOBS)
