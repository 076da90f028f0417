"""Groups: jobs that were requested together, by one command.

The first job of a group stands for it: it has the status card, and it is what is delivered, with the results of all.
"""

from dataclasses import replace

import sqlalchemy as sa

from flux_bot.core.jobs import Job
from flux_bot.store.database import fetch_jobs
from flux_bot.store.schema import jobs

_GROUP = sa.select(jobs).where(jobs.c.group_id == sa.bindparam("group")).order_by(jobs.c.group_index)


def with_group(connection: sa.Connection, job: Job) -> Job:
    """Return a job; the first one of a group with all jobs of it."""
    if job.group_id != job.id:
        return job
    return replace(job, group=tuple(fetch_jobs(connection, _GROUP, group=job.id)))
