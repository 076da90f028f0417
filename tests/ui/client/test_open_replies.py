"""Replies that are waiting for slow work when the bot stops."""

import asyncio

import pytest

from flux_bot.core.errors import SaveUncertain
from flux_bot.ui.client.open_replies import OpenReplies


async def handle(open_replies: OpenReplies, work: asyncio.Future[str], sent: list[str]) -> None:
    """Wait for the work for a reply, and send the result or an error."""
    try:
        await open_replies.wait(work)
        answer = work.result()
    except SaveUncertain as error:
        answer = str(error)
    await asyncio.sleep(0)  # sending also takes a moment
    sent.append(answer)


async def test_work_that_is_done_in_time() -> None:
    """The bot waits until the reply is sent, and no longer."""
    open_replies, work, sent = OpenReplies(), asyncio.get_running_loop().create_future(), list[str]()
    handler = asyncio.create_task(handle(open_replies, work, sent))
    await asyncio.sleep(0)
    finishing = asyncio.create_task(open_replies.finish(3600))
    await asyncio.sleep(0)
    work.set_result("done")
    await finishing
    assert sent == ["done"]
    assert handler.done()


async def test_work_that_takes_too_long() -> None:
    """Every waiting reply reports a failure before the bot stops, including a reply that starts to wait then."""
    open_replies, work, sent = OpenReplies(), asyncio.get_running_loop().create_future(), list[str]()
    handlers = [asyncio.create_task(handle(open_replies, work, sent)) for _ in range(2)]
    await asyncio.sleep(0)
    await open_replies.finish(0)
    assert sent == ["the bot is stopping"] * 2
    with pytest.raises(SaveUncertain):
        await open_replies.wait(work)
    await asyncio.gather(*handlers)
    assert not work.cancelled()
