"""/blocked: pages of blocks, a list to unblock users, and forged clicks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord

from flux_bot.store.rules.known import EVERYWHERE, Block
from tests.cogs.moderation.moderators import (
    NOT_ALLOWED,
    NOT_EVERYWHERE,
    RecordedLog,
    let_moderate,
    make_operator,
    run,
    take_permissions,
)
from tests.english import EN
from tests.finished_jobs import answer, forge, private_answer, reset_interactions, select_menus
from tests.harness import BotHarness, text_of

FIRST = datetime.now(UTC) - timedelta(days=1)
USERS = range(10**18, 10**18 + 17)


async def fill(harness: BotHarness) -> None:
    """Block many users, with the longest possible reasons."""
    for number, user_id in enumerate(USERS):
        at = FIRST + timedelta(seconds=number)
        reason = "*" * 200 if number else "first"
        block = Block(harness.guild.id, at + timedelta(days=2), reason, harness.alice.id, at)
        await harness.store.blocks.block(user_id, block)


async def first_page(harness: BotHarness, **options: bool) -> discord.Message:
    """Let alice open the list."""
    return private_answer(await harness.alice.slash(harness.channel, "blocked", **options))


def count(harness: BotHarness) -> int:
    """Return how many blocks there are."""
    return len(harness.sql("SELECT id FROM blocks"))


async def test_pages_and_unblocking(tmp_path: Path) -> None:
    """Pages have the newest blocks first, within Discord's limits; choosing a block unblocks its user."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        assert await run(harness, "blocked") == EN("blocked-nobody")
        await fill(harness)
        log = RecordedLog(harness.app.bot)
        page = await first_page(harness)
        assert text_of(page).startswith("### Blocked in this server (1/3)\n")
        assert [f"<@{user_id}>" in text_of(page) for user_id in USERS] == [False] * 9 + [True] * 8
        assert f"by <@{harness.alice.id}> · The block ends <t:" in text_of(page)
        assert len(text_of(page)) <= 4000
        page = answer(await harness.alice.click(page, label="Next"))
        last = answer(await harness.alice.click(page, label="Next"))
        assert f"**17** <@{USERS[0]}> · blocked" in text_of(last)
        assert text_of(last).endswith("Reason: first")
        (menu,) = select_menus(last).values()
        assert [option.label for option in menu.options] == ["17 · Reason: first"]
        page = answer(await harness.alice.select(last, [menu.options[0].value], custom_id=str(menu.custom_id)))
        assert text_of(page).startswith("### Blocked in this server (2/2)\n")
        assert log.entries == [(harness.guild.id, f"✅ <@{harness.alice.id}> unblocked <@{USERS[0]}>.")]
        (newer,) = select_menus(page).values()
        forge(harness, f'"{newer.options[0].value}"', f'"{menu.options[0].value}"', "data")
        again = answer(await harness.alice.select(page, [newer.options[0].value], custom_id=str(newer.custom_id)))
        assert (text_of(again), count(harness), len(log.entries)) == (text_of(page), 16, 1)


async def test_users_who_have_erased_their_data(tmp_path: Path) -> None:
    """Users who have erased their data are listed without their names, and can be unblocked by their id."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        await run(harness, "block", user=harness.bob)
        key = harness.store._keys.of(harness.bob.id)  # noqa: SLF001
        await harness.change("UPDATE blocks SET user_id = NULL, user_key = ?", key)
        shown = await run(harness, "blocked")
        assert "**1** a user who has erased their data · blocked" in shown
        assert str(harness.bob.id) not in shown
        await harness.change("UPDATE blocks SET blocked_by = 0")
        assert "by a user who has erased their data · The block" in await run(harness, "blocked")
        assert "again" in await run(harness, "unblock", user=harness.bob)
        assert count(harness) == 0


async def test_forged_clicks(tmp_path: Path) -> None:
    """Each click is checked: permissions, the operator's list, blocks of other servers, and impossible values."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        await fill(harness)
        now = datetime.now(UTC)
        other = Block(harness.guild.id + 1, None, "", 1, now)
        await harness.store.blocks.block(5, other)
        await harness.store.blocks.block(6, replace(other, guild_id=EVERYWHERE))
        blocks, page = count(harness), await first_page(harness)
        (menu,) = select_menus(page).values()
        (foreign, everywhere) = harness.sql("SELECT id FROM blocks WHERE user_id IN (5, 6) ORDER BY user_id")
        for block_id in (foreign["id"], everywhere["id"], 10**9, 10**30, -1, "x", "1 OR 1", "²"):
            forge(harness, f'"{menu.options[0].value}"', f'"{block_id}"', "data")
            assert "(1/3)" in text_of(
                answer(await harness.alice.select(page, [menu.options[0].value], custom_id=str(menu.custom_id)))
            ), block_id
        for number in ("0", "99999999999", "-1", "\u00b2", "x", ""):
            forge(harness, "blocked:here:2", f"blocked:here:{number}")
            assert "(1/3)" in text_of(answer(await harness.alice.click(page, label="Next"))), number
        reset_interactions(harness)
        page = await first_page(harness)
        (menu,) = select_menus(page).values()
        value, custom_id = [menu.options[0].value], str(menu.custom_id)
        for old, new in (("blocked:here", "blocked:everywhere"), ("unblock:here", "unblock:everywhere")):
            forge(harness, old, new)
            pressing = (
                harness.alice.click(page, label="Next")
                if old.startswith("blocked")
                else harness.alice.select(page, value, custom_id=custom_id)
            )
            assert text_of(answer(await pressing)) == NOT_EVERYWHERE, new
        take_permissions(harness)
        for pressing in (
            harness.alice.click(page, label="Next"),
            harness.alice.select(page, value, custom_id=custom_id),
        ):
            assert text_of(answer(await pressing)) == NOT_ALLOWED
        assert count(harness) == blocks


async def test_the_operators_list(tmp_path: Path) -> None:
    """Only the operator sees and changes the blocks that apply everywhere."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        assert await run(harness, "blocked", everywhere=True) == NOT_EVERYWHERE
        await make_operator(harness)
        await fill(harness)
        assert await run(harness, "blocked", everywhere=True) == EN("blocked-nobody-everywhere")
        await run(harness, "block", user=harness.bob, everywhere=True)
        page = await first_page(harness, everywhere=True)
        assert text_of(page).startswith("### Blocked in all servers (1/1)\n")
        (menu,) = select_menus(page).values()
        shown = await harness.alice.select(page, [menu.options[0].value], custom_id=str(menu.custom_id))
        assert text_of(answer(shown)) == EN("blocked-nobody-everywhere")
