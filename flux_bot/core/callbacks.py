"""The address that the image API posts a job's result to: ``/callbacks/<job id>/<secret>``."""

import secrets

from flux_bot.core.jobs import Job

PREFIX = "/callbacks"
"""The path prefix of callbacks; a reverse proxy forwards nothing else."""

BASE = "/{base:(?:.*/)?}" + PREFIX[1:]
"""Where callbacks arrive, as aiohttp's router matches it: below any path, as a proxy may keep that of PUBLIC_URL."""

ROUTE = BASE + "/{job_id:[A-Za-z0-9_-]+}/{secret:[A-Za-z0-9_-]+}{slash:/?}"
"""The path as aiohttp's router matches it; some proxies add a slash."""


def new_secret() -> str:
    """Return a URL segment of 256 random bits, which only the image API learns."""
    return secrets.token_urlsafe(32)


def callback_url(public_url: str, job: Job) -> str:
    """Return the address for a job's callback; ``public_url`` has no slash at its end."""
    return f"{public_url}{PREFIX}/{job.id}/{job.callback_secret}"


def is_secret(given: str, expected: str | None) -> bool:
    """Compare a callback's secret in constant time, also for an unknown job (``expected`` is None)."""
    return secrets.compare_digest(given.encode(), (expected or new_secret()).encode()) and expected is not None
