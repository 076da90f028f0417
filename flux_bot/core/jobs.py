"""The vocabulary: what is asked, by whom, our record of it, and what the API made of it.

Request: what was asked. Origin: where and by whom. Job: our record, with an id. Task: the API's
side, with a task_id. TaskResult: pictures or a failure. Nothing here does I/O.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

INTERACTION_TOKEN_LIFE = timedelta(minutes=15)
"""https://docs.discord.com/developers/interactions/receiving-and-responding ("valid for 15 minutes")"""


class Action(StrEnum):
    """What the image API is asked to do."""

    GENERATE = "generate"
    EDIT = "edit"


class JobStatus(StrEnum):
    """Where a job stands; the arrows are in ``workflow.py``."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    FINISHED = "finished"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class CardState(StrEnum):
    """What the status card shows."""

    PAINTING = "painting"
    QUEUED = "queued"
    BUSY = "busy"
    """The image API takes no submissions at the moment."""
    SLOW = "slow"
    """It is being painted, and takes longer than usual."""


AT_THE_API = (JobStatus.SUBMITTING, JobStatus.RUNNING)
OPEN = (JobStatus.QUEUED, *AT_THE_API)

UNREACHABLE = "unreachable"
OUTCOME_UNKNOWN = "outcome_unknown"
OVERDUE = "overdue"
OUR_CODES = frozenset({UNREACHABLE, OUTCOME_UNKNOWN, OVERDUE})
"""Failure codes of our own, for what the image API does not say itself."""

CANCELLED = "cancelled"
CANCELLED_PAID = "cancelled_paid"
"""Failure codes of cancelled jobs: whether the image API had been asked already."""


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What was asked, already checked against the catalogue."""

    action: Action
    prompt: str
    model: str
    size: str
    """``WIDTHxHEIGHT`` in pixels or a ratio ``x:y``, in the form the model takes."""
    count: int = 1
    image_url: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from and how its answer can get back there."""

    user_id: int
    channel_id: int
    guild_id: int | None
    locale: str
    interaction_token: str | None
    """Wiped once the job is delivered."""
    token_expires_at: datetime
    upload_limit: int
    """Bytes per file that Discord takes in answer to this interaction."""
    can_post: bool
    """Whether the bot may send a message of its own to the channel."""
    guild_locale: str | None = None
    """The server's language; None outside of servers."""
    ping: bool = True
    """Whether the asker is notified of the result."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody gets unless they say otherwise; None: what the catalogue says."""

    model: str | None = None
    """For making pictures."""
    edit_model: str | None = None
    size: str | None = None
    """For making pictures: a ratio ``x:y``, as models differ in their pixels."""
    count: int = 1
    private: bool = False
    ping: bool = True


@dataclass(frozen=True, slots=True)
class Image:
    """One finished picture as the API gave it."""

    url: str
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no picture: the API's error code, or one of ours (``OUR_CODES``)."""

    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What the API made of a task: at least one image, or a failure, never both."""

    task_id: str | None
    images: tuple[Image, ...] = ()
    failure: Failure | None = None
    trace_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a result that is neither or both."""
        if bool(self.images) == (self.failure is not None):
            raise ValueError("a task result has either images or a failure")


@dataclass(frozen=True, slots=True)
class Job:
    """Our record of one request, as one row of the store."""

    id: str
    callback_secret: str
    status: JobStatus
    request: ImageRequest
    origin: Origin
    accepted_at: datetime
    parent_id: str | None = None
    """The job whose card this one was asked from; it may have been pruned since."""
    turn: int = 0
    """When its turn in the queue comes, see ``fairness.py``."""
    card: CardState = CardState.PAINTING
    reply_message_id: int | None = None
    """The status card; known once Discord has taken our reply."""
    failed_submissions: int = 0
    """How often the API failed on it with an error of its own (HTTP 500); only the first is tried again."""
    submitted_at: datetime | None = None
    task_id: str | None = None
    result: TaskResult | None = None
    finished_at: datetime | None = None
    delivery_attempts: int = 0
    delivered_at: datetime | None = None
    result_message_id: int | None = None
    result_channel_id: int | None = None
    """Where the result's message is: its origin's channel, or its asker's direct messages."""

    @property
    def images(self) -> tuple[Image, ...]:
        """Return the pictures that came of it, none while there is no result or if that is a failure."""
        return self.result.images if self.result else ()

    @property
    def locale(self) -> str:
        """Return the language of its cards: the server's for what all may read, else the asker's."""
        return self.origin.locale if self.request.private else self.origin.guild_locale or self.origin.locale

    @property
    def result_url(self) -> str | None:
        """Return the address of the result's message, None where there is none that others may see."""
        if self.request.private or self.result_message_id is None or self.result_channel_id != self.origin.channel_id:
            return None
        place = f"{self.origin.guild_id or '@me'}/{self.origin.channel_id}"
        return f"https://discord.com/channels/{place}/{self.result_message_id}"

    @property
    def seconds_taken(self) -> float | None:
        """Seconds from submission to result, None while there is no result."""
        if self.submitted_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.submitted_at).total_seconds()


def new_job_id() -> str:
    """Return a short unguessable id; at 16 characters it also fits a Discord nonce (25 at most)."""
    return secrets.token_urlsafe(12)


def new_callback_secret() -> str:
    """Return the URL segment that proves a callback comes from the API (256 bits)."""
    return secrets.token_urlsafe(32)
