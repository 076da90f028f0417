"""Opens the databases and files that the operator's commands use: databases must exist, and files must be new."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.store.database.engines import Engine, open_engine, parse_url
from flux_bot.store.database.opening import opening_errors
from flux_bot.store.migrations import version_of

SETTING = "DATABASE_URL"


@contextmanager
def naming(argument: str) -> Iterator[None]:
    """Make errors about a database's address name an argument of the command instead of the setting DATABASE_URL."""
    try:
        yield
    except (ConfigurationError, StartupFailed) as error:
        raise type(error)(f"{argument}: {str(error).removeprefix(SETTING).lstrip(': ')}") from error


def check_source_exists(source: str) -> None:
    """Check that a database's file exists, because opening it would create an empty database.

    Raises ConfigurationError if the address is malformed, or StartupFailed if the file is missing.
    """
    url = parse_url(source)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").absolute()
        with opening_errors(url):  # the folder may not be accessible for this user
            exists = file.is_file()
        if not exists:
            raise StartupFailed(f"{SETTING}: there is no database at {file}. Check the path.")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Engine, str | None]]:
    """Open a database without migrating it; yield its engine and schema version (None if it has no tables of the bot).

    Raises ConfigurationError or StartupFailed, whose messages begin with DATABASE_URL and say what to do.
    """
    parts = parse_url(url)
    async with AsyncExitStack() as closing:
        with opening_errors(parts):
            engine = open_engine(parts)
            closing.push_async_callback(engine.dispose)
            version = await engine.read(version_of)
        yield engine, version


@contextmanager
def new_file(file: Path, name: str) -> Iterator[Path]:
    """Yield the path ``name`` in a private folder next to ``file``; at the end, move the file from there to ``file``.

    Only the owner can read the new file. Raises StartupFailed if ``file`` exists or can't be written; then no file is
    created.
    """
    if str(file) == "-":
        raise StartupFailed("FILE: can't write to standard output (-). Choose a new file.")
    try:
        if file.is_dir():
            raise StartupFailed(f"FILE: {file} is a folder. Choose a new file in it.")
        if file.exists():
            raise StartupFailed(f"FILE: {file} already exists. Choose a new file.")
        if not file.parent.is_dir():
            raise StartupFailed(f"FILE: there is no folder {file.parent}. Create it, or choose another folder.")
        # The folder is next to the file, so that the finished file only has to be renamed.
        with tempfile.TemporaryDirectory(prefix=".flux-bot-", dir=file.parent) as folder:
            unfinished = Path(folder, name)
            yield unfinished
            unfinished.chmod(0o600)
            file.touch(mode=0o600, exist_ok=False)  # fails if another program has created the file meanwhile
            unfinished.replace(file)
    except OSError as error:
        raise StartupFailed(
            f"FILE: can't write {file}: {error.strerror or error}. "
            f"Choose a new file in a folder where user {os.geteuid()} can write."
        ) from error
