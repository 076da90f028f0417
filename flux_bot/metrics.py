"""Prometheus metrics, served at ``/metrics`` and explained in ``docs/metrics.md``.

Attributes are named after their metrics, without ``flux_bot_`` and the unit. Labels never contain a prompt or the
id of a job, user, channel or server.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from itertools import chain
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown
from flux_bot.core.rules.limits import LimitKind

RATE_LIMIT_SCOPES = ("user", "global", "shared")
"""Values of X-RateLimit-Scope (discord-api-docs, topics/rate-limits)."""
RULES = (
    *("blocked", "blocked-until", "role-not-allowed", "prompt-blocked"),
    *("model-not-offered-here", "no-model-offered-here"),
    *(f"limit-{kind}" for kind in LimitKind),
)
"""Rules and limits that may reject a request, as the ids of the messages that the user gets."""
_OUTCOMES: Mapping[type[ApiError], str] = {ApiBusy: "busy", ApiRefused: "refused", ApiUnknown: "unknown"}

_REPLY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3)  # Discord rejects replies after 3 s
_RESULT_BUCKETS = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800)
_DELIVERY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900)
_DATABASE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """All metrics of this process, in their own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._jobs = self._gauge("jobs", "Open jobs in the database, by state.", "state")
        self._queue_age = self._gauge("queue_age_seconds", "Age of the oldest queued job, 0 if there is none.")
        self.accepted = self._counter("jobs_accepted", "Requests saved as jobs.")
        self.finished = self._counter("jobs_finished", "Jobs that finished.", result=("pictures", "failure"))
        self.credits = Counter(
            "credits", "Credits charged by the image API.", ("model",), namespace="flux_bot", registry=self.registry
        )
        self._spent = self._gauge("spent_credits", "Credits spent in the current day or month.", "period")
        self._reserved = self._gauge("reserved_credits", "Credits reserved for open jobs of the period.", "period")
        self._budget = self._gauge("budget_credits", "The budget of a day or month, if there is one.", "period")
        self._refusals = self._counter("refusals", "Requests refused by a rule or limit.", rule=RULES)
        self.abandoned = self._counter("jobs_abandoned", "Jobs abandoned at their deadline.")
        self.cancelled = self._counter("jobs_cancelled", "Jobs cancelled by users.", paid=("no", "yes"))
        self.replies = self._histogram(
            "reply_seconds", "Time from an interaction to Discord accepting the reply.", _REPLY_BUCKETS
        )
        self._submissions = self._counter(
            "submissions", "Submissions to the image API.", outcome=("accepted", *_OUTCOMES.values())
        )
        self.callbacks = self._counter(
            "callbacks", "Requests to callback URLs.", outcome=("taken", "repeated", "refused")
        )
        self.results = self._histogram(
            "result_seconds", "Time from submission until the result is known.", _RESULT_BUCKETS, "source"
        )
        self.lookups = self._counter("lookups", "Look-ups at the image API.", outcome=("answered", "failed"))
        self.lookup_results = self._counter("lookup_results", "Results received through look-ups.")
        self.deliveries = self._counter(
            "deliveries",
            "Finished jobs by delivery method.",
            method=("channel", "follow_up", "reply", "private_follow_up", "direct_message", "card", "undelivered"),
        )
        self.delivery_lag = self._histogram(
            "delivery_seconds", "Time from the result being known to its post.", _DELIVERY_BUCKETS
        )
        self.rate_limits = self._counter(
            "discord_rate_limits", "Requests that Discord answered with 429.", scope=(*RATE_LIMIT_SCOPES, "unknown")
        )
        self.picture_bytes = self._counter(
            "picture_bytes", "Size of result pictures in bytes.", direction=("fetched", "posted")
        )
        self.transactions = self._histogram(
            "database_transaction_seconds",
            "Duration of database transactions, including the wait for a connection.",
            _DATABASE_BUCKETS,
        )

    def set_jobs(self, by_state: Mapping[str, int], queue_age_seconds: float) -> None:
        """Set the gauges to the job counts read from the database."""
        for state, count in by_state.items():
            self._jobs.labels(state).set(count)
        self._queue_age.set(queue_age_seconds)

    def set_credits(self, period: str, spent: Decimal, reserved: Decimal, budget: Decimal | None) -> None:
        """Set the credits spent and reserved in the current ``day`` or ``month``; a budget of None means no budget."""
        self._spent.labels(period).set(float(spent))
        self._reserved.labels(period).set(float(reserved))
        if budget is not None:
            self._budget.labels(period).set(float(budget))

    def note_rejection(self, message_id: str) -> None:
        """Count a rejected request if a rule or limit was the reason."""
        if message_id in RULES:
            self._refusals.labels(message_id).inc()

    def forget_jobs(self) -> None:
        """Remove the job counts, which would be out of date because the database is unavailable."""
        self._jobs.clear()
        self._spent.clear()
        self._reserved.clear()
        self._queue_age.set(nan)

    @contextmanager
    def submission(self) -> Iterator[None]:
        """Count the submission made inside the context, by outcome."""
        try:
            yield
        except ApiError as error:
            kind = next(kind for kind in _OUTCOMES if isinstance(error, kind))
            self._submissions.labels(_OUTCOMES[kind]).inc()
            raise
        self._submissions.labels("accepted").inc()

    def _gauge(self, name: str, description: str, *labels: str) -> Gauge:
        return Gauge(name, description, labels, namespace="flux_bot", registry=self.registry)

    def _counter(self, name: str, description: str, **labels: tuple[str, ...]) -> Counter:
        """Create a counter with at most one label, and export every label value as 0 from the start."""
        counter = Counter(name, description, tuple(labels), namespace="flux_bot", registry=self.registry)
        for value in chain(*labels.values()):
            counter.labels(value)
        return counter

    def _histogram(self, name: str, description: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, description, labels, namespace="flux_bot", registry=self.registry, buckets=buckets)
