"""What is asked and what goes wrong, all of it drawn from a seed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import TypeAlias, TypeVar

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.faults import ANSWERS, FILES, BadFile, Faults

T = TypeVar("T")

CHANNELS = ("general", "thread", "forbidden", "elsewhere")
"""Where the bot may post, where it may not, and where it is not even a member."""
DOOMED = tuple(f"doomed-{number}" for number in range(12))
"""Channels that may be deleted."""
HERMITS = ("carol", "dave")
"""Users who take no direct messages: what can't be posted in their channel is kept."""
USERS = ("alice", "bob", *HERMITS)

ANSWERS_PER_JOB = 3
"""More than a job ever needs: a busy API is asked again."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a user asks for, so long after the command before."""

    prompt: str
    user: str
    channel: str
    private: bool
    pause_seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill -9 one process; it is started again after so long."""

    which: float
    """Which of what there is, from 0 to 1."""
    down_seconds: float


@dataclass(frozen=True, slots=True)
class DiscordFails:
    """Discord answers some calls with an error, or (None) cuts the connection."""

    method: str
    path: str
    status: int | None
    times: int
    after_handling: bool
    everywhere: bool = False
    """For 429: the global limit."""


@dataclass(frozen=True, slots=True)
class GatewayDrops:
    """The gateway's connections are closed with a code, or cut; their sessions can be resumed."""

    code: int | None


@dataclass(frozen=True, slots=True)
class SessionsEnd:
    """The gateway's sessions are over."""


@dataclass(frozen=True, slots=True)
class ChannelDies:
    """A channel is deleted, when its commands have become so old that their tokens are dead."""

    name: str


@dataclass(frozen=True, slots=True)
class DatabaseHangs:
    """Another client holds everything locked."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DatabaseCuts:
    """A share of the connections to the database is cut; a file has none."""

    share: float


@dataclass(frozen=True, slots=True)
class Forgery:
    """A callback that the API never sent."""

    kind: "Forged"
    which: float


class Forged(Enum):
    """What is wrong with a forged callback."""

    SECRET = auto()
    TASK = auto()
    JOB = auto()


@dataclass(frozen=True, slots=True)
class Again:
    """The API posts a callback once more."""

    which: float


Trouble: TypeAlias = (
    Kill | DiscordFails | GatewayDrops | SessionsEnd | ChannelDies | DatabaseHangs | DatabaseCuts | Forgery | Again
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a callback comes to the bot."""

    wait_seconds: float = 0.0
    copies: int = 1
    """0 loses it."""
    heard: bool = True
    """Whether the API gets the bot's answer."""


def _discord_fails(random: Random) -> DiscordFails:
    method, path = random.choice(
        [
            ("POST", "/channels/*/messages"),
            ("GET", "/channels/*/messages"),
            ("PATCH", "/webhooks/*"),
            ("DELETE", "/webhooks/*"),
            ("POST", "/interactions/*/callback"),
            ("POST", "/users/@me/channels"),
        ]
    )
    status = random.choice([429, 429, 500, 502, 503, None])
    after = status != 429 and random.random() < 0.5
    everywhere = status == 429 and path.startswith("/channels") and random.random() < 0.3
    return DiscordFails(method, path, status, random.randint(1, 4), after, everywhere)


_TROUBLES: Sequence[tuple[int, Callable[[Random], Trouble]]] = (
    (10, lambda random: Kill(random.random(), random.uniform(0, 2))),
    (30, _discord_fails),
    (4, lambda random: GatewayDrops(random.choice([4000, 4000, 1001, None]))),
    (1, lambda _: SessionsEnd()),
    (6, lambda random: ChannelDies(random.choice(DOOMED))),
    (5, lambda random: DatabaseHangs(random.choice([0.3, 1.0, 1.0, 3.0, 3.0, 11.0]))),
    (10, lambda random: DatabaseCuts(random.choice([0.2, 0.5, 1.0]))),
    (15, lambda random: Forgery(random.choice(list(Forged)), random.random())),
    (15, lambda random: Again(random.random())),
)

_BAD_SUBMISSIONS = (
    *("rate_limited", "rate_limited_retry_after", "api_error", "down", "cut"),
    *("accepted_cut", "accepted_garbage", "accepted_bad_gateway", "accepted_gateway_timeout"),
)
_BAD_LOOKUPS = ("rate_limited", "api_error", "down", "cut", "bad_gateway", "garbage")
_BAD_FILES = (FILES["not_found"], FILES["gone"], FILES["unavailable"], FILES["cut"], BadFile(wait_seconds=1.0))


class Plan:
    """A seed's plan for so many jobs, with so many commands and troubles a second."""

    def __init__(self, seed: int, jobs: int, *, commands_rate: float = 8.0, troubles_rate: float = 1.0) -> None:
        self.seed = seed
        self.jobs = jobs
        self._rates = commands_rate, troubles_rate

    def commands(self) -> Iterator[Command]:
        """Yield commands without end; their prompts differ, and none is a part of another."""
        random, number = self._random("commands"), 0
        while True:
            number += 1
            user = random.choice(USERS)
            own = () if user in HERMITS else (f"@{user}",)
            yield Command(
                prompt=f"fox {number:05d}",
                user=user,
                channel=random.choice((*CHANNELS, *DOOMED, *own)),
                private=random.random() < 0.1,
                pause_seconds=random.expovariate(self._rates[0]),
            )

    def troubles(self) -> Iterator[tuple[float, Trouble]]:
        """Yield, without end, what goes wrong next and in how many seconds."""
        random = self._random("troubles")
        weights = [weight for weight, _ in _TROUBLES]
        while True:
            ((_, draw),) = random.choices(_TROUBLES, weights)
            yield random.expovariate(self._rates[1]), draw(random)

    def api_faults(self, deadline_seconds: float) -> Faults:
        """Return what the image API and the pictures' host will do wrong."""
        random = self._random("api")
        failure = Failure("api_error", "fetch failed")
        return Faults(
            submit=self._dial(random, 0.12, [ANSWERS[name] for name in _BAD_SUBMISSIONS], None),
            lookup=self._dial(random, 0.2, [ANSWERS[name] for name in _BAD_LOOKUPS], None),
            file=self._dial(random, 0.1, _BAD_FILES, None),
            failure=self._dial(random, 0.04, [failure], None),
            slowness=self._dial(random, 0.03, [1.5 * deadline_seconds], 1.0),
            callback_before_answer=self._dial(random, 0.1, [True], False),
        )

    def painting_seconds(self) -> Callable[[], float]:
        """Return how long each picture takes."""
        random = self._random("painting")
        return lambda: random.choice([0.0, random.uniform(0.1, 1.0)])

    def ways(self) -> Iterator[Way]:
        """Yield, without end, how each callback comes to the bot."""
        random = self._random("callbacks")
        while True:
            kind = random.random()
            if kind < 0.08:
                yield Way(copies=0)
            elif kind < 0.16:
                yield Way(copies=2)
            elif kind < 0.26:
                yield Way(wait_seconds=random.uniform(0.2, 4.0), copies=random.choice([1, 2]))
            else:
                yield Way(heard=kind < 0.95)

    def chance(self) -> Random:
        """Return what chooses among processes where any will do."""
        return self._random("processes")

    def _dial(self, random: Random, share: float, wrong: Sequence[T], right: T) -> list[T]:
        """Draw more values than are needed; the last one, which stays, is right."""
        uses = range(ANSWERS_PER_JOB * self.jobs)
        return [random.choice(wrong) if random.random() < share else right for _ in uses] + [right]

    def _random(self, stream: str) -> Random:
        """Return a stream of its own for each matter: what one uses up does not change another."""
        return Random(f"{self.seed} {stream}")
