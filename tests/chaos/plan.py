"""The commands and the disruptions of a run, drawn from a seed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from itertools import product
from random import Random
from typing import TypeAlias, TypeVar

from flux_bot.core.jobs import Failure
from flux_bot.images.worker import MAX_SCANS
from flux_bot.sandbox.api_forms import FORMS, Api
from flux_bot.sandbox.faults import ANSWERS, FILES, BadFile, Faults
from tests.images.test_worker import with_scans

T = TypeVar("T")

JOINED_CHANNELS = ("general", "thread", "forbidden")
"""The channels: two where the bot may post, and one where it may not."""
CHANNELS = (*JOINED_CHANNELS, "elsewhere")
"""All channels for commands. The last one is in a guild without the bot, which receives no messages there."""
DELETABLE_CHANNELS = tuple(f"deletable-{number}" for number in range(12))
"""Channels that may be deleted."""
LIMITABLE_CHANNELS = ("general", "thread")
"""Channels that may be rate-limited."""
USERS_WITHOUT_DMS = ("carol", "dave")
"""Users who block direct messages: a picture that can't be posted in their channel is undelivered."""
PRIVATE_USER = "erin"
"""A user who prefers private pictures."""
USERS = ("alice", "bob", PRIVATE_USER, *USERS_WITHOUT_DMS)

BEFORE, AFTER = ("red", "blue", "green", "old"), ("by day", "by night")
"""Alternatives for a group; with one picture each, they make as many as a command may request."""
GROUPS_SHARE = 0.25
"""The fraction of requests that are for a group."""
MESSAGES_SHARE = 0.4
"""The fraction of requests that are messages to the bot."""
ANSWERS_PER_JOB = 3
"""The number of values to draw per job: more than it ever needs, as calls to a busy API are repeated."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and the pause before it."""

    words: str
    """Words that are in all of the command's prompts, and in no other command's."""
    user: str
    channel: str
    private: bool
    pause_seconds: float
    count: int = 1
    """How many pictures the command requests."""
    model: str | None = None
    copies: int = 1
    """How often the command's event arrives."""
    delay_seconds: float = 0.0
    """The delay of the event, in seconds."""
    message: "Message | None" = None
    """How to send the request as a message to the bot; None if it is a slash command."""
    alternatives: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The alternatives before and after the words; if they make more than one prompt, the jobs are a group."""

    @property
    def typed(self) -> str:
        """Return the prompt as the user types it."""
        before, after = ("{" + "|".join(one) + "}" if one else "" for one in self.alternatives)
        return f"{before} {self.words} {after}".strip()

    @property
    def prompts(self) -> list[str]:
        """Return the prompt of each of the command's jobs."""
        before, after = (one or ("",) for one in self.alternatives)
        return [f"{one} {self.words} {other}".strip() for one, other in product(before, after)]


@dataclass(frozen=True, slots=True)
class Message:
    """The way in which a message makes a request."""

    delays: Sequence[float]
    """When the message's event arrives, in seconds; with several values, it arrives several times."""
    result: float | None
    """A fraction from 0 to 1 that selects the result to reply to; None if the message is not a reply."""
    has_number: bool
    """Whether a reply names the picture by its number; otherwise the user picks one of several from a list."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A process is killed with SIGKILL and restarted after ``down_seconds``."""

    which: float
    """A fraction from 0 to 1 that selects a process."""
    down_seconds: float


@dataclass(frozen=True, slots=True)
class DiscordFault:
    """Discord answers some calls with an error, or cuts the connection if the status is None."""

    call: str
    status: int | None
    code: int
    times: int
    after_handling: bool
    scope: str
    """The owner of the limit if the status is 429."""


@dataclass(frozen=True, slots=True)
class GatewayDrop:
    """The gateway's connections are closed with a code, or cut; the bot can resume their sessions."""

    code: int | None


@dataclass(frozen=True, slots=True)
class SessionInvalidation:
    """The gateway invalidates its sessions."""


@dataclass(frozen=True, slots=True)
class ChannelDeletion:
    """A channel is deleted, and the tokens of its interactions expire."""

    name: str


@dataclass(frozen=True, slots=True)
class ChannelLimit:
    """Discord accepts no posts in a channel for some seconds."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DatabaseLock:
    """Another client locks the whole database."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ConnectionLoss:
    """A fraction of the connections to the database is cut; SQLite has none."""

    share: float


@dataclass(frozen=True, slots=True)
class ForgedCallback:
    """A callback that the API did not send."""

    kind: "ForgedPart"
    which: float


class ForgedPart(Enum):
    """The part of a forged callback that is wrong."""

    SECRET = auto()
    TASK = auto()
    JOB = auto()


@dataclass(frozen=True, slots=True)
class RepeatedCallback:
    """The API repeats a callback."""

    which: float


Disruption: TypeAlias = (
    Kill
    | DiscordFault
    | GatewayDrop
    | SessionInvalidation
    | ChannelDeletion
    | ChannelLimit
    | DatabaseLock
    | ConnectionLoss
    | ForgedCallback
    | RepeatedCallback
)


@dataclass(frozen=True, slots=True)
class CallbackDelivery:
    """The way in which a callback reaches the bot."""

    delay_seconds: float = 0.0
    copies: int = 1
    """How often the callback arrives; 0 if it is lost."""
    is_answer_received: bool = True
    """Whether the API receives the bot's answer."""


_CALLS = (
    *("post", "history", "follow up", "edit reply", "remove card", "reply"),
    *("open DM", "DM", "edit message", "delete message"),
)
_TEMPORARY = ((401, 0), (403, 0), (403, 40333), (408, 0))
"""Temporary failures: a restart at Discord, its firewall, Cloudflare, a timeout."""


def _alternatives(random: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return BEFORE[: random.choice([2, 2, 3, 4])], random.choice([(), (), AFTER])


def _message(random: Random) -> Message:
    later = [random.choice([0.0, 0.0, random.uniform(0.1, 3.0), random.uniform(3.0, 15.0)]) for _ in range(2)]
    delays = [random.choice([1.5, 5.0]) if random.random() < 0.1 else 0.0, *later[: random.choice([0, 0, 1, 2])]]
    return Message(delays, random.random() if random.random() < 0.5 else None, has_number=random.random() < 0.5)


def _discord_fails(random: Random) -> DiscordFault:
    call = random.choice(_CALLS)
    status, code = random.choice([(429, 0), (429, 0), (500, 0), (502, 0), (503, 0), (None, 0), *_TEMPORARY])
    after = status not in (429, *(refusal for refusal, _ in _TEMPORARY)) and random.random() < 0.5
    is_global = status == 429 and call in {"post", "history"} and random.random() < 0.3
    return DiscordFault(call, status, code, random.randint(1, 4), after, "global" if is_global else "user")


_DISRUPTIONS: Sequence[tuple[int, Callable[[Random], Disruption]]] = (
    (10, lambda random: Kill(random.random(), random.uniform(0, 2))),
    (30, _discord_fails),
    (4, lambda random: GatewayDrop(random.choice([4000, 4000, 1001, None]))),
    (1, lambda _: SessionInvalidation()),
    (6, lambda random: ChannelDeletion(random.choice(DELETABLE_CHANNELS))),
    (6, lambda random: ChannelLimit(random.choice(LIMITABLE_CHANNELS), random.choice([5.0, 20.0, 60.0]))),
    (5, lambda random: DatabaseLock(random.choice([0.3, 1.0, 1.0, 3.0, 3.0, 11.0]))),
    (10, lambda random: ConnectionLoss(random.choice([0.2, 0.5, 1.0]))),
    (15, lambda random: ForgedCallback(random.choice(list(ForgedPart)), random.random())),
    (15, lambda random: RepeatedCallback(random.random())),
)

_CROWD_DISRUPTIONS: Sequence[tuple[int, Callable[[Random], Disruption]]] = (
    (1, lambda random: ChannelLimit(random.choice(LIMITABLE_CHANNELS), random.choice([5.0, 20.0]))),
    (1, lambda random: ForgedCallback(random.choice(list(ForgedPart)), random.random())),
    (1, lambda random: RepeatedCallback(random.random())),
)

_BAD_SUBMISSIONS = (
    *("rate_limited", "rate_limited_retry_after", "api_error", "down", "cut"),
    *("accepted_cut", "accepted_garbage", "accepted_bad_gateway", "accepted_gateway_timeout"),
)
_BAD_LOOKUPS = ("rate_limited", "api_error", "down", "cut", "bad_gateway", "garbage")
_HOSTILE_FILES = (BadFile(body=with_scans(MAX_SCANS + 1)), FILES["no_picture"])
_BAD_FILES = (
    *(*_HOSTILE_FILES, FILES["not_found"], FILES["gone"], FILES["unavailable"], FILES["cut"]),
    BadFile(wait_seconds=1.0),
)


class Plan:
    """The plan of a seed for a number of jobs, with average rates of commands and disruptions per second."""

    def __init__(
        self, seed: int, jobs: int, *, commands_rate: float = 8.0, disruptions_rate: float = 1.0, crowd: bool = False
    ) -> None:
        """Take the sizes; with ``crowd``, the only disruptions are other users' jobs, and everything else works."""
        self.seed = seed
        self.jobs = jobs
        self.crowd = crowd
        self._rates = commands_rate, disruptions_rate

    @property
    def disruptions_per_command(self) -> float:
        """The average number of disruptions for each command."""
        commands_rate, disruptions_rate = self._rates
        return disruptions_rate / commands_rate

    def commands(self) -> Iterator[Command]:
        """Yield commands endlessly; no command's words are contained in another's."""
        random, number = self._random("commands"), 0
        while True:
            number += 1
            user = random.choice(USERS)
            own = () if user in USERS_WITHOUT_DMS else (f"@{user}",)
            words, pause_seconds = f"fox {number:05d}", random.expovariate(self._rates[0])
            alternatives = _alternatives(random) if random.random() < GROUPS_SHARE else ((), ())
            if random.random() < MESSAGES_SHARE:
                channel = random.choice((*JOINED_CHANNELS, *DELETABLE_CHANNELS, *own))
                message = _message(random)
                yield Command(words, user, channel, False, pause_seconds, message=message, alternatives=alternatives)
                continue
            yield Command(
                words=words,
                user=user,
                channel=random.choice((*CHANNELS, *DELETABLE_CHANNELS, *own)),
                private=random.random() < 0.1,
                pause_seconds=pause_seconds,
                count=random.choice(
                    (1, 1, 1, 1, 2, 3) if not any(alternatives) else (1, 1, 2 if not alternatives[1] else 1)
                ),
                model=random.choice((None, "flux-2-flex", "flux-2-pro")),
                copies=2 if random.random() < 0.1 else 1,
                delay_seconds=random.choice([1.5, 2.9, 3.5]) if random.random() < 0.05 else 0.0,
                alternatives=alternatives,
            )

    def disruptions(self) -> Iterator[tuple[float, Disruption]]:
        """Yield, without end, a pause in seconds and the disruption that follows it."""
        random = self._random("troubles")  # the old name, so that each seed still draws the same plan
        disruptions = _CROWD_DISRUPTIONS if self.crowd else _DISRUPTIONS
        weights = [weight for weight, _ in disruptions]
        while True:
            ((_, draw),) = random.choices(disruptions, weights)
            yield random.expovariate(self._rates[1]), draw(random)

    def api_faults(self, deadline_seconds: float) -> Faults:
        """Return the faults of the image API and of the pictures' host."""
        random = self._random("api")
        if self.crowd:
            return Faults(file=self._draw_values(random, 0.2, _HOSTILE_FILES, None))
        failure = Failure("api_error", "fetch failed")
        return Faults(
            submit=self._draw_values(random, 0.12, [ANSWERS[name] for name in _BAD_SUBMISSIONS], None),
            lookup=self._draw_values(random, 0.2, [ANSWERS[name] for name in _BAD_LOOKUPS], None),
            file=self._draw_values(random, 0.1, _BAD_FILES, None),
            failure=self._draw_values(random, 0.04, [failure], None),
            missing_images=self._draw_values(random, 0.5, [1, 2], 0),
            record=self._draw_values(random, 0.5, ["text", "result"], "response"),
            slowness=self._draw_values(random, 0.03, [1.5 * deadline_seconds], 1.0),
            callback_before_answer=self._draw_values(random, 0.1, [True], False),
        )

    def api(self) -> Api:
        """Return the form of the image API."""
        return self._random("form").choice(list(FORMS))

    def drawing_seconds(self) -> Callable[[], float]:
        """Return a function that draws the duration of making a picture."""
        random = self._random("painting")
        return lambda: random.choice([0.0, random.uniform(0.1, 1.0)])

    def callback_deliveries(self) -> Iterator[CallbackDelivery]:
        """Yield, without end, how each callback reaches the bot."""
        random = self._random("callbacks")
        while True:
            kind = 0.5 if self.crowd else random.random()
            if kind < 0.08:
                yield CallbackDelivery(copies=0)
            elif kind < 0.16:
                yield CallbackDelivery(copies=2)
            elif kind < 0.26:
                yield CallbackDelivery(delay_seconds=random.uniform(0.2, 4.0), copies=random.choice([1, 2]))
            else:
                yield CallbackDelivery(is_answer_received=kind < 0.95)

    def clock_ahead(self) -> timedelta:
        """Return how far Discord's clock is ahead of this machine's."""
        return timedelta(minutes=self._random("clock").choice([-5, -2, 0, 2, 5]))

    def process_choices(self) -> Random:
        """Return the generator that selects processes."""
        return self._random("processes")

    def _draw_values(self, random: Random, share: float, wrong: Sequence[T], right: T) -> list[T]:
        """Draw more values than a run needs; the last one, which stays in effect, is faultless."""
        uses = range(ANSWERS_PER_JOB * self.jobs)
        return [random.choice(wrong) if random.random() < share else right for _ in uses] + [right]

    def _random(self, stream: str) -> Random:
        """Return an independent generator for a purpose, so that purposes do not affect each other."""
        return Random(f"{self.seed} {stream}")
