"""The command line: ``python bot.py`` runs the bot; ``python bot.py --help`` shows what else there is."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from flux_bot import __version__


def user_id(text: str) -> int:
    """Return a user's Discord ID as it was typed. Raises ValueError if it can't be one."""
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError(text)
    return number


def missing_packages(command: str | None) -> str | None:
    """Return an error message if this Python lacks the packages that a command needs, otherwise None."""
    if find_spec("discord") is None:
        return "this Python does not have the bot's packages. Start the bot with `make run`, which installs them."
    if command == "sandbox" and find_spec("simcord") is None:
        return "this Python does not have the sandbox's packages. Run `make sandbox` in a checkout of the bot."
    return None


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code."""
    parser = argparse.ArgumentParser(prog="bot.py", description="A Discord bot that makes and edits pictures.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="run the bot with the settings in .env (the default)")
    sandbox = commands.add_parser("sandbox", help="try the bot offline in the browser, without a token")
    sandbox.add_argument("--port", type=int, default=8000, help="the port of the chat page (default: %(default)s)")
    sandbox.add_argument(
        "--data", type=Path, help="the folder for the database and pictures (default: a temporary one)"
    )
    sandbox.add_argument("--fast", action="store_true", help="make pictures in one second")
    copy = commands.add_parser("copy-database", help="copy all jobs from another database into DATABASE_URL")
    copy.add_argument("source", metavar="FROM", help="its address, such as sqlite:///data/flux_bot.db")
    backup = commands.add_parser("backup", help="copy the database into a new SQLite file; the bot may be running")
    backup.add_argument("file", metavar="FILE", type=Path, help="a new file, or - for standard output")
    restore = commands.add_parser("restore", help="copy a backup into DATABASE_URL; stop the bot first")
    restore.add_argument("file", metavar="FILE", type=Path, help="the backup, or - for standard input")
    restore.add_argument("--replace", action="store_true", help="first delete the database's current contents")
    restore.add_argument(
        "--discard-open-jobs",
        action="store_true",
        help="leave out jobs that the bot would submit (and pay for) or post again",
    )
    export = commands.add_parser("export-user", help="write everything that is stored about a user to a ZIP file")
    export.add_argument("user", metavar="ID", type=user_id, help="the user's Discord ID")
    export.add_argument("file", metavar="FILE", type=Path, help="the file to write, which must not exist yet")
    erase = commands.add_parser("erase-user", help="erase everything that is stored about a user")
    erase.add_argument("user", metavar="ID", type=user_id, help="the user's Discord ID")
    erase.add_argument(
        "--messages", action="store_true", help="let the bot also delete its messages with the user's results"
    )
    commands.add_parser("doctor", help="check the setup, and explain how to fix each failure")
    chosen = parser.parse_args(arguments)
    if needed := missing_packages(chosen.command):
        parser.exit(1, f"flux-bot: {needed}\n")
    if chosen.command == "sandbox":
        print("Starting the sandbox. The first time, this can take half a minute.", flush=True)
    # Imported here because the picture-decoding processes also import this module, and need nothing else.
    from flux_bot import app

    if chosen.command == "sandbox":
        # Imported here because its libraries are not installed in production.
        from flux_bot.sandbox import sandbox as offline

        return offline.main(chosen.port, chosen.data, fast=chosen.fast)
    if chosen.command == "doctor":
        from flux_bot.doctor import checks

        return checks.main()
    return app.main() if chosen.command in (None, "run") else _run_on_database(chosen)


def _run_on_database(chosen: argparse.Namespace) -> int:
    """Run a command that only needs the database, and return the exit code."""
    from flux_bot import app

    if chosen.command == "copy-database":
        return app.copy_into_database(chosen.source)
    if chosen.command == "backup":
        return app.back_up_database(chosen.file)
    if chosen.command == "restore":
        return app.restore_database(chosen.file, replaces=chosen.replace, discards_open=chosen.discard_open_jobs)
    if chosen.command == "export-user":
        return app.export_user_data(chosen.user, chosen.file)
    return app.erase_user_data(chosen.user, deletes_messages=chosen.messages)


if __name__ == "__main__":
    sys.exit(main())
