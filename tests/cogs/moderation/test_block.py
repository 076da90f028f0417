"""/block and /unblock: permissions, scopes, durations, and the messages to blocked users."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.rules.requester import Requester
from flux_bot.store.rules.known import EVERYWHERE
from tests.cogs.moderation.moderators import (
    NOT_ALLOWED,
    NOT_EVERYWHERE,
    RecordedLog,
    let_moderate,
    make_operator,
    run,
    take_permissions,
)
from tests.discord_server.payloads import Payload
from tests.english import EN
from tests.finished_jobs import private_text, reset_interactions, set_locale
from tests.harness import BotHarness

COMMANDS = ("block", "unblock", "blocked", "why")


async def refusal(harness: BotHarness, user_id: int, guild_id: int | None) -> str:
    """Return the message that refuses a user's request, or "" if it is accepted."""
    request = ImageRequest(Action.GENERATE, "a fox", "flux-dev", "1024x1024")
    requester = Requester(user_id, harness.channel.id, guild_id)
    origin = (await harness.accept(request)).origin
    try:
        await harness.app.workflow.accept(lambda _: [request], origin, requester=requester)
    except RequestRejected as rejected:
        return rejected.text.message_id
    return ""


def rows_of(harness: BotHarness) -> list[tuple[Any, ...]]:
    """Return the server, user, moderator, reason and length in hours of all blocks."""
    rows = harness.sql("SELECT * FROM blocks ORDER BY id")
    hours = [row["ends_at"] and round((row["ends_at"] - row["blocked_at"]) / 3600, 3) for row in rows]
    return [
        (row["guild_id"], row["user_id"], row["blocked_by"], row["reason"], length)
        for row, length in zip(rows, hours, strict=True)
    ]


async def test_block_and_unblock(tmp_path: Path) -> None:
    """A block applies only to this server, replaces an earlier one, is in the server's log, and can be removed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        let_moderate(harness)
        log = RecordedLog(harness.app.bot)
        bob, here, alice = harness.bob, harness.guild.id, harness.alice
        notice = await run(harness, "block", user=bob)
        assert notice.startswith(f"🚫 <@{bob.id}> can’t make pictures in this server any more. The block has no end.")
        assert rows_of(harness) == [(here, bob.id, alice.id, "", None)]
        assert (await refusal(harness, bob.id, here), await refusal(harness, bob.id, None)) == ("blocked", "")

        notice = await run(harness, "block", user=bob, duration="3D", reason="  *spam*\n<@1> ")
        (ends,) = re.findall(r"The block ends <t:(\d+):R>\.", notice)
        assert abs(datetime.fromtimestamp(int(ends), UTC) - datetime.now(UTC) - timedelta(days=3)) < timedelta(hours=1)
        assert rows_of(harness) == [(here, bob.id, alice.id, "*spam* <@1>", 72.0)]
        assert await refusal(harness, bob.id, here) == "blocked-until"

        assert await run(harness, "unblock", user=bob) == f"✅ <@{bob.id}> can make pictures in this server again."
        assert await refusal(harness, bob.id, here) == ""
        assert await run(harness, "unblock", user=bob) == f"<@{bob.id}> is not blocked in this server."
        by = f"<@{alice.id}> blocked <@{bob.id}>."
        assert log.entries == [
            (here, f"🚫 {by} The block has no end. Reason: not given"),
            (here, f"🚫 {by} The block ends <t:{ends}:R>. Reason: \\*spam\\* \\<\\@1\\>"),
            (here, f"✅ <@{alice.id}> unblocked <@{bob.id}>."),
        ]


async def test_who_is_no_member(tmp_path: Path) -> None:
    """Users who have left can be blocked and unblocked by their id; blocked users keep /history and /preferences."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        stranger = harness.env.create_user("stranger")
        assert "can’t make pictures" in await run(harness, "block", user=stranger, reason="r" * 200)
        assert rows_of(harness) == [(harness.guild.id, stranger.id, harness.alice.id, "r" * 200, None)]
        assert "again" in await run(harness, "unblock", user=stranger)
        await run(harness, "block", user=harness.bob)
        for command, title in (("history", "history-none"), ("preferences", "preferences-title")):
            assert EN(title) in private_text(await harness.bob.slash(harness.channel, command))


async def test_whom_and_how_long(tmp_path: Path) -> None:
    """Moderators can't block themselves or bots; durations are checked, and suggested in the user's language."""
    async with BotHarness(tmp_path) as harness:
        let_moderate(harness)
        bot = harness.guild.add_member(harness.env.create_user("robot", bot=True))
        for options, answer in (
            ({"user": harness.alice}, EN("block-yourself")),
            ({"user": bot}, EN("block-a-bot")),
            ({"user": harness.bob, "duration": "soon"}, EN("block-no-duration", typed="soon")),
            ({"user": harness.bob, "duration": "*0h*"}, EN("block-no-duration", typed="\\*0h\\*")),
            ({"user": harness.bob, "duration": "9999w"}, EN("block-no-duration", typed="9999w")),
        ):
            assert await run(harness, "block", **options) == answer
        assert rows_of(harness) == []
        options = {"user": harness.bob}
        for locale, names in (
            ("de", ["3 Minuten", "3 Stunden", "3 Tage", "3 Wochen"]),
            ("ja", ["3分", "3時間", "3日", "3週間"]),
        ):
            set_locale(harness, locale)
            offered = await harness.alice.autocomplete(harness.channel, "block", "duration", "3", **options)
            assert [one["name"] for one in offered] == names
            assert [one["value"] for one in offered] == ["3m", "3h", "3d", "3w"]
        set_locale(harness, "en-US")
        offered = await harness.alice.autocomplete(harness.channel, "block", "duration", "1", **options)
        assert [one["name"] for one in offered] == ["1 minute", "1 hour", "1 day", "1 week"]


async def test_only_the_operator_blocks_everywhere(tmp_path: Path) -> None:
    """Moderators can't block everywhere; the operator's blocks apply in all servers and outside, and are not logged."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        let_moderate(harness)
        bob = harness.bob
        for command in ("block", "unblock"):
            assert await run(harness, command, user=bob, everywhere=True) == NOT_EVERYWHERE
        assert rows_of(harness) == []
        await make_operator(harness)
        log = RecordedLog(harness.app.bot)
        assert "anywhere any more" in await run(harness, "block", user=bob, everywhere=True, duration="1h")
        assert rows_of(harness) == [(EVERYWHERE, bob.id, harness.alice.id, "", 1.0)]
        for guild_id in (harness.guild.id, 1, None):
            assert await refusal(harness, bob.id, guild_id) == "blocked-until", guild_id
        assert await run(harness, "unblock", user=bob) == f"<@{bob.id}> is not blocked in this server."
        assert "in all servers has ended" in await run(harness, "unblock", user=bob, everywhere=True)
        again = await run(harness, "unblock", user=bob, everywhere=True)
        assert again == f"There is no block of <@{bob.id}> in all servers."
        assert {guild_id for guild_id, _ in log.entries} <= {None}
        assert rows_of(harness) == []


async def test_permissions_are_not_trusted_to_discord(tmp_path: Path) -> None:
    """Discord offers the commands to moderators, only in servers; the bot itself refuses forged ones."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: Any = published.json
        for command in commands:
            if command["name"] in COMMANDS:
                assert command["default_member_permissions"] == discord.Permissions(moderate_members=True).value
                assert (command["contexts"], command["integration_types"]) == ([0], [0])
        assert not {*COMMANDS} & {*harness.bob.available_commands(harness.channel)}
        let_moderate(harness)
        assert {*COMMANDS} <= {*harness.alice.available_commands(harness.channel)}
        take_permissions(harness)
        for command in COMMANDS:
            options = {} if command == "blocked" else {"user": harness.bob}
            assert await run(harness, command, **options) == NOT_ALLOWED, command

        def move_to_direct_messages(payload: Payload) -> None:
            del payload["guild_id"]
            payload["user"] = payload.pop("member")["user"]

        harness.change_interaction = move_to_direct_messages
        for command in COMMANDS:
            options = {} if command == "blocked" else {"user": harness.bob}
            assert await run(harness, command, **options) == EN("blocks-of-servers"), command
        reset_interactions(harness)
        assert rows_of(harness) == []
