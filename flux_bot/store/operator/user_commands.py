"""The operator's commands about one user; they work while the bot is running, too."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flux_bot.core.errors import StartupFailed, StoreUnavailable
from flux_bot.core.rules.periods import day_of
from flux_bot.store.database.engines import only_gateway_on
from flux_bot.store.operator.opening import check_source_exists, new_file
from flux_bot.store.store import JobStore
from flux_bot.store.users.archive import write_archive


async def export_user(url: str, user_id: int, file: Path) -> None:
    """Write everything that is stored about a user to a ZIP file, which only the file's owner can read.

    Raises StartupFailed if the file exists or can't be written, or nothing is stored about the user.
    """
    check_source_exists(url)
    with new_file(file, "export.zip") as unfinished:
        async with JobStore(url) as store:
            pages = store.users.export.pages(user_id)
            if not await write_archive(pages, unfinished.parent, unfinished.stem):
                raise StartupFailed(f"ID: nothing is stored about user {user_id}")


async def erase_user(url: str, user_id: int, zone: ZoneInfo, *, deletes_messages: bool) -> str:
    """Erase everything that is stored about a user; return a message for the operator. Raises StoreUnavailable."""
    check_source_exists(url)
    now = datetime.now(UTC)
    async with JobStore(url) as store:
        erased = await store.users.erasure.erase(
            user_id, now=now, day=day_of(now, zone).start, deletes_messages=deletes_messages, forced=True
        )
        if erased is None:
            raise StoreUnavailable("a forced erasure was refused")
        report = [f"Erased user {user_id}: {erased.jobs} requests."]
        if erased.cancelled:
            report.append(
                f"{erased.cancelled} of them were open and are cancelled; their cards in Discord still show them as "
                "open, and results of theirs will be discarded."
            )
        if erased.messages:
            report.append(f"The bot deletes {erased.messages} messages while it runs, about one a second.")
        elif not deletes_messages:
            report.append("Messages in Discord stay where they are; --messages lets the bot delete them.")
        if not await _clean(url, store):
            report.append("The bot will rewrite the database file soon, so that nothing stays readable in it.")
    return "\n".join(report)


async def _clean(url: str, store: JobStore) -> bool:
    """Clean SQLite's files, unless a bot is running, which does so itself and must not wait for another process."""
    try:
        with only_gateway_on(url):
            need = await store.cleaning.needed()
            return need is None or await store.cleaning.rewrite(need)
    except StartupFailed:
        return False
