"""Whole bot processes and the processes that decode pictures for them."""

import asyncio
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from random import Random

from aiohttp import web

from flux_bot.images.worker import MAX_SCANS
from flux_bot.sandbox.faults import BadFile
from tests.end_to_end.bot_process import BotProcess, wire
from tests.flux.caller import eventually
from tests.images.picture_host import PNG_SIGNATURE, PictureHost, encoded, picture
from tests.images.test_worker import with_scans

MOST_MEMORY_MIB = 512
"""The memory limit documented in docs/deploy.md, "Sizing"."""


def large_png(side: int, noisy_rows: float) -> bytes:
    """Return a grey and red picture that is too large to post unchanged; a fraction of its rows compresses badly."""
    packer, random = zlib.compressobj(1), Random(8)
    plain, data = bytes(1 + 3 * side), bytearray()
    for row in range(side):
        is_noisy = int(row * noisy_rows) < int((row + 1) * noisy_rows)
        data += packer.compress(b"\0" + random.randbytes(3 * side) if is_noisy else plain)
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", bytes(data + packer.flush())), (b"IEND", b""))
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def memory_mib(bot: BotProcess) -> float:
    """Return the memory of a bot and its child processes; shared memory counts once."""
    assert bot._process is not None  # noqa: SLF001
    total = 0
    for one in (bot._process.pid, *workers_of(bot)):  # noqa: SLF001
        with suppress(OSError):  # it has just ended
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(rollup.split("Pss:")[1].split()[0])
    return total / 1024


def workers_of(bot: BotProcess) -> dict[int, str]:
    """Return the bot's descendant processes, with the system's data about them."""
    everyone: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # the process has just ended
            everyone[int(folder.name)] = (folder / "status").read_text()
    assert bot._process is not None  # noqa: SLF001
    family = {bot._process.pid}  # noqa: SLF001
    for _ in range(3):  # generations
        family |= {one for one, status in everyone.items() if int(status.split("PPid:")[1].split()[0]) in family}
    return {one: everyone[one] for one in family - {bot._process.pid}}  # noqa: SLF001


async def test_pictures_are_decoded_in_other_processes(tmp_path: Path) -> None:
    """The processes start with the first picture, are small, and end with the bot, even if it is killed."""
    async with wire(tmp_path) as world:
        assert not workers_of(world.bot)
        await world.imagine("a cat")
        await world.result("a cat")
        workers = workers_of(world.bot)
        assert 1 <= len(workers) <= 3, workers
        for status in workers.values():
            assert int(status.split("VmRSS:")[1].split()[0]) < 45_000, status
        await world.bot.kill()
        await eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))
        await world.bot.start()
        await world.imagine("a dog")
        await world.result("a dog")
        workers = workers_of(world.bot)
        assert workers
        assert await world.bot.stop() == 0
        await eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in workers))


async def test_the_largest_pictures_fit_into_the_memory(tmp_path: Path) -> None:
    """With the most expensive results and sources at once, all processes together stay below the documented limit."""
    result, source = large_png(4900, 0.2), large_png(4000, 0.3)
    peak = 0.0

    async def watch(bot: BotProcess) -> None:
        nonlocal peak
        while True:
            peak = max(peak, await asyncio.to_thread(memory_mib, bot))
            await asyncio.sleep(0.02)

    async with PictureHost() as host, wire(tmp_path) as world:
        world.flux.faults.file = BadFile(body=result)
        url = host.answer("/x.png", picture(source))
        watching = asyncio.create_task(watch(world.bot))
        for number in range(2):
            await world.discord.slash("bob", "general", "edit", prompt=f"hat {number}", image_url=url).acknowledged()
            await world.imagine(f"cat {number}")
        # With pictures or, on a machine that is too busy to decode them in time, with links.
        await eventually(lambda: world.bot.log.count("Delivered as message") == 4, seconds=100)
        watching.cancel()
    assert 150 < peak < MOST_MEMORY_MIB


async def test_a_costly_source_delays_nobody(tmp_path: Path) -> None:
    """The result of an edit is posted without its source if the source is too expensive to decode."""
    harmless, costly = picture(encoded("PNG")), picture(with_scans(MAX_SCANS + 1))

    async def serve(request: web.Request) -> web.StreamResponse:
        return await (costly if request.headers["User-Agent"] == "flux-bot" else harmless)(request)

    async with PictureHost() as host, wire(tmp_path) as world:
        url = host.answer("/x.jpg", serve)
        await world.discord.slash("bob", "general", "edit", prompt="a hat", image_url=url).acknowledged()
        await asyncio.gather(world.imagine("a cat"), world.result("a cat"), world.result("a hat"))
        assert "The original picture is not shown: more than 50 scans" in world.bot.log
