"""Open what the operator names: databases that must exist, and new files."""

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
    """Let errors name the argument that has the address of a database, instead of the setting DATABASE_URL."""
    try:
        yield
    except (ConfigurationError, StartupFailed) as error:
        raise type(error)(f"{argument}: {str(error).removeprefix(SETTING).lstrip(': ')}") from error


def check_source_exists(source: str) -> None:
    """Reject a missing file: opening it would create an empty database. Raises ConfigurationError, StartupFailed."""
    url = parse_url(source)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").absolute()
        with opening_errors(url):  # this user may not look into the folder
            exists = file.is_file()
        if not exists:
            raise StartupFailed(f"{SETTING}: there is no database at {file}. Check the path.")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Engine, str | None]]:
    """Open a database as it is; yield its engine, and the version of its tables (None if it has none of the bot's).

    Raises ConfigurationError or StartupFailed, which begin with DATABASE_URL and say what to do.
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
    """Yield the path ``name`` in a private folder next to ``file``; what is written there becomes ``file`` at the end.

    Only its owner can read it. Raises StartupFailed if ``file`` exists or can't be written; then there is no new file.
    """
    if str(file) == "-":
        raise StartupFailed("FILE: can't write to standard output (-). Name a new file.")
    try:
        if file.is_dir():
            raise StartupFailed(f"FILE: {file} is a folder. Name a new file in it.")
        if file.exists():
            raise StartupFailed(f"FILE: {file} exists already. Name a new file.")
        if not file.parent.is_dir():
            raise StartupFailed(f"FILE: there is no folder {file.parent}. Create it, or name a file in another one.")
        # It is next to the file, so that the finished one only has to be renamed.
        with tempfile.TemporaryDirectory(prefix=".flux-bot-", dir=file.parent) as folder:
            unfinished = Path(folder, name)
            yield unfinished
            unfinished.chmod(0o600)
            file.touch(mode=0o600, exist_ok=False)  # never replaces a file that somebody has made meanwhile
            unfinished.replace(file)
    except OSError as error:
        raise StartupFailed(
            f"FILE: can't write {file}: {error.strerror or error}. "
            f"Name a new file in a folder where user {os.geteuid()} may write."
        ) from error
