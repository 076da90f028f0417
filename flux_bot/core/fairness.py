"""The queue order, and a new job's position in it.

Every user's first picture comes before any user's second. When a job is accepted, it gets a number, its turn: the turn
that is being served, or the one after that of the user's last job that is still queued or at the API. Lower turns go
first; within a turn, older jobs go first. A turn never changes, so the position that a user reads remains correct when
jobs end. Computing it takes one count of jobs by turn, however long the queue is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum numbers of running and queued jobs."""

    max_in_flight: int
    max_running_per_user: int
    max_queued_per_user: int


@dataclass(frozen=True, slots=True)
class Position:
    """The queue position of a job that is being accepted."""

    turn: int
    place: int
    """0 means that the job starts at once, 1 that it is the next in the queue."""


@dataclass(kw_only=True, slots=True)
class Queue:
    """The queue as counted by the store, which grows as requests are accepted."""

    running: Mapping[int, int]
    """Jobs in flight, by user."""
    turns_at_the_api: Iterable[int]
    waiting_by_turn: Counter[int]
    starting: list[tuple[int, int]]
    """Turns and users of the queued jobs that can start now, in order."""
    waiting: Counter[int]
    """Number of queued jobs by user, only for users whose requests are being accepted."""
    last_turns: dict[int, int]
    """Turn of the last job that is queued or at the API, by user, only for users whose requests are being accepted."""

    def join_all(self, user_id: int, count: int, limits: Limits) -> list[Position]:
        """Add a user's new jobs and return their positions, or an empty list if that would exceed the user's limit."""
        if self.waiting[user_id] + count > limits.max_queued_per_user:
            return []
        return [self._join(user_id, limits) for _ in range(count)]

    def _join(self, user_id: int, limits: Limits) -> Position:
        served = max(self.turns_at_the_api, default=min(self.waiting_by_turn, default=0))
        turn = max(served, self.last_turns.get(user_id, -1) + 1)
        place = 0
        if self._starts(turn, user_id, limits):
            self.starting.append((turn, user_id))
        else:
            place = 1 + sum(count for other, count in self.waiting_by_turn.items() if other <= turn)
        self.waiting[user_id] += 1
        self.waiting_by_turn[turn] += 1
        self.last_turns[user_id] = turn
        return Position(turn, place)

    def _starts(self, turn: int, user_id: int, limits: Limits) -> bool:
        """Return whether a new job is among those that can start now."""
        running = Counter(self.running)
        running.update(head_user for head_turn, head_user in self.starting if head_turn <= turn)
        return running.total() < limits.max_in_flight and running[user_id] < limits.max_running_per_user
