"""The address to which the image API posts a job's result: ``/callbacks/<job id>/<secret>``."""

import secrets

from flux_bot.core.jobs import Job

PREFIX = "/callbacks"
"""The path prefix of callbacks; a reverse proxy forwards nothing else."""

BASE = "/{base:(?:.*/)?}" + PREFIX[1:]
"""The start of a callback's path for aiohttp's router. Any path may precede it, as a proxy may keep PUBLIC_URL's."""

ROUTE = BASE + "/{job_id:[A-Za-z0-9_-]+}/{secret:[A-Za-z0-9_-]+}{slash:/?}"
"""The path of callbacks for aiohttp's router. The trailing slash is optional, because some proxies add one."""


def new_secret() -> str:
    """Return a secret URL segment of 256 random bits, which is sent only to the image API."""
    return secrets.token_urlsafe(32)


def callback_url(public_url: str, job: Job) -> str:
    """Return the address for a job's callback; ``public_url`` has no trailing slash."""
    return f"{public_url}{PREFIX}/{job.id}/{job.callback_secret}"


def is_secret(given: str, expected: str | None) -> bool:
    """Compare a callback's secret in constant time, even for an unknown job (``expected`` is None)."""
    return secrets.compare_digest(given.encode(), (expected or new_secret()).encode()) and expected is not None
