"""JobStore stores jobs as rows. Each change of a status is one conditional UPDATE, which happens once.

Everything that must survive a crash is in this package and nowhere else.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa

from flux_bot.core.callbacks import is_secret
from flux_bot.core.jobs import (
    AT_THE_API,
    CANCELLED,
    CANCELLED_PAID,
    MAX_IMAGES,
    OPEN,
    Action,
    CardState,
    Job,
    JobStatus,
    Origin,
    TaskResult,
)
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.metrics import Metrics
from flux_bot.store.admission import Admission
from flux_bot.store.database.cleaning import Cleaning
from flux_bot.store.database.database import Database, update_returning
from flux_bot.store.database.notifications import Loop
from flux_bot.store.deliveries import Deliveries
from flux_bot.store.groups import Groups, cancel_group, is_claimed, leave_group, lock_group_of
from flux_bot.store.history import JobHistory
from flux_bot.store.overdue import NOTHING_DUE, Overdue, end_task
from flux_bot.store.places import Places
from flux_bot.store.queue import ANY_QUEUED, SLOT_HELD_AT_MOST, JobCounts, count_open_jobs, usual
from flux_bot.store.rules.blocks import Blocks
from flux_bot.store.rules.explanations import Explanations
from flux_bot.store.rules.ledger import settle, total_cost
from flux_bot.store.rules.membership import Membership
from flux_bot.store.rules.missing import MissingPictures
from flux_bot.store.rules.report import UsageReports
from flux_bot.store.rules.servers import Servers
from flux_bot.store.rules.spending import SpendingReader
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import (
    CARD_IS_FREE,
    IN_ITS_GROUP,
    NO_IMAGES,
    NO_OTHER_JOB_HAS_THE_TASK,
    THE_JOB,
    UtcTime,
    jobs,
    locked,
    notes,
    status_in,
)
from flux_bot.store.styles import Styles
from flux_bot.store.submissions import IS_THE_SUBMISSION, Submissions
from flux_bot.store.users.users import UserData


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a callback."""

    is_ours: bool
    """Whether the callback has the job's secret and task."""
    finished: Job | None = None
    """The job; None if it already had a result."""
    is_any_queued: bool = False


class JobStore:
    """The jobs in a database; use it as an async context manager. Every method is one transaction.

    All raise StoreUnavailable if the transaction fails.
    """

    def __init__(self, url: str, metrics: Metrics | None = None, rules: OperatorRules | None = None) -> None:
        """Take a ``sqlite:///path`` or ``postgresql://`` address, metrics to time transactions, and the rules."""
        self._database = Database(url, metrics or Metrics())
        self._keys = UserKeys()
        self._missing = MissingPictures(rules or OperatorRules())
        self.admission = Admission(self._database, self._keys)
        self.servers = Servers(self._database)
        self.blocks = Blocks(self._database, self._keys)
        self.explanations = Explanations(self._database, self._keys)
        self.spending = SpendingReader(self._database)
        self.membership = Membership(self._database)
        self.usage_reports = UsageReports(self._database, self._keys)
        self.overdue = Overdue(self._database)
        self.history = JobHistory(self._database)
        self.submissions = Submissions(self._database)
        self.deliveries = Deliveries(self._database)
        self.places = Places(self._database)
        self.groups = Groups(self._database)
        self.styles = Styles(self._database)
        self.users = UserData(self._database, self._keys)
        self.cleaning = Cleaning(self._database)

    async def __aenter__(self) -> Self:
        """Open the database, see ``Database``."""
        await self._database.__aenter__()
        await self._database.do_in_turn(self._keys.load)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._database.__aexit__(*exc_info)

    # --- the status card ---------------------------------------------------------------------------

    _CLAIM_CARD = (
        sa.update(jobs)
        .where(THE_JOB, CARD_IS_FREE, jobs.c.status == sa.bindparam("expected_status"))
        .values(card=sa.bindparam("shows"), card_until=sa.bindparam("lease_ends"))
    )
    _RELEASE_CARD = sa.update(jobs).where(THE_JOB).values(card_until=None)

    async def claim_card(self, job: Job, card: CardState, *, now: datetime, lease: timedelta) -> bool:
        """Lease the status card for an edit, and save what it will show; until then nothing is delivered.

        Return False if the job has moved on or another process is editing its card.
        """
        values = {"now": now, "expected_status": job.status, "shows": card, "lease_ends": now + lease}
        return await self._database.update(self._CLAIM_CARD, job=job.id, **values)

    async def release_card(self, job_id: str) -> None:
        """End the lease of a status card."""
        await self._database.update(self._RELEASE_CARD, job=job_id)

    # --- results -----------------------------------------------------------------------------------

    _CAN_FINISH = sa.and_(
        sa.or_(
            jobs.c.status.in_(sa.bindparam("open")),
            sa.and_(jobs.c.status == JobStatus.QUEUED, jobs.c.submitted_at.is_not(None)),
        ),
        jobs.c.prompt != "",  # empty: an abandoned job of a group that was deleted for good
    )
    _FINISH = (
        sa.update(jobs)
        .where(THE_JOB, _CAN_FINISH)
        .values(
            status=JobStatus.FINISHED,
            trace_id=sa.func.coalesce(sa.bindparam("trace"), jobs.c.trace_id),
            images=sa.bindparam("pictures"),
            cost=sa.bindparam("total_cost"),
            failure_code=sa.bindparam("code"),
            failure_message=sa.bindparam("message"),
            finished_at=sa.bindparam("now"),
            missing=None,
            in_doubt=None,
            **NOTHING_DUE,
            # A failure that is being posted goes first, because the later of two edits of a card replaces the earlier.
            next_delivery_at=sa.func.coalesce(
                sa.case((jobs.c.next_delivery_at > sa.bindparam("now"), jobs.c.next_delivery_at)),
                sa.bindparam("now", type_=UtcTime),
            ),
            slot_held_until=None,
            delivery_attempts=0,
            delivered_at=None,
            undelivered_at=None,
        )
        .returning(jobs)
    )
    _FINISH_REFUSED = _FINISH.where(IS_THE_SUBMISSION)
    _IS_ITS_TASK = sa.and_(
        NO_OTHER_JOB_HAS_THE_TASK, sa.or_(jobs.c.task_id.is_(None), jobs.c.task_id == sa.bindparam("task"))
    )
    _FINISH_TASK = _FINISH.where(_IS_ITS_TASK).values(task_id=sa.bindparam("task"))
    _REQUEST_MISSING = (
        sa.update(jobs)
        .where(THE_JOB, _CAN_FINISH, _IS_ITS_TASK)
        .values(
            status=JobStatus.QUEUED,
            trace_id=sa.func.coalesce(sa.bindparam("trace"), jobs.c.trace_id),
            images=sa.bindparam("pictures"),
            cost=sa.bindparam("total_cost"),
            missing=sa.bindparam("still_missing"),
            parts_left=sa.bindparam("more_parts"),
            earlier_tasks=sa.bindparam("tasks"),
            task_id=None,
            in_doubt=None,
            failed_submissions=0,
            rejected_forms=None,
            slow_at=None,
            next_lookup_at=None,
        )
        .returning(jobs)
    )
    _PARTS = sa.select(jobs).where(IN_ITS_GROUP).order_by(jobs.c.group_index).with_for_update()

    async def finish(
        self, job_id: str, result: TaskResult, *, now: datetime, claimed_at: datetime | None = None
    ) -> Job | None:
        """Move a submitted job to FINISHED; None if it already was, or the task is another job's.

        If the task returned fewer pictures than requested, the job is QUEUED again for the missing ones. A success
        still counts after the job was abandoned: the picture exists and is paid for. With ``claimed_at`` the result is
        the refusal of a submission, and counts only if nothing has happened since.
        """

        def work(connection: sa.Connection) -> Job | None:
            row, rows = self._lock(connection, job_id)
            return self._finish(connection, (row, rows), result, now, claimed_at) if row else None

        return await self._database.do(work)

    def _lock(self, connection: sa.Connection, job_id: str) -> tuple[sa.RowMapping | None, Sequence[sa.RowMapping]]:
        """Lock the rows of a job and its group; return the job's row (None if there is none) and all rows."""
        rows = connection.execute(self._PARTS, {"job": job_id}).mappings().all()
        return next((row for row in rows if row["id"] == job_id), None), rows

    async def receive(self, job_id: str, secret: str, result: TaskResult, *, now: datetime) -> Receipt:
        """Finish a job like ``finish`` if the secret and the task_id belong to the job."""

        def work(connection: sa.Connection) -> Receipt:
            row, rows = self._lock(connection, job_id)
            is_right = is_secret(secret, row["callback_secret"] if row else None)
            if row is None or not is_right:
                return Receipt(is_ours=False)
            if row["task_id"] not in (None, result.task_id) and result.task_id not in (row["earlier_tasks"] or ()):
                return Receipt(is_ours=False)
            finished = self._finish(connection, (row, rows), result, now)
            is_any_queued = connection.execute(ANY_QUEUED).first() is not None
            return Receipt(is_ours=True, finished=finished, is_any_queued=is_any_queued)

        return await self._database.do(work)

    def _finish(
        self,
        connection: sa.Connection,
        locked_rows: tuple[sa.RowMapping, Sequence[sa.RowMapping]],
        result: TaskResult,
        now: datetime,
        claimed_at: datetime | None = None,
    ) -> Job | None:
        (row, rows), job_id = locked_rows, locked_rows[0]["id"]
        if result.task_id in (row["earlier_tasks"] or ()):
            return None
        images = [*(row["images"] or ()), *(asdict(image) for image in result.images)]
        del images[row["count"] if row["group_id"] else MAX_IMAGES :]  # the pictures of a group must fit on one card
        values = {
            "job": job_id,
            "now": now,
            "open": [*AT_THE_API, JobStatus.ABANDONED] if result.images else AT_THE_API,
            "task": result.task_id,
            "trace": result.trace_id,
            "pictures": images or None,
            "total_cost": total_cost(row, result),
        }
        missing = row["count"] - len(images) if row["action"] == Action.GENERATE else 0
        parts_left = missing if row["parts_left"] is None else row["parts_left"] - 1
        is_part = result.images and missing > 0 and parts_left > 0 and row["status"] in OPEN
        if is_part and self._missing.are_affordable(connection, row, values["total_cost"], missing, now):
            tasks = [*(row["earlier_tasks"] or ()), result.task_id]
            values |= {"still_missing": missing, "more_parts": parts_left, "tasks": tasks}
            finished = update_returning(connection, self._REQUEST_MISSING, **values)
        else:
            failure = None if images else result.failure
            values |= {"code": failure.code if failure else None, "message": failure.message if failure else None}
            values |= {"claimed_at": claimed_at} if claimed_at else {}
            finish = self._FINISH_REFUSED if claimed_at else self._FINISH_TASK if result.task_id else self._FINISH
            finished = update_returning(connection, finish, **values)
            if finished and finished.group_id and row["status"] == JobStatus.ABANDONED and is_claimed(rows[0]):
                finished = leave_group(connection, job_id, rows, now)
        if finished is None:
            end_task(connection, job_id, result)
        else:
            settle(connection, [job_id])
            self._database.notifications.notify(connection, Loop.DELIVER, Loop.DISPATCH)
        return finished

    # --- cancel ------------------------------------------------------------------------------------

    _CANCEL = (
        sa.update(jobs)
        .where(THE_JOB, CARD_IS_FREE, jobs.c.group_id.is_(None))
        .values(status=JobStatus.CANCELLED, finished_at=sa.bindparam("now"), deadline_at=None, slow_at=None)
        .returning(jobs)
    )
    _CANCEL_QUEUED = _CANCEL.where(jobs.c.status == JobStatus.QUEUED).values(
        failure_code=sa.case((jobs.c.images.is_(None), CANCELLED), else_=CANCELLED_PAID),
        **NO_IMAGES,
        next_lookup_at=None,
    )
    _CANCEL_SUBMITTED = _CANCEL.where(status_in(*AT_THE_API)).values(
        failure_code=CANCELLED_PAID,
        **NO_IMAGES,
        slot_held_until=sa.bindparam("slot_until"),  # next_lookup_at stays: without callbacks only a look-up frees it
    )

    _CANCEL_UNPAID = _CANCEL_QUEUED.where(jobs.c.earlier_tasks.is_(None))

    async def cancel(self, job_id: str, *, now: datetime, discards: bool = True) -> Job | None:
        """Move an open job and its group to CANCELLED; None if there is no such job, or its card is being edited.

        A group is open as long as one of its jobs is, and jobs that already have pictures are cancelled as well.
        ``discards`` also cancels a job that is charged anyway, and discards its result. Its slot is held until that
        result arrives; otherwise cancelling would be a way around the limits.
        """
        cancel_queued = self._CANCEL_QUEUED if discards else self._CANCEL_UNPAID

        def work(connection: sa.Connection) -> Job | None:
            cancelled = update_returning(connection, cancel_queued, job=job_id, now=now)
            if cancelled is None and discards:
                slot_until = now + SLOT_HELD_AT_MOST
                cancelled = update_returning(
                    connection, self._CANCEL_SUBMITTED, job=job_id, now=now, slot_until=slot_until
                )
            if cancelled is None:
                cancelled = cancel_group(connection, job_id, now=now, discards=discards)
            if cancelled is not None:
                settle(connection, [one.id for one in cancelled.jobs])
                self._database.notifications.notify(connection, Loop.DISPATCH)
            return cancelled

        return await self._database.do(work)

    async def make_private(self, job_id: str, origin: Origin | None, reply_message_id: int | None) -> bool:
        """Make an open public job or group private, with ``reply_message_id`` as its card; False if there is none.

        ``origin`` is where its user requested this. It is None if a moderator did; the user then gets the result in a
        direct message.
        """
        changes: dict[str, Any] = {"interaction_token": None}
        if origin is not None:
            changes = asdict(origin)
            del changes["interaction_id"], changes["ping"]  # they stay those of the request
        changes |= {"private": True, "reply_message_id": reply_message_id}

        def work(connection: sa.Connection) -> bool:
            found = lock_group_of(connection, job_id)
            if not any(job.status in OPEN and not job.request.private for job in found):
                return False
            ids = [job.id for job in found]
            connection.execute(sa.update(jobs).where(jobs.c.id.in_(ids)).values(**changes))
            return True

        return await self._database.do(work)

    _FORGET_TOKEN = sa.update(jobs).where(locked(IN_ITS_GROUP)).values(interaction_token=None)

    async def forget_token(self, job_id: str) -> None:
        """Delete the interaction token of a cancelled job or group: its card will not be edited again."""
        await self._database.do(lambda connection: connection.execute(self._FORGET_TOKEN, {"job": job_id}))

    # --- upkeep ------------------------------------------------------------------------------------

    async def listen(self, wake: Callable[[Loop], object]) -> None:
        """Call ``wake`` when another process has written something for a loop, until cancelled."""
        await self._database.notifications.listen(wake)

    async def usual_seconds(self, model: str) -> float | None:
        """Return the median time of the model's last jobs; None if there are no such jobs."""
        return await self._database.do(lambda connection: usual(connection, model).seconds)

    async def count_open(self) -> JobCounts:
        """Count the open jobs."""
        return await self._database.do(count_open_jobs)

    async def check(self) -> None:
        """Read and write like a request. Raises StoreUnavailable if the database could not accept a request."""

        def work(connection: sa.Connection) -> None:
            count_open_jobs(connection)
            _put_note(connection, "readiness", secrets.token_hex(4))  # a new value, so that a row is written

        await self._database.do_in_turn(work)
        await self._database.check_file()

    async def note(self, name: str) -> str | None:
        """Return a note, a small value that is kept across restarts, such as a hash of the published commands."""
        query = sa.select(notes.c.value).where(notes.c.name == name)
        return await self._database.do(lambda connection: connection.execute(query).scalar_one_or_none())

    async def replace_note(self, name: str, old: str | None, new: str) -> bool:
        """Save a note if it still has its old value (None: no note); return False if another process was faster."""

        def work(connection: sa.Connection) -> bool:
            query = sa.select(notes.c.value).where(notes.c.name == name)
            if connection.execute(query).scalar_one_or_none() != old:
                return False
            _put_note(connection, name, new)
            return True

        return await self._database.do_in_turn(work)

    async def set_note(self, name: str, value: str) -> None:
        """Save a note."""
        await self._database.do_in_turn(lambda connection: _put_note(connection, name, value))


def _put_note(connection: sa.Connection, name: str, value: str) -> None:
    connection.execute(sa.delete(notes).where(notes.c.name == name))
    connection.execute(sa.insert(notes).values(name=name, value=value))
