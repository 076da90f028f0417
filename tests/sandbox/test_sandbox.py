"""The sandbox without its page: its faults and its command line."""

import asyncio
import os
import re
import signal
import socket
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import discord
import pytest
from aiohttp import ClientSession

from flux_bot.sandbox.drawing import PALETTES, paint, repaint
from flux_bot.sandbox.fault_command import FAULTS
from flux_bot.sandbox.sandbox import Sandbox, open_sandbox
from tests.flux.caller import eventually
from tests.harness import gallery, text_of

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/#[\w-]+")
PICTURE_SECONDS = 0.2


def opened(folder: Path) -> AbstractAsyncContextManager[Sandbox]:
    """Open a sandbox whose pictures are ready almost at once."""
    return open_sandbox(folder, seconds=PICTURE_SECONDS)


def seen(sandbox: Sandbox, *parts: str, by: str = "alice") -> list[discord.Message]:
    """Return the messages with all these parts that a member can see now."""
    messages = sandbox.discord.channel.history(viewer=sandbox.discord.members[by])
    return [message for message in messages if all(part in text_of(message) for part in parts)]


async def sees(sandbox: Sandbox, *parts: str, by: str = "alice") -> discord.Message:
    """Wait until a member can see a message with all these parts, and return the latest."""
    await eventually(lambda: seen(sandbox, *parts, by=by))
    return seen(sandbox, *parts, by=by)[-1]


async def set_fault(sandbox: Sandbox, fault: str) -> None:
    """Choose a fault as bob."""
    await sandbox.discord.members["bob"].slash(sandbox.discord.channel, "sandbox", fault=fault)


async def imagine(sandbox: Sandbox, prompt: str = "a cat") -> discord.Message:
    """Request a picture as alice and return the reply."""
    asked = await sandbox.discord.members["alice"].slash(
        sandbox.discord.channel, "imagine", prompt=prompt, size="256x256"
    )
    assert asked.response is not None
    return asked.response.message


# --- the faults -------------------------------------------------------------------------------------------------


async def test_welcome(tmp_path: Path) -> None:
    """The welcome message names every command, and its example is the address of a real picture."""
    async with opened(tmp_path) as sandbox:
        welcome = await sees(sandbox, "Welcome to the flux-bot sandbox", by="carol")
        (example,) = re.findall(r"`(http://\S+)`", text_of(welcome))

        async with ClientSession() as session, session.get(example) as answer:
            assert answer.content_type == "image/png"
        for command in sandbox.discord.members["carol"].available_commands(sandbox.discord.channel):
            assert f"/{command}" in text_of(welcome)


async def test_members_have_their_own_languages(tmp_path: Path) -> None:
    """Hana's private replies are in Japanese; public messages are in the server's language."""
    async with opened(tmp_path) as sandbox:
        people, channel = sandbox.discord.members, sandbox.discord.channel
        private = {name: await people[name].slash(channel, "jobs") for name in ("alice", "hana")}
        public = await people["hana"].slash(channel, "imagine", prompt="a cat", size="256x256")

        assert [text_of(asked.response.message).splitlines()[0] for asked in private.values() if asked.response] == [
            "### Your pictures",
            "### あなたの画像",
        ]
        assert public.response is not None
        assert "**Painting**" in text_of(public.response.message)


async def test_a_fault_is_described(tmp_path: Path) -> None:
    """All members see the chosen fault and its description."""
    async with opened(tmp_path) as sandbox:
        for name, fault in FAULTS.items():
            await set_fault(sandbox, name)

            await sees(sandbox, name, fault.description, by="carol")


async def test_faults_are_offered_as_choices(tmp_path: Path) -> None:
    """The command offers every fault and nothing else."""
    async with opened(tmp_path) as sandbox:
        command = sandbox.app.bot.tree.get_command("sandbox")

        assert isinstance(command, discord.app_commands.Command)
        assert [choice.value for choice in command.parameters[0].choices] == list(FAULTS)


async def test_slow_api(tmp_path: Path) -> None:
    """A picture takes five times as long but arrives."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "slow API")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "@", "your picture is ready"))
        assert [task.seconds for task in sandbox.fake.tasks.values()] == [5 * PICTURE_SECONDS]


async def test_lost_callback(tmp_path: Path) -> None:
    """Without a callback, the picture is looked up."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "lost callback")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "your picture is ready"))
        assert [task.posts for task in sandbox.fake.tasks.values()] == [[]]
        assert sandbox.fake.lookups


async def test_double_callback(tmp_path: Path) -> None:
    """Two callbacks make one message."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "double callback")
        await imagine(sandbox)
        await sees(sandbox, "your picture is ready")
        (task,) = sandbox.fake.tasks.values()
        await task.ended.wait()
        await set_fault(sandbox, "nothing")
        await imagine(sandbox, "a dog")
        await sees(sandbox, "your picture is ready", "a dog")

        assert [post.status for post in task.posts] == [200, 200]
        assert len(seen(sandbox, "your picture is ready", "a cat")) == 1


async def test_lost_answer(tmp_path: Path) -> None:
    """A request is not repeated when its answer is lost: its callback brings the picture."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "lost answer")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "your picture is ready"))
        assert [exchange.status for exchange in sandbox.fake.submissions] == [None]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("moderation refusal", "safety filter refused this prompt"),
        ("painting fails", "failed while painting"),
        ("empty balance", "not available right now"),
    ],
)
async def test_failures(tmp_path: Path, fault: str, message: str) -> None:
    """The reply becomes the failure card, and nothing is charged."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, fault)
        reply = await imagine(sandbox)

        failure = await sees(sandbox, message, "It cost nothing", "a cat")
        assert failure.id == reply.id
        assert sandbox.fake.paid == []


async def test_empty_balance_closes_the_service(tmp_path: Path) -> None:
    """Once the bot knows that the balance is used up, it refuses requests at once and privately."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "empty balance")
        await imagine(sandbox)
        await sees(sandbox, "not available right now", "a cat")

        refusal = await imagine(sandbox, "a dog")
        assert "not available right now" in text_of(refusal)
        assert refusal.flags.ephemeral
        assert len(sandbox.fake.submissions) == 1


async def test_api_down(tmp_path: Path) -> None:
    """A request waits while the API is down, says so, and continues afterwards."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "API down")
        await imagine(sandbox)
        await eventually(lambda: [exchange.status for exchange in sandbox.fake.submissions] == [503, 503])
        await sees(sandbox, "Waiting", "a cat")

        await set_fault(sandbox, "nothing")
        assert gallery(await sees(sandbox, "your picture is ready", "a cat"))


async def test_pictures_gone(tmp_path: Path) -> None:
    """The bot links to pictures that their server no longer has."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "pictures gone")
        await imagine(sandbox)

        result = await sees(sandbox, "your picture is ready", "could not be loaded")
        assert not gallery(result)
        assert f"{sandbox.fake.url}/files/" in text_of(result)


async def test_channel_forbidden(tmp_path: Path) -> None:
    """While the bot may not post, the reply to the command becomes the picture."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "channel forbidden")
        reply = await imagine(sandbox)
        result = await sees(sandbox, "your picture is ready", "a cat")
        await set_fault(sandbox, "nothing")
        await imagine(sandbox, "a dog")
        posted = await sees(sandbox, "your picture is ready", "a dog")

        assert (result.id, len(gallery(result))) == (reply.id, 1)
        await eventually(lambda: not seen(sandbox, "Painting"))
        assert [message.id for message in seen(sandbox, "a dog")] == [posted.id]


# --- what Discord does and SimCord does not ---------------------------------------------------------------------


async def test_an_edit_keeps_the_shape_of_an_upload(tmp_path: Path) -> None:
    """An edit without a size has the shape of the uploaded picture."""
    async with opened(tmp_path) as sandbox:
        upload = ("photo.png", paint("a photo", "flux-dev", "800x600", 0).data)
        await sandbox.discord.members["alice"].slash(sandbox.discord.channel, "edit", prompt="in winter", image=upload)

        assert gallery(await sees(sandbox, "your edited picture is ready", "in winter"))
        assert sandbox.fake.submissions[-1].body["size"] == "4:3"


def test_japanese_is_legible() -> None:
    """Different Japanese characters give different pictures, more than the palettes alone could."""
    source = paint("a photo", "flux-dev", "128x128", 0).data
    signs = "雪の中の赤い狐が山を越えて海へ行く"
    drawn = {sign: repaint(source, sign, "flux-kontext-pro", "128x128").data for sign in signs}

    assert len(set(drawn.values())) == len(drawn) > len(PALETTES)


async def test_a_refused_request_is_not_an_error(tmp_path: Path) -> None:
    """A request that the bot refuses is not shown as an error on the page."""
    async with opened(tmp_path) as sandbox:
        alice, channel = sandbox.discord.members["alice"], sandbox.discord.channel
        asked = await alice.slash(channel, "edit", prompt="in winter", image_url="my photo")

        assert asked.response is not None
        assert "not a web link" in text_of(asked.response.message)
        assert sandbox.discord.env.errors == []


@pytest.mark.parametrize(("zone", "shown"), [("Europe/Berlin", "Europe/Berlin"), ("nowhere", "UTC")])
async def test_times_are_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str) -> None:
    """The page uses the timezone of this machine, or UTC if it is unknown."""
    monkeypatch.setenv("TZ", zone)
    async with open_sandbox(tmp_path, seconds=0) as sandbox:
        assert sandbox.discord.page.timezone == shown


async def test_a_second_start_uses_the_same_database(tmp_path: Path) -> None:
    """In the same folder, the commands are available again and the bot knows how long a picture takes."""
    for expected in ("one to two minutes", "flux-dev usually takes about 1 s"):
        async with open_sandbox(tmp_path, seconds=PICTURE_SECONDS) as sandbox:
            assert expected in text_of(await imagine(sandbox))
            await sees(sandbox, "your picture is ready")


# --- the command line -------------------------------------------------------------------------------------------


async def started(*arguments: object) -> asyncio.subprocess.Process:
    """Start ``bot.py sandbox`` as a process."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bot.py"),
        "sandbox",
        *map(str, arguments),
        env=os.environ,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def ended(process: asyncio.subprocess.Process, number: signal.Signals | None = None) -> tuple[int | None, str]:
    """Return the exit code and the remaining output of a process, which must end within 10 seconds.

    With ``number``, send it this signal first.
    """
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_one_address_and_stops_at_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    """It prints one address and stops cleanly at a signal, also when started again in the same folder."""
    for _ in range(2):
        process = await started("--port", 0, "--data", tmp_path / "new" / "folder", "--fast")
        found = await address(process)
        async with ClientSession() as session, session.get(found[0].partition("#")[0]) as page:
            assert page.status == 200
        code, rest = await ended(process, number)

        assert (code, ADDRESS.search(rest), "Traceback" in rest) == (0, None, False)
    assert (tmp_path / "new" / "folder" / "flux_bot.db").exists()


async def test_port_in_use(tmp_path: Path) -> None:
    """A port in use gives one readable line that names the option, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await ended(await started("--port", port, "--data", tmp_path))

    assert code == 1
    assert output == (
        f"flux-bot: --port: can't use port {port} (Address already in use). Choose another, or 0 for any free port.\n"
    )


async def test_invalid_options(tmp_path: Path) -> None:
    """An invalid port or folder gives one readable line that names the option, and exit code 1."""
    (tmp_path / "file").touch()
    for option, value in {"--port": 99999, "--data": tmp_path / "file" / "folder"}.items():
        code, output = await ended(await started(option, value))

        assert code == 1
        assert output.startswith(f"flux-bot: {option}: ")
        assert output.count("\n") == 1
