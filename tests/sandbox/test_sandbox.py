"""The sandbox as a whole, and its command line."""

import asyncio
import re
import signal
import socket
import sys
from pathlib import Path

from aiohttp import ClientSession

from flux_bot.sandbox.sandbox import OWNER, SAMPLE
from tests.harness import gallery, text_of
from tests.sandbox.users import imagine, opened, run, sees, started

SANDBOX = (sys.executable, "bot.py", "sandbox")
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/#[\w-]+")


async def test_a_second_start_uses_the_same_database(tmp_path: Path) -> None:
    """In the same folder, the commands are available again and the bot knows how long a picture takes."""
    for expected in ("up to two minutes", "FLUX.1 dev usually takes about 1 s"):
        async with opened(tmp_path) as sandbox:
            welcome = text_of(await sees(sandbox, "Welcome to the flux-bot sandbox", by="carol"))
            commands = sandbox.discord.members["carol"].available_commands(sandbox.discord.channel)
            assert "imagine" in commands
            assert [command for command in commands if f"/{command}" not in welcome] == []
            olgas = sandbox.discord.members[OWNER].available_commands(sandbox.discord.channel)
            assert "style add" in set(olgas) - set(commands), "only the owner manages the server"
            assert "as olga, the owner of this server: /settings" in welcome.replace("`", "")
            (example,) = re.findall(r"`(http://\S+)`", welcome)
            async with ClientSession() as session, session.get(example) as answer:
                assert answer.content_type == "image/png"
            assert "is ready after about 1 s" in welcome

            assert expected in text_of(await run(sandbox, "alice", "imagine", prompt="a cat", size="1:1"))
            await sees(sandbox, "your picture is ready")


async def test_pictures_outlive_the_sandbox(tmp_path: Path) -> None:
    """Pictures from an earlier run in the same folder are served and shown again, at the same address."""
    async with opened(tmp_path) as sandbox:
        await imagine(sandbox, "a cat")
        await sees(sandbox, "your picture is ready")
        (name,) = [name for name in sandbox.fake.files if name != SAMPLE]
        url, data = f"{sandbox.fake.url}/files/{name}", sandbox.fake.files[name].data
    async with opened(tmp_path) as sandbox, ClientSession() as session:
        async with session.get(url) as answer:
            assert await answer.read() == data
        for path in ("..%2Fflux_bot.db", "%2Fetc%2Fpasswd", "nothing.png"):
            async with session.get(f"{sandbox.fake.url}/files/{path}") as answer:
                assert answer.status == 404, path
        assert gallery(await run(sandbox, "alice", "history"))
    with socket.create_server(("127.0.0.1", int(url.split(":")[2].split("/", maxsplit=1)[0]))):
        async with opened(tmp_path) as sandbox:
            assert not url.startswith(sandbox.fake.url)


async def ended(process: asyncio.subprocess.Process, number: signal.Signals | None = None) -> tuple[int | None, str]:
    """Return the exit code and the remaining output of a process, which must end by itself or at a signal."""
    if number is not None:
        process.send_signal(number)
    async with asyncio.timeout(10):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def address(process: asyncio.subprocess.Process) -> re.Match[str]:
    """Wait until a process prints its address."""
    assert process.stdout is not None
    printed = ""
    while not (found := ADDRESS.search(printed)):
        line = await process.stdout.readline()
        assert line, printed
        printed += line.decode()
    return found


async def test_it_prints_one_address_and_stops_at_a_signal(tmp_path: Path) -> None:
    """The sandbox reports its start at once, prints one address, and stops at a signal, even with an old folder."""
    folder = tmp_path / "new" / "folder"
    for options, number in ((["--fast"], signal.SIGTERM), ([], signal.SIGINT)):
        process = await started(*SANDBOX, "--port", 0, "--data", folder, *options)
        assert process.stdout is not None
        assert b"can take half a minute" in await process.stdout.readline()
        found = await address(process)
        async with ClientSession() as session, session.get(found[0].partition("#")[0]) as page:
            assert page.status == 200
        code, rest = await ended(process, number)

        assert (code, ADDRESS.search(rest), "Traceback" in rest) == (0, None, False), rest
    assert (folder / "flux_bot.db").exists()


async def test_invalid_options(tmp_path: Path) -> None:
    """An invalid port or folder gives one readable line that names the option, and exit code 1."""
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        options = [("--port", port), ("--port", 99999), ("--data", tmp_path / "file" / "folder")]
        endings = [await ended(await started(*SANDBOX, *option)) for option in options]

    for (option, _), (code, output) in zip(options, endings, strict=True):
        assert (code, len(output.splitlines()[-1:])) == (1, 1), output
        assert output.splitlines()[-1].startswith(f"flux-bot: {option}: "), output
        assert "Traceback" not in output
    in_use = f"can't use port {port} (Address already in use). Choose another, or 0 for any free port."
    assert endings[0][1].endswith(f"\nflux-bot: --port: {in_use}\n")
