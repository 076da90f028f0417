"""Replies to interactions, which must be in time and only one each, and the origins of interactions."""

import asyncio
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.interactions import replies
from flux_bot.ui.interactions.replies import Reply
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of


class Presses:
    """Presses of a button that the bot does not know, to which the tests reply."""

    def __init__(self, harness: BotHarness, card: simcord.results.ResponseMessage | None) -> None:
        assert card is not None
        self.harness = harness
        self.card = card
        self.interactions: list[Interaction] = []
        harness.change_interaction = lambda payload: payload["data"].update(custom_id="unknown:button")
        harness.app.bot.add_listener(self._record, "on_interaction")

    async def press(self) -> tuple[Interaction, Reply]:
        """Press the button, and return the interaction with its reply."""
        await self.harness.alice.click(self.card, label="Cancel")
        return self.interactions[-1], Reply(self.interactions[-1], private=True)

    async def _record(self, interaction: Interaction) -> None:
        self.interactions.append(interaction)


async def test_replies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply is sent at once; if its work takes long, "is thinking" is shown first and then edited."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        presses = Presses(harness, (await harness.imagine()).response)

        interaction, reply = await presses.press()
        assert await reply.wait_for(asyncio.sleep(0, "fast")) == "fast"
        assert not interaction.response.is_done()
        message_id = await reply.send(cards.text("first"))
        assert await reply.send(cards.text("second")) == message_id
        message = harness.messages(viewer=harness.alice)[-1]
        assert (message.id, message.flags.ephemeral, text_of(message)) == (message_id, True, "second")
        await reply.dismiss()
        assert len(harness.messages(viewer=harness.alice)) == 1

        monkeypatch.setattr(replies, "ACK_SECONDS", 0.0)
        interaction, reply = await presses.press()

        async def work() -> str:
            await eventually(interaction.response.is_done)
            return "slow"

        assert await reply.wait_for(work()) == "slow"
        assert interaction.response.type is replies.THINKING
        await reply.send(cards.text("finally"))
        assert text_of(harness.messages(viewer=harness.alice)[-1]) == "finally"

        interaction, _ = await presses.press()
        await Reply(interaction, private=False, updates=True).send(cards.text("updated"))
        assert text_of(harness.messages()[0]) == "updated"


async def test_too_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that Discord no longer accepts is impossible, and the request is not carried out."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        presses = Presses(harness, (await harness.imagine()).response)
        _, reply = await presses.press()
        assert reply.is_possible()
        monkeypatch.setattr(replies, "LAST_SECONDS", 0.0)
        assert not reply.is_possible()
        await reply.dismiss()
        assert reply.is_possible(), "Discord has accepted a reply"

        monkeypatch.undo()
        monkeypatch.setattr(replies, "ACK_SECONDS", 0.0)
        _, reply = await presses.press()
        harness.refuse("reply", 404, 10062)
        work = asyncio.ensure_future(asyncio.Event().wait())
        with pytest.raises(discord.NotFound):
            await reply.wait_for(work)
        assert not reply.is_possible()
        await asyncio.wait({work})
        assert work.cancelled()


async def test_where_the_bot_may_post(tmp_path: Path) -> None:
    """The bot posts where it is a member and has all permissions, and in direct messages with it."""
    view, send, attach, threads = 1 << 10, 1 << 11, 1 << 15, 1 << 38
    everything = view | send | attach | threads

    async def can_post(where: simcord.ChannelHandle, **changes: Any) -> bool:
        harness.change_interaction = lambda payload: payload.update(changes)
        return bool(harness.row(job_id_of(answer(await harness.imagine(where=where))))["can_post"])

    def become_group(payload: Payload) -> None:
        payload.update(context=2, user=payload.pop("member")["user"], attachment_size_limit=20_000)
        payload["channel"] = {"id": payload["channel_id"], "type": 3, "recipients": []}
        del payload["guild_id"]

    async with BotHarness(tmp_path, seconds=None, max_queued_per_user=100) as harness:
        harness.env.backend.create_thread(harness.channel.id, "cats", harness.alice.id)
        (thread,) = harness.channel.threads
        for where, needed, other in ((harness.channel, send, threads), (thread, threads, send)):
            assert await can_post(where, app_permissions=str(everything ^ other))
            for missing in (view, needed, attach):
                assert not await can_post(where, app_permissions=str(everything ^ missing)), missing
        guild, user = str(harness.guild.id), str(harness.alice.id)
        for owners, is_member in (({"0": guild}, True), ({"0": guild, "1": user}, True), ({"1": user}, False)):
            assert await can_post(harness.channel, authorizing_integration_owners=owners) is is_member, owners
        harness.change_interaction = become_group
        group = await harness.imagine()
        harness.change_interaction = lambda _: None
        direct = await harness.alice.user.slash("imagine", prompt="a cat")
        rows = [harness.row(job_id_of(answer(interaction))) for interaction in (group, direct)]
        assert [row["can_post"] for row in rows] == [False, True]
        assert rows[0]["upload_limit"] == 20_000
