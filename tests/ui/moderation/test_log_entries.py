"""Entries in a server's log: blocked prompts, the server's budget, and moderators' actions on others' requests."""

from decimal import Decimal
from pathlib import Path

import pytest
import simcord

from flux_bot.core.errors import RequestRejected
from flux_bot.store.rules.checks import PromptBlocked
from flux_bot.ui.cards import Verb
from flux_bot.ui.moderation import server_log
from flux_bot.ui.moderation.log_entries import note_rejection
from tests.cogs.messages.test_reading import HOUSE, mention
from tests.finished_jobs import (
    answer,
    make_moderator,
    make_result,
    press,
    press_without_waiting,
    private_answer,
    prune,
    remove_card,
    start_group,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the time for collecting entries."""
    monkeypatch.setattr(server_log, "COLLECT_SECONDS", 0.05)


class Log:
    """The log channel of the harness's server."""

    def __init__(self, harness: BotHarness) -> None:
        self._harness = harness
        self._seen = 0

    async def use(self, **settings: object) -> None:
        """Create the channel, choose it, and change other settings."""
        self._channel: simcord.ChannelHandle = self._harness.guild.create_text_channel("log")
        await self.change(log_channel=self._channel.id, **settings)

    async def change(self, **settings: object) -> None:
        """Change settings."""
        guild_id, now = self._harness.guild.id, self._harness.app.bot.clock.now()
        servers = self._harness.store.servers
        await servers.change(guild_id, lambda old: old.model_copy(update=settings), user_id=1, now=now)

    async def next(self) -> str:
        """Return the next entry without its time; it must be the only one in its message."""
        await eventually(lambda: len(self._harness.messages(self._channel)) > self._seen)
        message = self._harness.messages(self._channel)[self._seen]
        self._seen += 1
        assert self._harness.pinged(message) == []
        _, entry = text_of(message).split(":T> ")
        return entry

    async def is_quiet(self) -> bool:
        """Return whether the log has no unread entries and none that are waiting to be posted."""
        await eventually(lambda: not self._harness.app.bot.server_log._waiting)  # noqa: SLF001
        return len(self._harness.messages(self._channel)) == self._seen


async def test_blocked_prompts(tmp_path: Path) -> None:
    """User, channel and word are in the log, once for each request; nobody else sees the word."""
    async with BotHarness(tmp_path) as harness:
        log, alice, where = Log(harness), harness.alice.mention, f"<#{harness.channel.id}>"
        await log.use(blocked_words=("fox*", "||*"))
        refused = await harness.imagine("a red FOXGLOVE")
        assert "fox*" not in text_of(private_answer(refused))
        entry = f"🚫 A prompt by {alice} in {where} was blocked because of "
        assert await log.next() == entry + "||fox\\*||."
        await harness.alice.send(harness.channel, f"{mention(harness)} a {{red|fox}} cat")
        assert await log.next() == entry + "||fox\\*||."
        await harness.imagine("a || b")
        assert await log.next() == entry + "||\\|\\|\\*||."
        assert await log.is_quiet()
        assert not harness.fake.submissions
        direct = harness.messages(harness.alice.user.dm_channel)
        assert [message for message in harness.messages() if message.author.bot] == []
        assert all("fox*" not in text_of(message) for message in direct)

        error = PromptBlocked("x" * 300, "operator")
        note_rejection(harness.app.bot.server_log, error, harness.guild.id, harness.channel.id, harness.alice.id)
        assert await log.next() == f"{entry}||{'x' * 49}…||, which my operator blocks in all servers."


async def test_a_prompt_blocked_in_direct_messages(tmp_path: Path) -> None:
    """A prompt blocked after its picture was picked in direct messages is in the log of the server of the message."""
    async with BotHarness(tmp_path) as harness:
        log, where, direct = Log(harness), harness.channel, harness.alice.user.dm_channel
        await log.use(blocked_words=("fox",))
        await harness.store.history.prefer(harness.alice.id, private=True)
        await harness.alice.send(where, f"{mention(harness)} add a fox", attachments=[HOUSE, HOUSE])
        await harness.alice.user.select(await harness.wait_for_message("Which of these", where=direct), ["1"])
        entry = f"🚫 A prompt by {harness.alice.mention} in <#{where.id}> was blocked because of ||fox||."
        assert await log.next() == entry
        assert not harness.fake.submissions


async def test_budgets(tmp_path: Path) -> None:
    """The log says that the server's budget is reached, and again if the rest changes; other limits are not logged."""
    async with BotHarness(tmp_path) as harness:
        log = Log(harness)
        await log.use(credits_per_month=Decimal("0.01"))
        reached = "💳 I’m refusing requests because this server’s monthly limit is reached: "
        for who in (harness.alice, harness.alice, harness.bob):
            await harness.imagine("a cat", who=who)
        assert (await log.next()).startswith(f"{reached}0.01 credits left of 0.01 credits. It resets <t:")
        for kind in ("budget-day", "budget-month", "member-day", "user-day", "server-month"):
            error = RequestRejected(f"limit-{kind}", allowed="9 credits", left="0.5 credits", resets="soon")
            note_rejection(harness.app.bot.server_log, error, harness.guild.id, 1, 2)
        assert await log.next() == f"{reached}0.5 credits left of 9 credits. It resets soon."
        assert await log.is_quiet()


async def test_cancelling(tmp_path: Path) -> None:
    """The log says if a moderator cancels a user's job or group, or makes it private, but not if the user does so."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        log, bob, where = Log(harness), harness.bob.mention, f"<#{harness.channel.id}>"
        await log.use()
        make_moderator(harness)
        cancelled = f"✋ {bob} cancelled a request in {where}. Requested by: {harness.alice.mention}."
        first, *_ = await start_group(harness)
        card = await harness.wait_for_message("red", "green")
        for who in (harness.alice, harness.bob):
            queued = answer(await harness.imagine("a {big|small} dog"))
            await who.click(queued, label="Cancel")
            assert "It cost nothing" in text_of(harness.messages()[-1]), who
        assert await log.next() == cancelled
        question = private_answer(await press(harness.bob, card, Verb.CANCEL, first))
        assert await log.is_quiet(), "it only asks"
        await press(harness.bob, question, Verb.KEEP, first)
        made_private = f"🔒 {bob} made a request in {where} private. Requested by: {harness.alice.mention}."
        assert await log.next() == made_private
        assert await log.is_quiet()


async def test_removing(tmp_path: Path) -> None:
    """The log says once if a moderator removes a user's card, even if the job is gone, but not if the user does so."""
    async with BotHarness(tmp_path) as harness:
        log = Log(harness)
        await log.use()
        make_moderator(harness)
        removed = f"🗑️ {harness.bob.mention} removed a message from <#{harness.channel.id}>. Requested by: "
        for who in (harness.alice, harness.bob):
            job, result = await make_result(harness)
            await remove_card(who, result, job)
        assert await log.next() == f"{removed}{harness.alice.mention}."
        job, result = await make_result(harness)
        (question,) = (await press(harness.bob, result, Verb.REMOVE, job)).followups
        await prune(harness)
        calls = harness.calls.count("edit reply")
        for _ in range(2):
            press_without_waiting(harness, harness.bob, question.message, f"remove:{job.id}:{result.id}")
        await eventually(lambda: harness.calls.count("edit reply") == calls + 2)
        assert await log.next() == f"{removed}unknown."
        assert await log.is_quiet()
