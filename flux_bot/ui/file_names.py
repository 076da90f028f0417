"""The names of the files that the bot posts, ``flux-<job id>-<part>.<extension>``, and how they are found again."""

import re
from collections.abc import Iterable

SOURCE = "source"
"""The part of the name for the original of an edited picture."""


def file_name(job_id: str, part: int | str, extension: str) -> str:
    """Return a file's name; ``part`` is the number of a picture from 1, or another name for the file's contents."""
    return f"flux-{job_id}-{part}.{extension}"


def find_file(urls: Iterable[str], job_id: str, part: int | str) -> str | None:
    """Return the first of the addresses at Discord that leads to this file."""
    name = re.escape(file_name(job_id, part, ""))
    return next((url for url in urls if re.search(rf"/{name}\w+(\?|$)", url)), None)


def picture_number(url: str, job_id: str) -> int | None:
    """Return the number of the job's picture at a Discord address, or None."""
    found = re.search(rf"/flux-{re.escape(job_id)}-(\d+)\.", url)
    return int(found[1]) if found else None
