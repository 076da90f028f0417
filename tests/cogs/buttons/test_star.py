"""Star: keep a picture in its user's history; and the list More, which contains it."""

from pathlib import Path

from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    JOB_PRUNED,
    answer,
    button_labels,
    forge,
    make_result,
    press,
    private_answer,
    private_text,
    prune,
    select_menus,
)
from tests.harness import BotHarness, text_of

NOT_YOURS = "Only the person who requested this can star it, because a star keeps a picture in their own history."


async def test_star(tmp_path: Path) -> None:
    """Only the requester can star a picture, and remove the star again; doing it twice changes nothing."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        assert private_text(await press(harness.bob, result, Verb.STAR, job)).startswith(NOT_YOURS)
        assert not harness.row(job.id)["is_starred"]
        for _ in range(2):
            starred = private_answer(await press(harness.alice, result, Verb.STAR, job))
            assert text_of(starred).startswith("⭐ Starred: it stays in your /history")
            assert (await harness.job(job.id)).is_starred
        info = private_answer(await press(harness.alice, result, Verb.INFO, job))
        assert button_labels(info) == ["Remove the star", "Delete for good"]
        unstarred = private_answer(await harness.alice.click(starred, label="Remove the star"))
        assert text_of(unstarred).startswith("Star removed.")
        assert not (await harness.job(job.id)).is_starred
        await harness.alice.click(unstarred, label="Star")
        assert (await harness.job(job.id)).is_starred
        shown = answer(await harness.alice.slash(harness.channel, "show", job=job.id))
        await press(harness.alice, shown, Verb.UNSTAR, job)
        assert not (await harness.job(job.id)).is_starred
        await prune(harness)
        assert private_text(await press(harness.alice, result, Verb.STAR, job)).startswith(JOB_PRUNED)


async def test_the_list(tmp_path: Path) -> None:
    """The list has the actions that have no button; an unknown action is rejected as being from another version."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        menu = select_menus(result)[f"more:{job.id}"]
        assert menu.placeholder == "More"
        assert [option.label for option in menu.options] == ["Info", "Star", "Remove"]
        for value in ("reroll", "", "nothing"):
            forge(harness, '"info"', f'"{value}"', "data")
            text = private_text(await press(harness.alice, result, Verb.INFO, job))
            assert text.startswith("This comes from another version of me"), value
        assert len(harness.fake.submissions) == 1
