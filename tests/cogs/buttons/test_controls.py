"""All buttons, and where and when they work."""

from pathlib import Path

from cogs.buttons.controls import PRESSES
from flux_bot.sandbox.faults import FILES
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    JOB_PRUNED,
    children,
    forge,
    latest_job,
    make_result,
    press,
    private_text,
    prune,
    remove_card,
    result_of,
)
from tests.harness import SMALL, BotHarness, alt_texts, text_of


def test_every_button_does_something() -> None:
    """Each verb and each list on the cards has a handler."""
    lists = {
        "remove",
        "erase-now",
        "more",
        "more-all",
        "save-all",
        "pick",
        "jobs",
        "history",
        "prefer",
        "revise",
        "resend",
        "help",
        "which",
    }
    panels = {"style-change", "style-remove", "settings", "blocked", "unblock", "privacy"}
    assert PRESSES.keys() == {*Verb} | lists | panels


async def test_buttons_of_other_versions(tmp_path: Path) -> None:
    """A button that this version does not have is answered privately, in the user's language."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        for custom_id in (f"upscale:{job.id}", "upscale", "info", "a\\nb:c"):
            forge(harness, f"reroll:{job.id}", custom_id)
            text = private_text(await harness.bob.click(result, label="Reroll"))
            reason = JOB_PRUNED if custom_id == "info" else "This comes from another version of me"
            assert text.startswith(reason), custom_id


async def test_after_a_restart(tmp_path: Path) -> None:
    """The buttons of old cards work after a restart, and discord.py stores neither views nor forms."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        for is_restarted in (False, True):
            if is_restarted:
                await harness.restart()
            for verb in (Verb.REMIX, Verb.EDIT):
                assert (await press(harness.alice, result, verb, job)).modal is not None
            assert "### How it was made" in private_text(await press(harness.alice, result, Verb.INFO, job))
            assert "📬" in private_text(await press(harness.alice, result, Verb.SAVE, job))
            views = harness.app.bot._connection._view_store  # noqa: SLF001  there is no public access
            assert (views._views, views._synced_message_views, views._modals) == ({}, {}, {})  # noqa: SLF001
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job)
        await remove_card(harness.alice, result, job)
        assert result not in harness.messages()


async def test_in_direct_messages(tmp_path: Path) -> None:
    """Reroll, Save and Remove work in a direct message as in a channel; cards of pruned jobs can be removed."""
    async with BotHarness(tmp_path) as harness:
        user = harness.alice.user
        await user.slash("imagine", prompt="a cat", **SMALL)
        job = await latest_job(harness)
        result = result_of(harness, job)
        calls = len(harness.calls)
        await press(user, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        assert harness.calls[calls:] == ["reply", "DM", "remove card"]
        again = result_of(harness, child)
        assert f"Rerolled from [an earlier picture]({result.jump_url})" in text_of(again)
        harness.fake.faults.file = FILES["gone"]  # so that the picture has to be on the card
        await press(user, result, Verb.SAVE, job)
        saved = await harness.wait_for_message("Here is the original", where=user.dm_channel)
        assert alt_texts(saved) == ["a cat"]
        await remove_card(user, result, job)
        await prune(harness)
        await remove_card(user, again, child)
        assert result not in harness.messages(user.dm_channel)
        assert again not in harness.messages(user.dm_channel)
