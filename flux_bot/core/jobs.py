"""The shared types: a request, its origin, the job that records both, and the result of the API's task."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

MAX_IMAGES = 8
"""The maximum number of pictures of a job. It is more than the API is known to return, and small enough for the
pictures and the text files of a card to fit into ten attachments."""
INTERACTION_TOKEN_LIFE = timedelta(minutes=15)
"""How long a reply can be edited
(https://docs.discord.com/developers/interactions/receiving-and-responding, "valid for 15 minutes")."""
ORIGINALS_LAST = timedelta(days=20)
"""How long to rely on the API's own address of a picture; the API promises only some weeks."""


class Action(StrEnum):
    """The task for the image API."""

    GENERATE = "generate"
    EDIT = "edit"


class JobStatus(StrEnum):
    """The states of a job; docs/how-it-works.md draws the transitions."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    FINISHED = "finished"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class CardState(StrEnum):
    """The state that the status card shows."""

    PAINTING = "painting"
    QUEUED = "queued"
    BUSY = "busy"
    """The image API takes no submissions at the moment."""
    SLOW = "slow"
    """The picture takes longer than usual."""


AT_THE_API = (JobStatus.SUBMITTING, JobStatus.RUNNING)
OPEN = (JobStatus.QUEUED, *AT_THE_API)

UNREACHABLE = "unreachable"
OUTCOME_UNKNOWN = "outcome_unknown"
OVERDUE = "overdue"
UNEXPECTED_ANSWER = "unexpected"
MODEL_REJECTED = "model_rejected"
"""The API does not know the model, or no longer does. The message is the name of another model, or empty."""
SIZE_REJECTED = "size_rejected"
"""The API rejected the size in every form. The message lists the shapes that the model accepts."""
OUR_CODES = frozenset({UNREACHABLE, OUTCOME_UNKNOWN, OVERDUE, UNEXPECTED_ANSWER, MODEL_REJECTED, SIZE_REJECTED})
"""The bot's own failure codes, for failures that the image API does not report."""
CANCELLED = "cancelled"
CANCELLED_PAID = "cancelled_paid"
"""Failure codes of cancelled jobs: before and after the request was submitted to the image API."""


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A request for pictures, already checked against the catalogue."""

    action: Action
    prompt: str
    model: str
    size: str
    """``WIDTHxHEIGHT`` in pixels or a ratio ``x:y``, as chosen; ``Model.size_in`` converts it to what is submitted."""
    count: int = 1
    image_url: str | None = None
    private: bool = False
    spoiler: bool = False
    """Whether the pictures are spoilers, hidden until the viewer clicks on them."""
    model_chosen: bool = field(default=True, compare=False)
    """Whether the user chose the model. A default that the API rejects is replaced without asking."""
    style: str | None = None
    """The name of a style: a key of ``styles.toml``, or a style of the server."""
    template: str | None = None
    """The style's template, which contains ``{prompt}``; saved because a server's style can change."""

    @property
    def submitted_prompt(self) -> str:
        """Return the prompt for the image API, with the style if there is one."""
        return self.template.replace("{prompt}", self.prompt) if self.template else self.prompt


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, and what is needed to reply there."""

    user_id: int
    channel_id: int
    guild_id: int | None
    locale: str
    interaction_token: str | None
    """Deleted once the job is delivered."""
    token_expires_at: datetime
    upload_limit: int
    """The largest file, in bytes, that Discord accepts in reply to this interaction."""
    can_post: bool
    """Whether the bot may send its own messages to the channel."""
    guild_locale: str | None = None
    """The server's language; None outside of servers."""
    ping: bool = True
    """Whether the result pings the user."""
    interaction_id: int | None = None
    """The id of the interaction or message that made the request; its event makes one job, even if it arrives twice."""
    message_id: int | None = None
    """The id of the message to reply to, if a message to the bot made the request."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """A user's defaults; None means the catalogue's default."""

    model: str | None = None
    """The model for /imagine."""
    edit_model: str | None = None
    size: str | None = None
    """The size for /imagine: a ratio ``x:y``, because models have different pixel sizes."""
    count: int = 1
    private: bool = False
    ping: bool = True
    style: str | None = None
    """The style for /imagine."""


@dataclass(frozen=True, slots=True)
class Image:
    """One finished picture, as the API returned it."""

    url: str
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why there is no picture: the API's error code, or one of the bot's own (``OUR_CODES``)."""

    code: str
    message: str = ""
    operator_notified: bool = field(default=False, compare=False)
    """Whether the operator got a message about the failure; not saved, but set when the failure is shown."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The outcome of a task: at least one image or a failure, never both."""

    task_id: str | None
    images: tuple[Image, ...] = ()
    failure: Failure | None = None
    trace_id: str | None = None
    cost: Decimal | None = None
    """The cost in credits; None if the API did not say."""

    def __post_init__(self) -> None:
        """Reject a result that has neither or both."""
        if bool(self.images) == (self.failure is not None):
            raise ValueError("a task result has either images or a failure")


@dataclass(frozen=True, slots=True)
class Job:
    """The record of one request: one row in the store."""

    id: str
    callback_secret: str
    status: JobStatus
    request: ImageRequest
    origin: Origin
    accepted_at: datetime
    parent_id: str | None = None
    """The id of the job from whose card this request was made; that job may have been pruned since."""
    group_id: str | None = None
    """The id of the group's first job, if several jobs were requested together; the first job has it as well."""
    group_index: int = 0
    """The position in the group, starting at 0."""
    turn: int = 0
    """The turn in the queue order, see ``fairness.py``."""
    card: CardState = CardState.PAINTING
    reply_message_id: int | None = None
    """The id of the status card; known once Discord has accepted the bot's reply."""
    failed_submissions: int = 0
    """How often the API failed on the job with an internal error (HTTP 500); only the first failure is retried."""
    size_form: str | None = None
    """The form in which the size was last submitted, see ``SizeRule.form``."""
    rejected_forms: tuple[str, ...] = ()
    """The forms of the size that the API has rejected."""
    missing: int | None = None
    """How many pictures the next submission requests if an earlier one returned too few; None means all."""
    earlier_tasks: tuple[str, ...] = ()
    """The tasks that returned too few pictures."""
    expected_cost: Decimal | None = None
    """The cost in credits as expected when the job was accepted; None if the model's price is unknown."""
    submitted_at: datetime | None = None
    task_id: str | None = None
    slow_at: datetime | None = None
    """When the card will say that the picture takes longer than usual."""
    result: TaskResult | None = None
    finished_at: datetime | None = None
    delivery_attempts: int = 0
    """The number of attempts that reached Discord, including the current one."""
    picture_attempts: int = 0
    """How often the pictures' host could not be reached."""
    delivered_at: datetime | None = None
    is_starred: bool = False
    """Whether the user has starred the job, which keeps it beyond the retention period."""
    result_message_id: int | None = None
    result_channel_id: int | None = None
    """The id of the result's channel: that of the origin, or the user's direct messages."""
    group: "tuple[Job, ...]" = ()
    """All jobs of the group, in order, if the store has loaded them; this job then represents the whole group."""

    @property
    def jobs(self) -> "tuple[Job, ...]":
        """Return the jobs that this one represents: those of the group, or only itself."""
        return self.group or (self,)

    @property
    def images(self) -> tuple[Image, ...]:
        """Return the resulting pictures of all jobs that this one represents; there may be none."""
        if self.group:
            return tuple(image for job in self.group for image in job.images)
        return self.result.images if self.result else ()

    @property
    def is_open(self) -> bool:
        """Return whether any of the jobs that this one represents is still open."""
        return any(job.status in OPEN for job in self.jobs)

    @property
    def is_charged(self) -> bool:
        """Return whether an open job will be charged even if it is cancelled."""
        if self.group:
            # An abandoned job may still get its picture.
            return any(job.is_charged or job.images or job.status is JobStatus.ABANDONED for job in self.group)
        return self.status in AT_THE_API or (self.status is JobStatus.QUEUED and bool(self.earlier_tasks))

    @property
    def locale(self) -> str:
        """Return the language of the job's cards: the server's if they are public, otherwise the user's."""
        return self.origin.locale if self.request.private else self.origin.guild_locale or self.origin.locale

    @property
    def result_url(self) -> str | None:
        """Return the address of the result's message, or None if others can't see it."""
        if self.request.private or self.result_message_id is None or self.result_channel_id != self.origin.channel_id:
            return None
        place = f"{self.origin.guild_id or '@me'}/{self.origin.channel_id}"
        return f"https://discord.com/channels/{place}/{self.result_message_id}"

    def result_url_in(self, guild_id: int | None, channel_id: int | None) -> str | None:
        """Return ``result_url`` if it leads to this server or, outside of servers, to this channel.

        The address contains the ids of the server, the channel and the message, so it is not shown elsewhere.
        """
        is_here = guild_id == self.origin.guild_id if guild_id is not None else channel_id == self.origin.channel_id
        return self.result_url if is_here else None

    @property
    def seconds_taken(self) -> float | None:
        """Return the seconds from submission to result, or None while there is no result."""
        if self.submitted_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.submitted_at).total_seconds()


def new_job_id() -> str:
    """Return a short unguessable id; at 16 characters it also fits a Discord nonce (25 at most)."""
    return secrets.token_urlsafe(12)
