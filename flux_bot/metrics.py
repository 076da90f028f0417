"""What is counted and timed, for Prometheus to fetch from ``/metrics``; ``docs/metrics.md`` explains each.

The names of the attributes are those of the metrics without ``flux_bot_`` and the unit. No label ever holds a
prompt or the id of a job, a person or a place.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown

RATE_LIMIT_SCOPES = ("user", "global", "shared")
"""discord-api-docs, topics/rate-limits, "X-RateLimit-Scope"."""

_OUTCOMES: Mapping[type[ApiError], str] = {ApiBusy: "busy", ApiRefused: "refused", ApiUnknown: "unknown"}

_REPLY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3)  # Discord takes no reply after 3 s
_PAINTING_BUCKETS = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800)
_DELIVERY_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900)
_DATABASE_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """All metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._jobs = self._gauge("jobs", "Open jobs in the database, by state.", "state")
        self._queue_age = self._gauge("queue_age_seconds", "Age of the longest waiting job, 0 if none waits.")
        self.accepted = self._counter("jobs_accepted", "Requests saved as jobs.")
        self.finished = self._counter("jobs_finished", "Jobs that came to an end.", result=("pictures", "failure"))
        self.abandoned = self._counter("jobs_abandoned", "Jobs given up at their deadline.")
        self.cancelled = self._counter("jobs_cancelled", "Jobs cancelled by people.", paid=("no", "yes"))
        self.replies = self._histogram(
            "reply_seconds", "From the interaction's creation to Discord having taken the reply.", _REPLY_BUCKETS
        )
        self._submissions = self._counter(
            "submissions", "Submissions to the image API.", outcome=("accepted", *_OUTCOMES.values())
        )
        self.callbacks = self._counter(
            "callbacks", "Calls to the callbacks' addresses.", outcome=("taken", "repeated", "refused")
        )
        self.results = self._histogram(
            "result_seconds", "From submission to the result being known.", _PAINTING_BUCKETS, "source"
        )
        self.lookups = self._counter("lookups", "Look-ups at the image API.", outcome=("answered", "failed"))
        self.lookup_results = self._counter("lookup_results", "Results that look-ups have brought.")
        self.deliveries = self._counter(
            "deliveries",
            "Finished jobs by where they went.",
            method=("channel", "reply", "direct_message", "undelivered"),
        )
        self.delivery_lag = self._histogram(
            "delivery_seconds", "From the result being known to its post.", _DELIVERY_BUCKETS
        )
        self.rate_limits = self._counter(
            "discord_rate_limits", "Calls that Discord answered with 429.", scope=(*RATE_LIMIT_SCOPES, "unknown")
        )
        self.picture_bytes = self._counter(
            "picture_bytes", "Bytes of result pictures.", direction=("fetched", "posted")
        )
        self.transactions = self._histogram(
            "database_transaction_seconds",
            "Database transactions, waiting for a connection included.",
            _DATABASE_BUCKETS,
        )

    def set_jobs(self, by_state: Mapping[str, int], queue_age_seconds: float) -> None:
        """Set what was counted in the database just now."""
        for state, count in by_state.items():
            self._jobs.labels(state).set(count)
        self._queue_age.set(queue_age_seconds)

    def forget_jobs(self) -> None:
        """Say nothing of the jobs rather than what was true once: the database does not answer."""
        self._jobs.clear()
        self._queue_age.set(nan)

    @contextmanager
    def submission(self) -> Iterator[None]:
        """Count the submission made inside by what came of it."""
        try:
            yield
        except ApiError as error:
            self._submissions.labels(_OUTCOMES[type(error)]).inc()
            raise
        self._submissions.labels("accepted").inc()

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, namespace="flux_bot", registry=self.registry)

    def _counter(self, name: str, meaning: str, **labels: tuple[str, ...]) -> Counter:
        """Make a counter with a label or none; each value of it is there from the start, at 0."""
        counter = Counter(name, meaning, tuple(labels), namespace="flux_bot", registry=self.registry)
        for values in labels.values():
            for value in values:
                counter.labels(value)
        return counter

    def _histogram(self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, meaning, labels, namespace="flux_bot", registry=self.registry, buckets=buckets)
