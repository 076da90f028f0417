"""Who is next, and the honest place in the queue, as pure arithmetic.

Everybody's first picture comes before anybody's second. A job gets its turn, a number, when it is accepted: the
turn that is being served, or the one after its user's last job that is still waiting or at the API. Lower turns go
first, older jobs first within a turn. As a turn never changes, the place a user reads stays true when jobs end; it
costs a count of jobs by turn, however long the queue is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may run and wait."""

    max_in_flight: int
    max_running_per_user: int
    max_queued_per_user: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the queue a job stands that is just being accepted."""

    turn: int
    place: int
    """0 starts at once, 1 is the next in the queue."""


@dataclass(kw_only=True, slots=True)
class Queue:
    """The queue as the store counts it, and as it grows while a burst of requests is accepted."""

    running: Mapping[int, int]
    """Jobs in flight, by user."""
    turns_at_the_api: Iterable[int]
    waiting_by_turn: Counter[int]
    heads: list[tuple[int, int]]
    """Turn and user of the jobs at the head of the queue, in order: as many as could start now."""
    waiting: Counter[int]
    """Jobs waiting, by user; needed of those who ask now."""
    last_turns: dict[int, int]
    """The turn of the last job that waits or is at the API, by user; needed of those who ask now."""
    served: int = field(init=False)
    """The turn that is being served."""

    def __post_init__(self) -> None:
        """Find the turn that is being served."""
        self.served = max(self.turns_at_the_api, default=min(self.waiting_by_turn, default=0))

    def join(self, user_id: int, limits: Limits) -> Position | None:
        """Give a user's new job its position; None when they already have too many waiting."""
        if self.waiting[user_id] >= limits.max_queued_per_user:
            return None
        turn = max(self.served, self.last_turns.get(user_id, -1) + 1)
        place = 0
        if self._starts(turn, user_id, limits):
            self.heads.append((turn, user_id))
            self.heads.sort(key=lambda head: head[0])  # stable: the older first within a turn
        else:
            place = 1 + sum(count for other, count in self.waiting_by_turn.items() if other <= turn)
        self.waiting[user_id] += 1
        self.waiting_by_turn[turn] += 1
        self.last_turns[user_id] = turn
        return Position(turn, place)

    def _starts(self, turn: int, user_id: int, limits: Limits) -> bool:
        """Tell whether a new job is among those that can start now."""
        running = Counter(self.running)
        for head_turn, head_user in self.heads:
            if head_turn <= turn and running[head_user] < limits.max_running_per_user:
                running[head_user] += 1
        return running.total() < limits.max_in_flight and running[user_id] < limits.max_running_per_user
