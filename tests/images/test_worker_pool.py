"""A worker that takes too long, takes too much memory, is killed or loses the bot."""

import asyncio
import errno
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images.worker_pool import WorkerPool
from tests.flux.caller import eventually

FOREVER = 3600.0
ROOT = Path(__file__).parents[2]
BOT = """
import asyncio, sys
from pathlib import Path
from flux_bot.images.worker_pool import WorkerPool
from tests.images.test_worker_pool import write_id_and_hang
folder, path = map(Path, sys.argv[1:])
asyncio.run(WorkerPool(memory_bytes=2**30, seconds=3600, folder=folder).run(write_id_and_hang, path))
"""


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[WorkerPool]:
    """Run a pool whose worker may take as long as it wants."""
    pool = WorkerPool(memory_bytes=200 * 2**20, seconds=FOREVER, folder=tmp_path)
    yield pool
    await pool.close()


def take_memory(mebibytes: int) -> None:
    """Allocate memory, and free it."""
    assert bytearray(mebibytes * 2**20)


def write_id_and_hang(path: Path) -> None:
    """Write the process id into a file, then never return, and ignore what Python handlers would do about it."""
    path.write_text(str(os.getpid()))
    time.sleep(FOREVER)


def is_running(process_id: int) -> bool:
    """Return whether a process exists."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def hanging(pool: WorkerPool, folder: Path) -> tuple[asyncio.Task[None], int]:
    """Start a call that never returns; return it and its process."""
    path = folder / "process-id"
    path.unlink(missing_ok=True)
    call = asyncio.create_task(pool.run(write_id_and_hang, path))
    await eventually(lambda: path.exists() and path.read_text())
    return call, int(path.read_text())


async def test_too_much_memory(pool: WorkerPool) -> None:
    """A call that takes too much memory fails; the next one does not."""
    with pytest.raises(BadImage, match="too much memory"):
        await pool.run(take_memory, 200)
    await pool.run(take_memory, 100)


def fill_the_disk() -> None:
    """Fail as a write to a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_full_disk(pool: WorkerPool) -> None:
    """A worker that can't write says nothing about the picture: it can be tried again."""
    with pytest.raises(ImageUnreachable, match="No space left"):
        await pool.run(fill_the_disk)


async def test_too_much_time(tmp_path: Path) -> None:
    """A worker that takes too long is replaced."""
    pool = WorkerPool(memory_bytes=2**30, seconds=0.2, folder=tmp_path)
    call, process_id = await hanging(pool, tmp_path)
    with pytest.raises(BadImage, match="not done within"):
        await call
    assert not is_running(process_id)
    assert await pool.run(os.getpid) != process_id
    await pool.close()


async def test_a_killed_worker_is_replaced(pool: WorkerPool, tmp_path: Path) -> None:
    """The call may be repeated, as the fault may be outside, such as a machine without free memory."""
    call, process_id = await hanging(pool, tmp_path)
    os.kill(process_id, signal.SIGKILL)
    with pytest.raises(ImageUnreachable):
        await call
    assert await pool.run(os.getpid) != process_id


async def test_a_cancelled_call_frees_the_worker(pool: WorkerPool, tmp_path: Path) -> None:
    """Calls do not wait for a result that nobody wants."""
    call, process_id = await hanging(pool, tmp_path)
    waiting = asyncio.create_task(pool.run(os.getpid))
    call.cancel()
    assert await waiting != process_id


async def test_closing_kills_the_worker(pool: WorkerPool, tmp_path: Path) -> None:
    """The bot stops although a worker is busy."""
    call, process_id = await hanging(pool, tmp_path)
    await pool.close()
    assert not is_running(process_id)
    call.cancel()
    await asyncio.wait([call])


async def test_a_worker_ends_with_the_bot(tmp_path: Path) -> None:
    """If the bot is killed, a busy worker ends and removes the pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    path = tmp_path / "process-id"
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", BOT, str(folder), str(path), cwd=ROOT)
    await eventually(lambda: path.exists() and path.read_text())
    bot.kill()
    await bot.wait()
    await eventually(lambda: not is_running(int(path.read_text())))
    assert not folder.exists()
