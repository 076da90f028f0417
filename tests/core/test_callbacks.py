"""The callback address, and the secret that proves who calls it."""

from datetime import UTC, datetime

from flux_bot.core.callbacks import callback_url, is_secret, new_secret
from flux_bot.core.jobs import Action, ImageRequest, Job, JobStatus
from tests.database import origin

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_the_url_names_the_job_and_its_secret() -> None:
    """The path has two segments after the prefix."""
    request = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "64x64")
    job = Job("an-id", "a-secret", JobStatus.QUEUED, request, origin(), NOW)
    assert callback_url("https://bot.example.org", job) == "https://bot.example.org/callbacks/an-id/a-secret"


def test_only_the_jobs_secret_is_accepted() -> None:
    """Another secret, a part of it, nothing, and any secret of an unknown job are refused."""
    secret = new_secret()
    assert is_secret(secret, secret)
    for given in ("", secret[:-1], secret + "a", new_secret(), "é"):
        assert not is_secret(given, secret), given
    assert not is_secret(secret, None)
