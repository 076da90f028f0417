"""/why: the explanation of each rule for a member, and details that moderators don't see."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.store.rules.known import EVERYWHERE
from tests.cogs.moderation.moderators import let_moderate, make_operator, run
from tests.english import EN
from tests.harness import BotHarness


async def change(harness: BotHarness, **settings: Any) -> None:
    """Change the server's settings."""
    change_all = harness.store.servers.change
    await change_all(harness.guild.id, lambda _: ServerSettings(**settings), user_id=1, now=harness.app.bot.clock.now())


async def why(harness: BotHarness) -> list[str]:
    """Return the lines that alice reads about bob."""
    return (await run(harness, "why", user=harness.bob)).splitlines()


async def test_each_rule(tmp_path: Path) -> None:
    """Each rule that prevents a picture is named, with details if moderators can do something about it."""
    async with BotHarness(tmp_path, budget_per_day="0.001", pictures_per_user_per_day=4) as harness:
        let_moderate(harness)
        bob, allowed = harness.bob, EN("why-allowed", user=f"<@{harness.bob.id}>")
        refused = EN("why-not-allowed", user=f"<@{bob.id}>")
        lines = await why(harness)
        assert lines[0] == refused
        assert lines[1].startswith("✅ Pictures today in all servers: 0 of 4 used, 4 left. Resets <t:")
        assert lines[2].startswith("❌ The operator’s budget is used up. Resets <t:")
        assert "0.001" not in "\n".join(lines), "the budget's amount is the operator's own business"

        await harness.restart(budget_per_day="1000")
        role = harness.guild.create_role("painters")
        await change(
            harness,
            allowed_roles=(role.id,),
            pictures_per_member=0,
            models=("flux-dev",),
            credits_per_month=Decimal("0.000001"),
        )
        lines = await why(harness)
        assert lines[:3] == [
            refused,
            f"❌ Needs one of these roles: <@&{role.id}>",
            "• Models on offer: FLUX.1 dev: quick and cheap",
        ]
        assert [line.partition(". Resets")[0] for line in lines[3:]] == [
            "❌ Pictures today in this server: 0 of 0 used, 0 left",
            "✅ Pictures today in all servers: 0 of 4 used, 4 left",
            "❌ Credits of this server this month: 0 of 0.000001 used, 0.000001 left",
        ]
        harness.env.backend.add_member_role(harness.guild.id, bob.id, role.id)
        await change(harness, allowed_roles=(role.id,), exempt_roles=(role.id,), pictures_per_member=1)
        lines = await why(harness)
        assert lines[0] == allowed
        assert len(lines) == 2, "the budget is enough, and the role exempts from the limit of the server"

        await change(harness, models=("gone",), private_channels=(harness.channel.id,))
        assert (await why(harness))[1] == "❌ This server offers no model that makes pictures."


async def test_blocks_and_channels(tmp_path: Path) -> None:
    """Blocks show the reason and moderator, except the operator's; the channel's rules and non-members are named."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        await make_operator(harness)
        bob = harness.bob
        for setting, message in (("private_channels", "why-private"), ("spoiler_channels", "why-spoiler")):
            await change(harness, **{setting: (harness.channel.id,)})
            expected = [EN("why-allowed", user=f"<@{bob.id}>"), f"✅ {EN('why-no-limits')}", f"• {EN(message)}"]
            assert await why(harness) == expected
        await run(harness, "block", user=bob, reason="*spam*")
        await run(harness, "block", user=bob, reason="secret", duration="1h", everywhere=True)
        lines = await why(harness)
        assert lines[0] == EN("why-not-allowed", user=f"<@{bob.id}>")
        assert lines[1].startswith("❌ Blocked everywhere by the operator of this bot. The block ends <t:")
        assert lines[2].startswith("❌ Blocked <t:")
        assert lines[2].endswith(f"by <@{harness.alice.id}>. The block has no end. Reason: \\*spam\\*")
        assert "secret" not in "\n".join(lines)
        assert len(harness.sql("SELECT * FROM blocks WHERE guild_id = ?", EVERYWHERE)) == 1
        assert harness.sql("SELECT * FROM ledger") == [], "asking reserves nothing"
        stranger = harness.env.create_user("stranger")
        assert await run(harness, "why", user=stranger) == f"<@{stranger.id}> is not a member of this server."
