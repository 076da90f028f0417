"""Requests, jobs and results."""

from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from flux_bot.core.callbacks import new_secret
from flux_bot.core.jobs import (
    AT_THE_API,
    INTERACTION_TOKEN_LIFE,
    Action,
    CardState,
    Failure,
    Image,
    ImageRequest,
    Job,
    JobStatus,
    Origin,
    TaskResult,
    new_job_id,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PICTURE = Image("https://example.org/cat.png")
JOB = Job(
    id="job",
    callback_secret="secret",
    status=JobStatus.QUEUED,
    request=ImageRequest(Action.GENERATE, "a cat", "flux-dev", "1:1"),
    origin=Origin(1, 2, None, "en-GB", "token", NOW + INTERACTION_TOKEN_LIFE, 1024, can_post=True),
    accepted_at=NOW,
)


def test_a_new_job_is_empty() -> None:
    """All fields that are set later are empty at first."""
    given = {"id", "callback_secret", "status", "request", "origin", "accepted_at", "card"}
    assert not any(getattr(JOB, field.name) for field in fields(Job) if field.name not in given)
    assert (JOB.request.count, JOB.request.image_url, JOB.request.private) == (1, None, False)


@pytest.mark.parametrize(
    ("submitted", "finished", "seconds"),
    [(None, None, None), (NOW, None, None), (None, NOW, None), (NOW, NOW, 0), (NOW, NOW + timedelta(minutes=2), 120)],
)
def test_seconds_taken(submitted: datetime | None, finished: datetime | None, seconds: float | None) -> None:
    """The time runs from the submission to the result."""
    assert replace(JOB, submitted_at=submitted, finished_at=finished).seconds_taken == seconds


@pytest.mark.parametrize(
    ("images", "failure"), [((), None), ((PICTURE,), Failure("api_error")), ((PICTURE, PICTURE), Failure(""))]
)
def test_invalid_results(images: tuple[Image, ...], failure: Failure | None) -> None:
    """A result can't have both pictures and a failure, nor neither."""
    with pytest.raises(ValueError, match="either images or a failure"):
        TaskResult("task", images, failure)


@pytest.mark.parametrize("result", [TaskResult("task", (PICTURE,)), TaskResult(None, failure=Failure("overdue"))])
def test_valid_results(result: TaskResult) -> None:
    """A result has pictures or a failure."""
    assert bool(result.images) is (result.failure is None)


@pytest.mark.parametrize("value", [JOB, JOB.request, JOB.origin, PICTURE, Failure("x"), TaskResult("t", (PICTURE,))])
def test_values_are_immutable(value: object) -> None:
    """Requests, origins and results are frozen."""
    with pytest.raises(FrozenInstanceError):
        setattr(value, fields(value)[0].name, None)  # type: ignore[arg-type]  # all of them are dataclasses


def test_ids_fit_a_nonce_and_a_path() -> None:
    """Ids are short enough for Discord's nonce, safe in a path, and unique."""
    ids = [new_job_id() for _ in range(1000)]
    assert {len(one) for one in ids} == {16}
    assert all(one.replace("-", "").replace("_", "").isalnum() and one.isascii() for one in ids)
    assert len({*ids}) == len(ids)


def test_secrets_are_long() -> None:
    """Callback secrets have 256 bits and are unique."""
    secrets = [new_secret() for _ in range(1000)]
    assert {len(one) for one in secrets} == {43}
    assert len({*secrets}) == len(secrets)


def test_stored_enum_values() -> None:
    """The enum values stored in the database are stable."""
    life = ["queued", "submitting", "running", "finished", "delivered"]
    assert [*map(str, JobStatus)] == [*life, "cancelled", "abandoned"]
    assert [*map(str, Action)] == ["generate", "edit"]
    assert [*map(str, CardState)] == ["painting", "queued", "busy", "slow"]
    assert [*map(str, AT_THE_API)] == ["submitting", "running"]
