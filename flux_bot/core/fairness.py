"""The queue order, and the honest position in the queue, as pure arithmetic.

Everybody's first picture comes before anybody's second. A job gets its turn, a number, when it is accepted: the turn
that is being served, or the one after the user's last job that is still queued or at the API. Lower turns go first;
within a turn, older jobs go first. A turn never changes, so the position that a user reads stays true when jobs end,
and computing it takes one count of jobs by turn, however long the queue is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs may run and wait."""

    max_in_flight: int
    max_running_per_user: int
    max_queued_per_user: int


@dataclass(frozen=True, slots=True)
class Position:
    """The queue position of a job that is being accepted."""

    turn: int
    place: int
    """0 starts at once, 1 is the next in the queue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """What a user's new job needs to know about the queue."""

    running: Mapping[int, int]
    """Jobs in flight, by user."""
    turns_at_the_api: Iterable[int]
    waiting_by_turn: Mapping[int, int]
    heads: Sequence[tuple[int, int]]
    """Turn and user of the queued jobs that can start now, in order."""
    own_waiting: int
    """The user's own queued jobs."""
    own_last_turn: int | None
    """The turn of the user's last job that is queued or at the API."""

    def join(self, user_id: int, limits: Limits) -> Position | None:
        """Return the position of the user's new job; None if too many of their jobs are queued."""
        if self.own_waiting >= limits.max_queued_per_user:
            return None
        served = max(self.turns_at_the_api, default=min(self.waiting_by_turn, default=0))
        turn = served if self.own_last_turn is None else max(served, self.own_last_turn + 1)
        if self._starts(turn, user_id, limits):
            return Position(turn, 0)
        return Position(turn, 1 + sum(count for other, count in self.waiting_by_turn.items() if other <= turn))

    def _starts(self, turn: int, user_id: int, limits: Limits) -> bool:
        """Tell whether the new job is among those that can start now."""
        running = Counter(self.running)
        running.update(head_user for head_turn, head_user in self.heads if head_turn <= turn)
        return running.total() < limits.max_in_flight and running[user_id] < limits.max_running_per_user
