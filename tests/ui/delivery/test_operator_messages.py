"""Messages to the operator, and who receives them."""

from pathlib import Path

from flux_bot.sandbox.virtual_discord import change_application, user_payload
from flux_bot.ui.delivery.operator_messages import OperatorMessages
from tests.harness import BotHarness, text_of

ACCEPTED, INVITED = 2, 1


async def test_the_owner_or_the_team(tmp_path: Path) -> None:
    """The owner gets the message or, if a team owns the bot, all members who have accepted their invitation."""
    async with BotHarness(tmp_path) as harness:
        backend = harness.env.backend

        def received(who: object) -> list[str]:
            return [text_of(message) for message in harness.messages(who.user.dm_channel)]  # type: ignore[attr-defined]

        assert not await OperatorMessages(harness.app.bot).send("nobody can write to a bot")

        alice, bob = (user_payload(backend, who.id) for who in (harness.alice, harness.bob))
        change_application(backend, owner=alice)
        await harness.restart()
        assert await OperatorMessages(harness.app.bot).send("*first*")
        (text,) = received(harness.alice)
        assert r"\*first\*" in text
        harness.refuse("DM", 403, 50007)
        assert not await OperatorMessages(harness.app.bot).send("refused")
        harness.stop_refusing()

        states = ((alice, INVITED), (bob, ACCEPTED))
        members = [
            {"user": user, "membership_state": state, "permissions": ["*"], "team_id": "5", "role": "admin"}
            for user, state in states
        ]
        team = {"id": "5", "name": "us", "icon": None, "owner_user_id": str(harness.bob.id), "members": members}
        change_application(backend, owner=alice, team=team)
        await harness.restart()
        assert await OperatorMessages(harness.app.bot).send("second")
        assert len(received(harness.alice)) == 1
        assert "second" in received(harness.bob)[0]
