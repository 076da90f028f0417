"""Saves a request as a row: checks its limits, gives it a place in the queue, and never saves it twice."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial

import sqlalchemy as sa
import stamina

from flux_bot.core.callbacks import new_secret
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.fairness import Limits, Queue
from flux_bot.core.jobs import CardState, ImageRequest, Job, JobStatus, Origin, Preferences, new_job_id
from flux_bot.core.rules.limits import IN_PICTURES, OperatorRules, UsedLimit
from flux_bot.core.rules.requester import Requester
from flux_bot.store.database.database import Database, fetch_jobs, update_returning
from flux_bot.store.database.notifications import Loop
from flux_bot.store.groups import with_group
from flux_bot.store.queue import (
    Usual,
    assumed_price,
    count_queue,
    expected_cost,
    expected_start,
    place_in_queue,
    usual,
)
from flux_bot.store.rules import ledger
from flux_bot.store.rules.checks import check_requests, check_user
from flux_bot.store.rules.known import Known, read_known
from flux_bot.store.rules.usage import use_of_limits
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import OF_GROUP, THE_GROUP, columns_of, jobs, locked

DOUBLE_CLICK = timedelta(seconds=3)
"""The same request from the same card within this time is a double-click, not a request for another picture."""
UNCERTAIN_SECONDS = 2.0
"""How long a command waits to learn whether a broken transaction saved its job."""


@dataclass(slots=True)
class NewJob:
    """A request that is not yet saved."""

    make_requests: Callable[[Preferences], Sequence[ImageRequest]]
    """Builds the requests from the user's preferences; several become a group. May raise RequestRejected."""
    origin: Origin
    limits: Limits
    catalogue: Catalogue
    """Catalogue with the servers' default models, and with the price of a model that has no results yet."""
    now: datetime
    rules: OperatorRules = field(default_factory=OperatorRules)
    requester: Requester | None = None
    """Requester to check the rules for; None means the user and the place of the origin, without roles."""
    paused: bool = False
    """Whether the image API takes no submissions at the moment."""
    parent_id: str | None = None
    can_reply: Callable[[], bool] = lambda: True
    """Called just before saving: if no reply is possible any more, the user will retry, and must not pay twice."""
    accepted: "AcceptedJob | None" = None
    """Set before the commit, which may still fail."""

    @property
    def made_by(self) -> Requester:
        """Return the requester to check the rules for."""
        origin = self.origin
        return self.requester or Requester(origin.user_id, origin.channel_id, origin.guild_id)


@dataclass(frozen=True, slots=True)
class AcceptedJob:
    """A job that was just accepted."""

    job: Job
    """The job. If there are several, this is the first job of the group, with all jobs in ``group``."""
    place: int
    """The place in the queue: 0 starts immediately, 1 is next."""
    usual_seconds: float | None
    """The model's usual time; None if it is unknown or the job has to wait."""
    starts_at: datetime | None = None
    """The approximate start of a job that has to wait; None if it is unknown."""
    is_duplicate: bool = False
    """Whether the user clicked twice, so that this is the job of the first click."""
    is_repeated_event: bool = False
    """The event of one interaction arrived twice, here or in another process: this is the job of the first."""
    limits: Sequence[UsedLimit] = ()
    """Limits that apply to the user, with this job counted."""


class Admission:
    """Saves requests as jobs."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    async def known(self, requester: Requester, *, now: datetime) -> Known:
        """Return a user's preferences and blocks, and the settings of the server that the request comes from."""
        return await self._database.do(lambda connection: read_known(connection, [requester], self._keys, now))

    async def accept(self, new: NewJob) -> AcceptedJob:
        """Save a request as a queued job, or several as a group.

        Raises RequestRejected if a rule or limit does not allow it, SaveUncertain if it is unknown whether the job was
        saved, StoreUnavailable if it was not.
        """
        try:
            outcome = await self._database.do_together(self._accept_all, new)
        except SaveUncertain as error:
            if new.accepted is None or not await self._was_saved(new.accepted.job.id):
                raise StoreUnavailable(str(error)) from error
            return new.accepted
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _accept_all(self, connection: sa.Connection, batch: Sequence[NewJob]) -> list[AcceptedJob | Exception]:
        """Accept requests as if they came one at a time; return an exception for each rejected request."""
        users = {new.origin.user_id for new in batch}
        known = read_known(connection, [new.made_by for new in batch], self._keys, batch[-1].now)
        queue = count_queue(connection, users, batch[-1].limits, batch[-1].now)
        counted = _Counted(connection, known, queue, cache(partial(usual, connection)))
        outcomes: list[AcceptedJob | Exception] = []
        for new in batch:
            try:
                new.accepted = _accept(counted, new)
            except (RequestRejected, StoreUnavailable) as rejected:
                outcomes.append(rejected)
            else:
                outcomes.append(new.accepted)
        return outcomes

    _WITHDRAWN = sa.and_(
        OF_GROUP,
        jobs.c.status == JobStatus.QUEUED,
        jobs.c.submitted_at.is_(None),
        jobs.c.reply_message_id.is_(None),
        jobs.c.accepted_at == sa.bindparam("accepted"),  # changed if another process has taken over the job
    )

    _CAN_WITHDRAW = sa.select(jobs.c.id).where(_WITHDRAWN).order_by(jobs.c.group_index).with_for_update()
    _WITHDRAW = sa.delete(jobs).where(_WITHDRAWN)

    async def withdraw(self, job: Job) -> bool:
        """Delete a job or group whose reply Discord has rejected, at no cost; False if its state has changed."""
        values = {"job": job.id, "accepted": job.accepted_at}
        count = max(1, len(job.group))

        def work(connection: sa.Connection) -> bool:
            if len(connection.execute(self._CAN_WITHDRAW, values).all()) != count:
                return False
            connection.execute(self._WITHDRAW, values)
            ledger.release(connection, [one.id for one in job.jobs])
            return True

        return await self._database.do(work)

    _SET_REPLY = (
        sa.update(jobs)
        .where(locked(OF_GROUP))
        .values(reply_message_id=sa.bindparam("message"))
        .returning(jobs.c.user_id)
    )
    _COUNT_UNDELIVERED = sa.select(sa.func.count()).where(
        jobs.c.undelivered_at.is_not(None), jobs.c.user_id == sa.bindparam("user")
    )

    async def set_reply(self, job_id: str, message_id: int, *, starts: bool = False) -> int:
        """Save the message id of the status card: Discord has accepted the reply.

        Return how many undelivered results the user can fetch. ``starts`` wakes the dispatch loops of other processes,
        as the job can be submitted now.
        """

        def work(connection: sa.Connection) -> int:
            user_id = connection.execute(self._SET_REPLY, {"job": job_id, "message": message_id}).scalars().first()
            if user_id is None:
                return 0
            if starts:
                self._database.notifications.notify(connection, Loop.DISPATCH)
            undelivered: int = connection.execute(self._COUNT_UNDELIVERED, {"user": user_id}).scalar_one()
            return undelivered

        return await self._database.do(work)

    async def _was_saved(self, job_id: str) -> bool:
        """Find out whether a broken transaction saved a job. Raises SaveUncertain if the database stays unreachable.

        "Try again" would be wrong advice about a job that was saved: its user would get, and pay for, two pictures.
        """
        query = sa.select(jobs.c.id).where(jobs.c.id == job_id)
        found = False
        try:
            async with asyncio.timeout(UNCERTAIN_SECONDS):
                async for attempt in stamina.retry_context(
                    on=StoreUnavailable, attempts=None, timeout=None, wait_initial=0.05, wait_max=0.5
                ):
                    with attempt:  # in turn, so that the broken transaction has ended
                        found = await self._database.do_in_turn(lambda c: c.execute(query).first() is not None)
        except TimeoutError:
            raise SaveUncertain(f"job {job_id} may have been saved") from None
        return found


@dataclass(frozen=True, slots=True)
class _Counted:
    """Data that a transaction has read in order to accept requests."""

    connection: sa.Connection
    known: Known
    queue: Queue
    usual_of: Callable[[str], Usual]


def _accept(counted: _Counted, new: NewJob) -> AcceptedJob:
    connection, known = counted.connection, counted.known
    if taken_over := _take_over(connection, new):
        return taken_over
    requester = new.made_by
    server = known.settings_of(requester.guild_id)
    check_user(known, requester)
    preferences = server.with_defaults(known.preferences_of(requester.user_id), new.catalogue)
    requests = check_requests(new.make_requests(preferences), new.rules, server, requester, new.catalogue)
    if new.parent_id and (duplicate := _find_duplicate(connection, new, new.parent_id, requests)):
        return AcceptedJob(duplicate, 0, None, is_duplicate=True)
    if not new.can_reply():
        raise StoreUnavailable("too late to reply")
    used = use_of_limits(connection, known, new.rules, requester, new.now)
    assumed = None if all(one.limit.kind in IN_PICTURES for one in used) else assumed_price(new.catalogue)
    costs = [_expected_cost(new, request, counted.usual_of, assumed) for request in requests]
    pictures, needed = sum(request.count for request in requests), sum(filter(None, costs), Decimal())
    used = [one.check(pictures, needed) for one in used]
    positions = counted.queue.join_all(new.origin.user_id, len(requests), new.limits)
    if not positions:
        limit = new.limits.max_queued_per_user
        more = limit - counted.queue.waiting[new.origin.user_id]
        if more > 0:
            raise RequestRejected("too-many-at-once", more=more, needed=len(requests))
        raise RequestRejected("too-many-queued", limit=limit)
    origin = replace(new.origin, guild_locale=server.language or new.origin.guild_locale)
    ids = [new_job_id() for _ in requests]
    card = CardState.QUEUED if positions[0].place else CardState.BUSY if new.paused else CardState.PAINTING
    group = tuple(
        Job(
            id=job_id,
            callback_secret=new_secret(),
            status=JobStatus.QUEUED,
            request=request,
            # Only the first job has the id, as one event makes one group.
            origin=replace(
                origin, ping=origin.ping and preferences.ping, interaction_id=None if index else origin.interaction_id
            ),
            accepted_at=new.now,
            parent_id=new.parent_id,
            group_id=ids[0] if len(ids) > 1 else None,
            group_index=index,
            turn=position.turn,
            expected_cost=cost,
            card=card,
        )
        for index, (job_id, request, position, cost) in enumerate(zip(ids, requests, positions, costs, strict=True))
    )
    rows = [columns_of(job) | {"place_shown": at.place or None} for job, at in zip(group, positions, strict=True)]
    connection.execute(sa.insert(jobs), rows)
    ledger.reserve(connection, group, requester.guild_id)
    job = replace(group[0], group=group) if len(group) > 1 else group[0]
    place, seconds = positions[0].place, counted.usual_of(job.request.model).seconds
    if place:
        starts_at = expected_start(place, seconds, new.limits, new.now)
        return AcceptedJob(job, place, None, starts_at, limits=used)
    return AcceptedJob(job, place, seconds, limits=used)


def _expected_cost(
    new: NewJob, request: ImageRequest, usual_of: Callable[[str], Usual], assumed: Decimal | None
) -> Decimal | None:
    """Return the expected cost of a request, in credits; ``assumed`` is used if the price of a picture is unknown."""
    last, model = usual_of(request.model), new.catalogue.find(request.model, request.action)
    cost = expected_cost(last, model, request.count)
    return assumed * request.count if cost is None and assumed is not None else cost


_TAKE_OVER = (
    sa.update(jobs)
    .where(jobs.c.interaction_id == sa.bindparam("interaction"))
    .values(accepted_at=sa.bindparam("now"))
    .returning(jobs)
)
_TAKE_OVER_GROUP = sa.update(jobs).where(THE_GROUP).values(accepted_at=sa.bindparam("now"))


def _take_over(connection: sa.Connection, new: NewJob) -> AcceptedJob | None:
    """Return the job that an earlier event of the same interaction created, or None.

    Only one of the processes that received the event can reply. Its new ``accepted_at`` prevents the other processes,
    whose replies Discord rejects, from withdrawing the job.
    """
    if new.origin.interaction_id is None:
        return None
    job = update_returning(connection, _TAKE_OVER, interaction=new.origin.interaction_id, now=new.now)
    if job is None:
        return None
    if job.group_id:
        connection.execute(_TAKE_OVER_GROUP, {"group": job.group_id, "now": new.now})
    place = place_in_queue(connection, job) if job.card is CardState.QUEUED else 0
    return AcceptedJob(with_group(connection, job), place, None, is_repeated_event=True)


_RECENT_CHILDREN = sa.select(jobs).where(
    jobs.c.parent_id == sa.bindparam("parent"),
    jobs.c.user_id == sa.bindparam("user"),
    jobs.c.accepted_at > sa.bindparam("since"),
    jobs.c.status != JobStatus.CANCELLED,
    jobs.c.group_index == 0,
)


def _find_duplicate(
    connection: sa.Connection, new: NewJob, parent_id: str, requests: Sequence[ImageRequest]
) -> Job | None:
    """Return the job or group that the same user requested in the same way from the same card a moment ago."""
    values = {"parent": parent_id, "user": new.origin.user_id, "since": new.now - DOUBLE_CLICK}
    fingerprints = [_fingerprint(request) for request in requests]
    for job in fetch_jobs(connection, _RECENT_CHILDREN, **values):
        found = with_group(connection, job)
        if [_fingerprint(one.request) for one in found.jobs] == fingerprints:
            return found
    return None


def _fingerprint(request: ImageRequest) -> ImageRequest:
    """Return a key that identifies a request: Discord signs the address of the same file differently each time."""
    return replace(request, image_url=request.image_url and request.image_url.partition("?")[0])
