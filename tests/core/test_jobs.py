"""Requests, jobs and results."""

from dataclasses import fields, replace
from typing import Any

import pytest

from flux_bot.core.jobs import AT_THE_API, OPEN, Action, CardState, Failure, Image, Job, JobStatus, TaskResult
from tests.database import NOW, SECOND, image_request, origin

PICTURE = Image("https://example.org/cat.png")
JOB = Job("job", "secret", JobStatus.QUEUED, image_request(), origin(), NOW)


def test_a_new_job_is_empty() -> None:
    """All fields that are set later are empty at first."""
    given = {"id", "callback_secret", "status", "request", "origin", "accepted_at", "card"}
    assert not any(getattr(JOB, field.name) for field in fields(Job) if field.name not in given)
    assert (JOB.request.count, JOB.request.image_url, JOB.request.private) == (1, None, False)
    assert (JOB.card, JOB.images, JOB.origin.ping) == (CardState.PAINTING, (), True)


def test_seconds_taken() -> None:
    """The time runs from the submission to the result."""
    for start, end, seconds in ((None, NOW, None), (NOW, None, None), (NOW, NOW, 0), (NOW, NOW + 120 * SECOND, 120)):
        assert replace(JOB, submitted_at=start, finished_at=end).seconds_taken == seconds, (start, end)


def test_the_language_of_cards() -> None:
    """Public cards are in the server's language, if there is one, and private ones in the user's."""
    locales = {(False, "de"): "de", (False, None): "en-GB", (True, "de"): "en-GB", (True, None): "en-GB"}
    for (private, guild_locale), locale in locales.items():
        job = replace(JOB, request=image_request(private=private), origin=origin(guild_locale=guild_locale))
        assert job.locale == locale, (private, guild_locale)


def test_the_address_of_a_result() -> None:
    """The result's message has an address unless it is private, missing or in direct messages."""
    job = replace(JOB, result_message_id=7, result_channel_id=20)
    assert job.result_url == "https://discord.com/channels/30/20/7"
    assert replace(job, origin=origin(guild_id=None)).result_url == "https://discord.com/channels/@me/20/7"
    hidden: list[dict[str, Any]] = [
        {"request": image_request(private=True)},
        {"result_message_id": None},
        {"result_channel_id": 99},
    ]
    for changes in hidden:
        assert replace(job, **changes).result_url is None, changes


def test_a_result_has_pictures_or_a_failure() -> None:
    """A result can't have both pictures and a failure, nor neither."""
    assert replace(JOB, result=TaskResult("task", (PICTURE,))).images == (PICTURE,)
    assert replace(JOB, result=TaskResult(None, failure=Failure("overdue"))).images == ()
    for images, failure in (((), None), ((PICTURE,), Failure(""))):
        with pytest.raises(ValueError, match="either images or a failure"):
            TaskResult("task", images, failure)


def test_stored_enum_values() -> None:
    """The enum values stored in the database are stable."""
    life = ["queued", "submitting", "running", "finished", "delivered"]
    assert [*map(str, JobStatus)] == [*life, "cancelled", "abandoned"]
    assert [*map(str, Action)] == ["generate", "edit"]
    assert [*map(str, CardState)] == ["painting", "queued", "busy", "slow"]
    assert [*map(str, AT_THE_API)] == ["submitting", "running"]
    assert [*map(str, OPEN)] == ["queued", "submitting", "running"]


def test_who_gets_the_address_of_a_result() -> None:
    """The link is shown in the same server or, outside of servers, only in the same channel."""
    posted = replace(JOB, result_message_id=9, result_channel_id=JOB.origin.channel_id)
    direct = replace(posted, origin=replace(JOB.origin, guild_id=None))
    for job, guild_id, channel_id, is_shown in (
        (posted, 30, 21, True),
        (posted, 31, 20, False),
        (posted, None, 21, False),
        (direct, None, 20, True),
        (direct, None, 21, False),
        (direct, 30, 21, False),
    ):
        assert (job.result_url_in(guild_id, channel_id) is not None) is is_shown, (job.origin, guild_id, channel_id)
