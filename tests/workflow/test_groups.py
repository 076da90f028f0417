"""Groups: several jobs of one command, from the request to the one message with all their pictures."""

from pathlib import Path

from flux_bot.core.jobs import Failure
from tests.finished_jobs import start_group
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, text_of


async def finish(harness: BotHarness, job_id: str, failure: Failure | None = None) -> None:
    """End the task of a job, once it runs."""
    await eventually(lambda: harness.row(job_id)["status"] == "running")
    await harness.fake.finish(harness.tasks[job_id].id, failure=failure)


async def test_one_message(tmp_path: Path) -> None:
    """The card is edited when a picture is ready, and all pictures are posted in one message, in order."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        first, second, third = await start_group(harness)
        for count, job in enumerate((third, first), 1):
            await finish(harness, job.id)
            await eventually(lambda: f"{count}/3" in text_of(harness.messages()[-1]))  # noqa: B023  called at once
        assert len(harness.messages()) == 1
        await finish(harness, second.id)
        await harness.wait_until_closed(first.id)
        (message,) = harness.messages()
        assert alt_texts(message) == ["a red cat", "a green cat", "a blue cat"]
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply", "post", "remove card"]
        for job in (first, second, third):
            row = harness.row(job.id)
            assert (row["status"], row["result_message_id"]) == ("delivered", message.id)
            assert (row["next_delivery_at"], row["interaction_token"]) == (None, None)
            assert row["delivered_at"]
