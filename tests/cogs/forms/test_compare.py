"""The form that changes a comparison of models."""

from pathlib import Path

from flux_bot.core.jobs import Failure
from tests.cogs.commands.test_compare import TWO, compare, requests, result
from tests.finished_jobs import answer, button_labels
from tests.flux.caller import eventually
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, job_id_of, text_of


async def test_reword_a_failed_comparison(tmp_path: Path) -> None:
    """If all jobs were refused, *Change the prompt* opens the form with the models; the old card loses its buttons."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.failure = [Failure("forbidden"), Failure("forbidden"), None]
        card = answer(await compare(harness, "a nude cat"))
        group_id = job_id_of(card)
        await harness.wait_until_closed(group_id)
        failed = next(one for one in harness.messages(viewer=harness.alice) if "None of the 2" in text_of(one))
        assert button_labels(failed) == ["Change the prompt", "Try again", "Remove"]
        opened = await harness.alice.click(failed, label="Change the prompt")
        assert prefilled(opened) == {
            "prompt": "a nude cat",
            "models": list(reversed(TWO.values())),
            "size": ["1:1"],
            "style": ["none"],
        }
        message = await result(harness, answer(await submit_form(harness.alice, opened, prompt="a cat")))
        assert {one[:2] for one in requests(harness)[2:]} == {("a cat", model) for model in TWO.values()}
        assert not message.flags.ephemeral
        await eventually(
            lambda: (
                not button_labels(next(one for one in harness.messages(viewer=harness.alice) if one.id == failed.id))
            )
        )
