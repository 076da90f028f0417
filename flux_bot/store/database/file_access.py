"""Advice for the operator if the bot can't access the files of its SQLite database."""

import os
from pathlib import Path

from flux_bot.settings import is_in_container

SUFFIXES = ("", "-wal", "-shm", ".lock")
"""The suffixes of the files that belong to a database."""


def access_advice(database: Path) -> str:
    """Explain why the bot can't write to a database's file or folder, and how to fix it.

    Returns a text that begins with a space, or an empty string if the bot can write there.
    """
    database = database.resolve()
    folder = next(one for one in database.parents if _exists(one))
    files = [Path(f"{database}{suffix}") for suffix in SUFFIXES]
    for place in (folder, *filter(_exists, files)):
        if os.statvfs(place).f_flag & os.ST_RDONLY:
            return f" {place} is on a read-only file system: the bot must be able to write there."
        if not os.access(place, os.R_OK | os.W_OK | (os.X_OK if place.is_dir() else 0)):
            return _permission_advice(database, place)
    return f" {database} is a folder: name a file in it." if _exists(database) and database.is_dir() else ""


def _exists(path: Path) -> bool:
    """Return whether this user can see a file or folder; ``Path.exists`` raises if the folder is not accessible."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _permission_advice(database: Path, place: Path) -> str:
    user, group, owner = os.geteuid(), os.getegid(), place.stat().st_uid
    facts = f" {place} belongs to user {owner}, and the bot runs as user {user}."
    command, change = ("chmod", "u+rwX") if owner == user else ("chown", f"{user}:{group}")
    if is_in_container():
        mounted = f"the folder that is mounted at {database.parent}"
        return f"{facts} On the host, run `{command} -R {change} FOLDER` for {mounted}."
    # Not recursive, because the folder may contain other files.
    files = f"{database}*" if place.is_file() else place
    return f"{facts} Choose another folder, or run `{command} {change} {files}`."
