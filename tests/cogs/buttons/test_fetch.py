"""Fetch: an undelivered result is delivered where its user is now."""

from pathlib import Path

from flux_bot.ui.cards import Verb
from tests.finished_jobs import buttons, mark_undelivered, press, private_answer, private_text
from tests.harness import BotHarness, alt_texts, text_of


async def test_fetch(tmp_path: Path) -> None:
    """The picture replaces the private reply; a second attempt says that there is nothing left to fetch."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        (notice,) = (await harness.imagine("another cat")).followups
        assert list(buttons(notice.message)) == [f"fetch:{job.id}"]
        fetched = await press(harness.alice, notice.message, Verb.FETCH, job)
        await harness.wait_until_closed(job.id)
        card = private_answer(fetched)
        assert "your picture is ready" in text_of(card)
        assert alt_texts(card) == ["a cat"]
        assert (await harness.job(job.id)).result_message_id == card.id
        again = private_text(await press(harness.alice, notice.message, Verb.FETCH, job))
        assert "has already been delivered" in again
        assert alt_texts(card) == ["a cat"]
