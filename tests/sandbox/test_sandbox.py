"""The sandbox without its page: what it lets go wrong, and its command line."""

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
from tests.harness import gallery, words

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/#[\w-]+")
PICTURE_SECONDS = 0.2


def opened(folder: Path) -> AbstractAsyncContextManager[Sandbox]:
    """Open a sandbox whose pictures take hardly any time."""
    return open_sandbox(folder, seconds=PICTURE_SECONDS)


def seen(sandbox: Sandbox, *parts: str, by: str = "alice") -> list[discord.Message]:
    """Return the messages with all these parts that a member sees now."""
    messages = sandbox.discord.channel.history(viewer=sandbox.discord.members[by])
    return [message for message in messages if all(part in words(message) for part in parts)]


async def sees(sandbox: Sandbox, *parts: str, by: str = "alice") -> discord.Message:
    """Wait until a member sees a message with all these parts, and return the latest."""
    await eventually(lambda: seen(sandbox, *parts, by=by))
    return seen(sandbox, *parts, by=by)[-1]


async def break_(sandbox: Sandbox, fault: str) -> None:
    """Choose what goes wrong, as bob."""
    await sandbox.discord.members["bob"].slash(sandbox.discord.channel, "sandbox", fault=fault)


async def imagine(sandbox: Sandbox, prompt: str = "a cat") -> discord.Message:
    """Ask for a picture as alice and return the reply."""
    asked = await sandbox.discord.members["alice"].slash(
        sandbox.discord.channel, "imagine", prompt=prompt, size="256x256"
    )
    assert asked.response is not None
    return asked.response.message


# --- what goes wrong -------------------------------------------------------------------------------------------


async def test_it_greets_with_what_to_try(tmp_path: Path) -> None:
    """The welcome names each command, and the example it gives is a real picture."""
    async with opened(tmp_path) as sandbox:
        welcome = await sees(sandbox, "Welcome to the flux-bot sandbox", by="carol")
        (example,) = re.findall(r"`(http://\S+)`", words(welcome))

        async with ClientSession() as session, session.get(example) as answer:
            assert answer.content_type == "image/png"
        for command in sandbox.discord.members["carol"].available_commands(sandbox.discord.channel):
            assert f"/{command}" in words(welcome)


async def test_each_reads_their_own_language(tmp_path: Path) -> None:
    """Hana's private answers are in Japanese; what all read is in the server's language, and alice's is English."""
    async with opened(tmp_path) as sandbox:
        people, channel = sandbox.discord.members, sandbox.discord.channel
        private = {name: await people[name].slash(channel, "jobs") for name in ("alice", "hana")}
        public = await people["hana"].slash(channel, "imagine", prompt="a cat", size="256x256")

        assert [words(asked.response.message).splitlines()[0] for asked in private.values() if asked.response] == [
            "### Your pictures",
            "### あなたの画像",
        ]
        assert public.response is not None
        assert "**Painting**" in words(public.response.message)


async def test_a_fault_says_what_to_expect(tmp_path: Path) -> None:
    """Everybody sees what was switched on and what that means."""
    async with opened(tmp_path) as sandbox:
        for name, fault in FAULTS.items():
            await break_(sandbox, name)

            await sees(sandbox, name, fault.words, by="carol")


async def test_faults_are_offered_as_choices(tmp_path: Path) -> None:
    """The command offers each fault, and Discord takes no other."""
    async with opened(tmp_path) as sandbox:
        command = sandbox.app.bot.tree.get_command("sandbox")

        assert isinstance(command, discord.app_commands.Command)
        assert [choice.value for choice in command.parameters[0].choices] == list(FAULTS)


async def test_slow_api(tmp_path: Path) -> None:
    """A picture takes five times as long and comes all the same."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "slow API")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "@", "your picture is ready"))
        assert [task.seconds for task in sandbox.fake.tasks.values()] == [5 * PICTURE_SECONDS]


async def test_lost_callback(tmp_path: Path) -> None:
    """No callback arrives, so the picture is looked up."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "lost callback")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "your picture is ready"))
        assert [task.posts for task in sandbox.fake.tasks.values()] == [[]]
        assert sandbox.fake.lookups


async def test_double_callback(tmp_path: Path) -> None:
    """Two callbacks make one message."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "double callback")
        await imagine(sandbox)
        await sees(sandbox, "your picture is ready")
        (task,) = sandbox.fake.tasks.values()
        await task.ended.wait()
        await break_(sandbox, "nothing")
        await imagine(sandbox, "a dog")
        await sees(sandbox, "your picture is ready", "a dog")

        assert [post.status for post in task.posts] == [200, 200]
        assert len(seen(sandbox, "your picture is ready", "a cat")) == 1


async def test_lost_answer(tmp_path: Path) -> None:
    """A request whose answer was lost is not sent again: its callback brings the picture."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "lost answer")
        await imagine(sandbox)

        assert gallery(await sees(sandbox, "your picture is ready"))
        assert [exchange.status for exchange in sandbox.fake.submissions] == [None]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("moderation refusal", "safety filter refused this prompt"),
        ("painting fails", "failed while painting"),
        ("empty balance", "not available right now"),
    ],
)
async def test_failures(tmp_path: Path, fault: str, told: str) -> None:
    """The reply becomes the failure card, and nothing was charged."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, fault)
        reply = await imagine(sandbox)

        failure = await sees(sandbox, told, "It cost nothing", "a cat")
        assert failure.id == reply.id
        assert sandbox.fake.paid == []


async def test_empty_balance_closes_the_service(tmp_path: Path) -> None:
    """Once the balance is known to be used up, a request is refused at once and privately."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "empty balance")
        await imagine(sandbox)
        await sees(sandbox, "not available right now", "a cat")

        refusal = await imagine(sandbox, "a dog")
        assert "not available right now" in words(refusal)
        assert refusal.flags.ephemeral
        assert len(sandbox.fake.submissions) == 1


async def test_api_down(tmp_path: Path) -> None:
    """A request waits while the API is down, says so, and goes on by itself afterwards."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "API down")
        await imagine(sandbox)
        await eventually(lambda: [exchange.status for exchange in sandbox.fake.submissions] == [503, 503])
        await sees(sandbox, "Waiting", "a cat")

        await break_(sandbox, "nothing")
        assert gallery(await sees(sandbox, "your picture is ready", "a cat"))


async def test_pictures_gone(tmp_path: Path) -> None:
    """Pictures that are gone from their host are linked."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "pictures gone")
        await imagine(sandbox)

        result = await sees(sandbox, "your picture is ready", "could not be loaded")
        assert not gallery(result)
        assert f"{sandbox.fake.url}/files/" in words(result)


async def test_channel_forbidden(tmp_path: Path) -> None:
    """The reply itself becomes the picture where the bot may not post, until it may again."""
    async with opened(tmp_path) as sandbox:
        await break_(sandbox, "channel forbidden")
        reply = await imagine(sandbox)
        result = await sees(sandbox, "your picture is ready", "a cat")
        await break_(sandbox, "nothing")
        await imagine(sandbox, "a dog")
        posted = await sees(sandbox, "your picture is ready", "a dog")

        assert (result.id, len(gallery(result))) == (reply.id, 1)
        await eventually(lambda: not seen(sandbox, "Painting"))
        assert [message.id for message in seen(sandbox, "a dog")] == [posted.id]


# --- as real as Discord -----------------------------------------------------------------------------------------


async def test_an_uploaded_picture_has_its_size(tmp_path: Path) -> None:
    """An edit without a size takes the shape of the uploaded picture."""
    async with opened(tmp_path) as sandbox:
        upload = ("photo.png", paint("a photo", "flux-dev", "800x600", 0).data)
        await sandbox.discord.members["alice"].slash(sandbox.discord.channel, "edit", prompt="in winter", image=upload)

        assert gallery(await sees(sandbox, "your edited picture is ready", "in winter"))
        assert sandbox.fake.submissions[-1].body["size"] == "4:3"


def test_japanese_is_written() -> None:
    """What is written on a picture in Japanese can be told apart: there are only so many colours."""
    source = paint("a photo", "flux-dev", "128x128", 0).data
    signs = "雪の中の赤い狐が山を越えて海へ行く"
    drawn = {sign: repaint(source, sign, "flux-kontext-pro", "128x128").data for sign in signs}

    assert len(set(drawn.values())) == len(drawn) > len(PALETTES)


async def test_a_refused_request_is_no_defect(tmp_path: Path) -> None:
    """What the bot tells its user is not shown as an error on the page."""
    async with opened(tmp_path) as sandbox:
        alice, channel = sandbox.discord.members["alice"], sandbox.discord.channel
        asked = await alice.slash(channel, "edit", prompt="in winter", image_url="my photo")

        assert asked.response is not None
        assert "not a web link" in words(asked.response.message)
        assert sandbox.discord.env.errors == []


@pytest.mark.parametrize(("zone", "shown"), [("Europe/Berlin", "Europe/Berlin"), ("nowhere", "UTC")])
async def test_times_are_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str) -> None:
    """The page shows the time of this machine's own zone, UTC where that is not known."""
    monkeypatch.setenv("TZ", zone)
    async with open_sandbox(tmp_path, seconds=0) as sandbox:
        assert sandbox.discord.page.timezone == shown


async def test_a_second_start_keeps_what_was_learned(tmp_path: Path) -> None:
    """On the same folder the commands are there again, and the bot knows how long a picture takes."""
    for expected in ("one to two minutes", "flux-dev usually takes about 1 s"):
        async with open_sandbox(tmp_path, seconds=PICTURE_SECONDS) as sandbox:
            assert expected in words(await imagine(sandbox))
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
    """Return exit code and the rest of the output of a process that ends within 10 seconds, perhaps at a signal."""
    if number is not None:
        process.send_signal(number)
    async with asyncio.timeout(10):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


async def address(process: asyncio.subprocess.Process) -> re.Match[str]:
    """Wait for the address that a process prints."""
    assert process.stdout is not None
    printed = ""
    while not (found := ADDRESS.search(printed)):
        line = await process.stdout.readline()
        assert line, printed
        printed += line.decode()
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_one_address_and_ends_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    """The one address is the first thing to read, and a signal ends it in order; so does a second run's."""
    for _ in range(2):
        process = await started("--port", 0, "--data", tmp_path / "new" / "folder", "--fast")
        found = await address(process)
        async with ClientSession() as session, session.get(found[0].partition("#")[0]) as page:
            assert page.status == 200
        code, rest = await ended(process, number)

        assert (code, ADDRESS.search(rest), "Traceback" in rest) == (0, None, False)
    assert (tmp_path / "new" / "folder" / "flux_bot.db").exists()


async def test_it_says_which_port_is_in_use(tmp_path: Path) -> None:
    """A port in use is one readable line that names the option, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = await ended(await started("--port", port, "--data", tmp_path))

    assert code == 1
    assert output == (
        f"flux-bot: --port: can't use port {port} (Address already in use). Choose another; 0 takes any free one.\n"
    )


async def test_it_says_what_is_wrong_with_its_options(tmp_path: Path) -> None:
    """An impossible port or folder is one readable line that names the option, and exit code 1."""
    (tmp_path / "file").touch()
    for option, value in {"--port": 99999, "--data": tmp_path / "file" / "folder"}.items():
        code, output = await ended(await started(option, value))

        assert code == 1
        assert output.startswith(f"flux-bot: {option}: ")
        assert output.count("\n") == 1
