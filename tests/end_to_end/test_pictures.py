"""Whole bot processes and the processes that decode pictures for them."""

import asyncio
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from flux_bot.images.worker import MAX_SCANS
from tests.end_to_end.bot_process import BotProcess, wire
from tests.flux.caller import eventually
from tests.images.picture_host import PictureHost, encoded, picture
from tests.images.test_worker import with_scans


def workers_of(bot: BotProcess) -> dict[int, str]:
    """Return the processes below the bot's own, with what the system says about them."""
    everyone: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            everyone[int(folder.name)] = (folder / "status").read_text()
    assert bot._process is not None  # noqa: SLF001
    family = {bot._process.pid}  # noqa: SLF001
    for _ in range(3):  # generations
        family |= {one for one, status in everyone.items() if int(status.split("PPid:")[1].split()[0]) in family}
    return {one: everyone[one] for one in family - {bot._process.pid}}  # noqa: SLF001


async def test_pictures_are_decoded_in_other_processes(tmp_path: Path) -> None:
    """They start with the first picture, are small, and end with the bot, even if it is killed."""
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


async def test_a_costly_source_delays_nobody(tmp_path: Path) -> None:
    """The result of an edit is posted without its source if that takes too much to decode."""
    harmless, costly = picture(encoded("PNG")), picture(with_scans(MAX_SCANS + 1))

    async def serve(request: web.Request) -> web.StreamResponse:
        return await (costly if request.headers["User-Agent"] == "flux-bot" else harmless)(request)

    async with PictureHost() as host, wire(tmp_path) as world:
        url = host.answer("/x.jpg", serve)
        await world.discord.slash("bob", "general", "edit", prompt="a hat", image_url=url).acknowledged()
        await asyncio.gather(world.imagine("a cat"), world.result("a cat"), world.result("a hat"))
        assert "The edited picture is not shown: more than 50 scans" in world.bot.log
