"""Claims jobs to submit to the image API, and saves the API's responses. Only ``dispatch`` calls this.

What the responses reveal about a model is saved in the same transaction, in the table ``capabilities``.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.capabilities import REJECTION_LASTS, Capabilities, Capability
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import MODEL_REJECTED, Action, Failure, Job, JobStatus
from flux_bot.store.database.database import Database, fetch_jobs, update_returning, update_row
from flux_bot.store.database.notifications import Loop
from flux_bot.store.overdue import NOTHING_DUE, end_task
from flux_bot.store.queue import (
    ANY_QUEUED,
    HAS_REPLY,
    SLOT_HELD_AT_MOST,
    at_the_api,
    expected_cost,
    next_queued,
    next_queued_parameters,
    slow_after,
    usual,
)
from flux_bot.store.rules.ledger import settle
from flux_bot.store.schema import NO_OTHER_JOB_HAS_THE_TASK, THE_JOB, UtcTime, capabilities, jobs

# Statements with parameters are built once, next to the method that runs them: building one costs more than running it.
IS_THE_SUBMISSION = sa.and_(
    jobs.c.status == JobStatus.SUBMITTING,
    jobs.c.submitted_at == sa.bindparam("claimed_at", type_=UtcTime),
)
"""Nothing has changed since the claim. A late or repeated response must not change a later, paid submission."""
ANSWERED_WITHIN = timedelta(seconds=75)
"""The time after which a submission will get no response any more (see ``flux/client.py``)."""
_ALL_CAPABILITIES = sa.select(capabilities)


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job to submit."""

    job: Job
    size: str
    """The size to submit."""
    is_first: bool
    """Whether the API has yet to accept this model, or this form of its sizes."""
    has_new_model: bool
    """Whether the API has rejected the job's model, so that another model replaces it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The jobs to submit, and those that have failed because the API has rejected their models."""

    jobs: list[ClaimedJob]
    failed: list[Job]
    known: Capabilities
    """What is known about the models."""


@dataclass(frozen=True, slots=True)
class _Plan:
    model: str
    form: str | None
    size: str
    rejected_forms: tuple[str, ...]
    is_first: bool


class Submissions:
    """Claims jobs and saves responses. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # The query waits for a row that another transaction is writing: it may be the only queued job.
    _WAITS_FOR_MODEL = (jobs.c.action + " " + jobs.c.model).in_(sa.bindparam("waiting_models"))
    _NEXT = next_queued(*jobs.c).where(HAS_REPLY, ~_WAITS_FOR_MODEL).with_for_update()
    _IS_MODEL_TRIED = sa.select(jobs.c.id).where(
        jobs.c.status == JobStatus.SUBMITTING,
        jobs.c.size_form.is_not(None),  # see ``note_no_answer``
        jobs.c.submitted_at > sa.bindparam("since"),
        jobs.c.model == sa.bindparam("of_model"),
        jobs.c.action == sa.bindparam("for_action"),
    )
    _CLAIM = (
        sa.update(jobs)
        .where(THE_JOB, jobs.c.status == JobStatus.QUEUED)
        .values(
            status=JobStatus.SUBMITTING,
            submitted_at=sa.bindparam("now"),
            deadline_at=sa.func.coalesce(jobs.c.deadline_at, sa.bindparam("deadline", type_=UtcTime)),
            slow_at=sa.bindparam("is_slow_at"),
            next_lookup_at=sa.bindparam("search_at"),
            model=sa.bindparam("with_model"),
            size_form=sa.bindparam("in_form"),
            rejected_forms=sa.bindparam("without_forms"),
            expected_cost=sa.bindparam("will_cost"),
            in_doubt=sa.func.coalesce(jobs.c.missing, jobs.c.count),
        )
        .returning(jobs)
    )
    _FAIL = (
        sa.update(jobs)
        .where(THE_JOB, jobs.c.status == JobStatus.QUEUED)
        .values(
            status=JobStatus.FINISHED,
            failure_code=sa.case((jobs.c.images.is_(None), MODEL_REJECTED)),
            failure_message=sa.bindparam("other_model"),
            finished_at=sa.bindparam("now"),
            next_delivery_at=sa.bindparam("now"),
            missing=None,
            **NOTHING_DUE,
        )
        .returning(jobs)
    )

    async def claim(  # noqa: PLR0913  what decides about the next jobs
        self,
        at_most: int,
        limits: Limits,
        deadline: timedelta,
        *,
        catalogue: Catalogue,
        now: datetime,
        search_after: timedelta,
        reply_grace: timedelta = timedelta(0),
    ) -> Claims:
        """Move the next jobs to SUBMITTING, in the order of ``core/fairness.py``, as far as the limits allow.

        A job waits for Discord to accept its reply, ``reply_grace`` at most: if Discord rejects it, the job is
        withdrawn and must not be paid for. It also waits while another job shows whether the API accepts its model.
        If a submission gets no response, the bot searches for its task after ``search_after``.
        """

        def work(connection: sa.Connection) -> Claims:
            claims = Claims([], [], _read_capabilities(connection, catalogue, now))
            if connection.execute(ANY_QUEUED).first() is None:
                return claims
            running, _ = at_the_api(connection, now)
            waiting = {""}  # an empty list would become a subquery
            while len(claims.jobs) < at_most and running.total() < limits.max_in_flight:
                values = next_queued_parameters(running, limits, now, 1)
                values |= {"without_reply": now - reply_grace, "waiting_models": list(waiting)}
                found = fetch_jobs(connection, self._NEXT, **values)
                if not found:
                    break
                (job,) = found
                plan, action = _plan(job, catalogue, claims.known), job.request.action
                if plan is None:
                    other = claims.known.alternative(job.request.model, action)
                    values = {"job": job.id, "now": now, "other_model": other.name if other else ""}
                    claims.failed.extend(fetch_jobs(connection, self._FAIL, **values))
                    settle(connection, [job.id])
                    continue
                is_unknown = plan.is_first and not claims.known.is_accepted(plan.model, action)
                if is_unknown and self._is_tried(connection, plan.model, action, now):
                    waiting |= {f"{action} {plan.model}", f"{action} {job.request.model}"}
                    continue
                times = {"now": now, "deadline": now + deadline, "search_at": now + search_after}
                claimed = self._claim(connection, job, plan, catalogue, times)
                if claimed is None:
                    break
                claims.jobs.append(claimed)
                running[job.origin.user_id] += 1
            return claims

        return await self._database.do_in_turn(work)

    def _claim(
        self, connection: sa.Connection, job: Job, plan: _Plan, catalogue: Catalogue, times: dict[str, datetime]
    ) -> ClaimedJob | None:
        last = usual(connection, plan.model)
        values = {
            "job": job.id,
            **times,
            "is_slow_at": times["now"] + slow_after(last.seconds),
            "with_model": plan.model,
            "in_form": plan.form,
            "without_forms": list(plan.rejected_forms) or None,
            "will_cost": job.expected_cost,
        }
        if has_new_model := plan.model != job.request.model:
            model = catalogue.find(plan.model, job.request.action)
            cost = expected_cost(last, model, job.request.count)
            values["will_cost"] = job.expected_cost if cost is None else cost
        claimed = update_returning(connection, self._CLAIM, **values)
        if claimed is None:
            return None
        if has_new_model:
            settle(connection, [job.id])
        return ClaimedJob(claimed, plan.size, is_first=plan.is_first, has_new_model=has_new_model)

    def _is_tried(self, connection: sa.Connection, model: str, action: Action, now: datetime) -> bool:
        """Return whether the response to another submission will soon show whether the API accepts the model."""
        values = {"of_model": model, "for_action": action, "since": now - ANSWERED_WITHIN}
        return connection.execute(self._IS_MODEL_TRIED, values).first() is not None

    _MARK_RUNNING = (
        sa.update(jobs)
        .where(THE_JOB, IS_THE_SUBMISSION, NO_OTHER_JOB_HAS_THE_TASK)
        .values(
            status=JobStatus.RUNNING,
            task_id=sa.bindparam("task"),
            trace_id=sa.bindparam("trace"),
            next_lookup_at=sa.bindparam("lookup_at"),
        )
        .returning(jobs)
    )
    _SET_TASK_OF_ENDED_JOB = (
        sa.update(jobs)
        .where(
            THE_JOB,
            sa.or_(jobs.c.slot_held_until.is_not(None), jobs.c.status == JobStatus.ABANDONED),
            jobs.c.task_id.is_(None),
            NO_OTHER_JOB_HAS_THE_TASK,
        )
        .values(
            task_id=sa.bindparam("task"),
            next_lookup_at=sa.bindparam("lookup_at"),
            slot_held_until=sa.func.coalesce(jobs.c.slot_held_until, sa.bindparam("slot_until", type_=UtcTime)),
        )
    )

    async def mark_running(  # noqa: PLR0913  what the API answered
        self,
        job: Job,
        task_id: str,
        *,
        trace_id: str | None = None,
        next_lookup_at: datetime,
        is_first: bool = False,
        now: datetime | None = None,
    ) -> Job | None:
        """Move SUBMITTING to RUNNING; None if a callback was faster or the task_id belongs to another job.

        ``is_first`` says that the API has accepted the job's model, in this form of its size, for the first time.
        """

        def work(connection: sa.Connection) -> Job | None:
            values = {"job": job.id, "task": task_id, "lookup_at": next_lookup_at}
            running = update_returning(
                connection, self._MARK_RUNNING, **values, trace=trace_id, claimed_at=job.submitted_at
            )
            if running is None:
                # Cancelled in the meantime: a look-up frees its slot. Or abandoned, as the database was away for long:
                # a look-up still finds its pictures.
                slot_until = next_lookup_at + SLOT_HELD_AT_MOST
                update_row(connection, self._SET_TASK_OF_ENDED_JOB, **values, slot_until=slot_until)
            if is_first:
                accepted = Capability(
                    job.request.model, job.request.action, job.size_form, is_accepted=True, form_noted_at=now
                )
                self._save(connection, accepted)
            return running

        return await (self._database.do_in_turn(work) if is_first else self._database.do(work))

    async def requeue(self, job: Job, reason: Failure, *, failed: bool) -> Job | None:
        """Move SUBMITTING back to QUEUED, because no task was started. The reason is saved in case the deadline passes.

        ``failed`` counts it as an internal failure of the API, as opposed to a busy API.
        """
        changes = _reason(reason) | {"failed_submissions": job.failed_submissions + failed}
        return await self._database.do(lambda connection: _requeue(connection, job, changes))

    async def note_no_answer(self, job: Job) -> None:
        """Note that a submission will get no response, so that no other job waits for it."""
        forget = sa.update(jobs).where(jobs.c.id == job.id, IS_THE_SUBMISSION).values(size_form=None)
        await self._database.update(forget, claimed_at=job.submitted_at)

    async def reject_size(self, job: Job, reason: Failure, catalogue: Catalogue, *, now: datetime) -> Job | None:
        """Note that the API rejected a job's size in its form, and queue the job again for the next form.

        What is known about other forms is kept until one of them is accepted: the size itself may be unusual. Return
        None if the job has tried all forms, or has moved on.
        """

        def work(connection: sa.Connection) -> Job | None:
            name, action = job.request.model, job.request.action
            known = _read_capabilities(connection, catalogue, now)
            rejected = [*job.rejected_forms, *([job.size_form] if job.size_form else [])]
            model = catalogue.find(name, action)
            form = known.form(model, action, rejected) if model else None
            if model and not known.is_accepted(name, action):
                self._save(connection, Capability(name, action, form, form_noted_at=now))
            return _requeue(connection, job, _reason(reason) | {"rejected_forms": rejected}) if form else None

        return await self._database.do_in_turn(work)

    async def reject_model(self, job: Job, reason: Failure, catalogue: Catalogue, *, now: datetime) -> Job | None:
        """Note that the API rejected a job's model; if the model was only the default, queue the job again for another.

        Return None if the user chose the model, if there is no other one, or if the job has moved on.
        """

        def work(connection: sa.Connection) -> Job | None:
            request = job.request
            self._save(connection, Capability(request.model, request.action, rejected_at=now))
            other = _read_capabilities(connection, catalogue, now).alternative(request.model, request.action)
            if other is None or request.model_chosen:
                return None
            return _requeue(connection, job, _reason(reason))

        return await self._database.do_in_turn(work)

    async def forget_rejections(self) -> None:
        """Forget which models and sizes the API has rejected, so that all are tried again."""
        statement = sa.delete(capabilities).where(capabilities.c.rejected_at.is_not(None))
        await self._database.do_in_turn(lambda connection: connection.execute(statement))

    async def rejected_models(self, now: datetime) -> list[Capability]:
        """Return the models that the API has rejected recently, by action, the latest rejection first."""
        recent = capabilities.c.rejected_at > now - REJECTION_LASTS
        query = sa.select(capabilities).where(recent).order_by(capabilities.c.rejected_at.desc())
        return await self._database.read(lambda connection: _capabilities(connection, query))

    def _save(self, connection: sa.Connection, known: Capability) -> None:
        """Save what is known about a model, and wake the loops that wait for this; call it only in turn."""
        is_row = sa.and_(capabilities.c.model == known.model, capabilities.c.action == known.action)
        connection.execute(sa.delete(capabilities).where(is_row))
        connection.execute(sa.insert(capabilities).values(**asdict(known)))
        self._database.notifications.notify(connection, Loop.DISPATCH)


def _plan(job: Job, catalogue: Catalogue, known: Capabilities) -> _Plan | None:
    """Return how to submit a job; None if the API has rejected the model that the user chose.

    A rejected default is replaced. If all models were rejected, they are submitted again: nothing else is left to try.
    """
    name, action = job.request.model, job.request.action
    rejected_forms = job.rejected_forms
    if known.is_rejected(name, action) and (other := known.alternative(name, action)):
        if job.request.model_chosen:
            return None
        name, rejected_forms = other.name, ()
    model = catalogue.find(name, action)
    if model is None:  # the catalogue has changed since
        return _Plan(name, None, job.request.size, rejected_forms, is_first=False)
    form = known.form(model, action, rejected_forms) or model.forms[0]
    is_first = not known.is_accepted(name, action) or form != known.get(name, action).form
    return _Plan(name, form, model.size_in(form, job.request.size), rejected_forms, is_first=is_first)


def _reason(reason: Failure) -> dict[str, Any]:
    """Return the columns that say why a job is still queued, in case its deadline passes."""
    return {"failure_code": reason.code, "failure_message": reason.message}


def _requeue(connection: sa.Connection, job: Job, changes: dict[str, Any]) -> Job | None:
    requeue = (
        sa.update(jobs)
        .where(
            jobs.c.id == job.id,
            IS_THE_SUBMISSION,
        )
        .values(status=JobStatus.QUEUED, slow_at=None, next_lookup_at=None, in_doubt=None, **changes)
        .returning(jobs)
    )
    queued = update_returning(connection, requeue, claimed_at=job.submitted_at)
    if queued is None:
        end_task(connection, job.id, None)
    return queued


def _read_capabilities(connection: sa.Connection, catalogue: Catalogue, now: datetime) -> Capabilities:
    return Capabilities(catalogue, _capabilities(connection, _ALL_CAPABILITIES), now)


def _capabilities(connection: sa.Connection, query: sa.Select[Any]) -> list[Capability]:
    rows = connection.execute(query).mappings()
    return [Capability(**{**row, "action": Action(row["action"])}) for row in rows]
