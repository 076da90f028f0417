"""/sandbox: choose a fault and watch how the bot handles it. The command exists in the sandbox only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.api_forms import DEFAULT_MODEL
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, FILES, Faults
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that the user can choose."""

    description: str
    """A description of what the user will see."""
    api_faults: Faults = field(default_factory=Faults)
    forbids_posting: bool = False


FAULTS = {
    "nothing": Fault("Everything works again."),
    "slow API": Fault("Pictures take five times as long as usual.", Faults(slowness=5)),
    "lost callback": Fault("No callback arrives. After a while, the bot looks the picture up.", Faults(callbacks=0)),
    "double callback": Fault("Each callback arrives twice. The picture is posted once.", Faults(callbacks=2)),
    "lost answer": Fault(
        "The API accepts each request, but its answer is lost. The bot does not submit it and pay again: "
        "the callback brings the picture.",
        Faults(submit=ANSWERS["accepted_cut"]),
    ),
    "moderation refusal": Fault(
        "The API rejects every prompt. (It always rejects prompts with the word “forbidden”.)",
        Faults(submit=ANSWERS["moderation"]),
    ),
    "fewer pictures": Fault(
        "The API makes one picture fewer than requested. The bot requests the missing one, and all arrive together.",
        Faults(missing_images=1),
    ),
    "model gone": Fault(
        f"The API no longer knows {DEFAULT_MODEL}. If you choose no model, the bot takes the next one; if you choose "
        f"{DEFAULT_MODEL}, a button offers another. The bot remembers this for a day, but in the sandbox only until "
        "`/sandbox nothing`.",
        Faults(gone_models={DEFAULT_MODEL}),
    ),
    "painting fails": Fault(
        "The API accepts each request, then fails to make the picture.",
        Faults(failure=Failure("api_error", "fetch failed")),
    ),
    "API down": Fault(
        "The API answers 503. Requests wait, and continue after `/sandbox nothing`.",
        Faults(submit=ANSWERS["down"]),
    ),
    "empty balance": Fault(
        "The operator's balance is used up. The next request fails, and later ones are refused at once. alice, who "
        "runs this bot, gets a direct message about it: see `/sandbox-messages`. After `/sandbox nothing`, everything "
        "works again.",
        Faults(submit=ANSWERS["used_up"]),
    ),
    "pictures gone": Fault(
        "The pictures have been deleted from their server. The bot posts links instead.",
        Faults(file=FILES["gone"]),
    ),
    "channel forbidden": Fault(
        "The bot may no longer post in this channel. The picture appears in the reply to the command instead.",
        forbids_posting=True,
    ),
}


class FaultCommand(commands.Cog):
    """The /sandbox command, which sets one fault at a time."""

    def __init__(self, fake: FakeFlux, recover: Callable[[], Awaitable[None]]) -> None:
        """Create the command for a fake API; ``recover`` makes the bot continue at once after a fault ends."""
        self._fake = fake
        self._recover = recover
        self.discord_faults: list[dict[str, Any]] = []
        """Replacement for the faults of SimCord's backend: the bot's own commands can't call ``Env.inject_error``."""

    @app_commands.command(description="Sandbox only: choose what goes wrong")
    @app_commands.describe(fault="The fault to cause from now on")
    @app_commands.choices(fault=[app_commands.Choice(name=name, value=name) for name in FAULTS])
    async def sandbox(self, interaction: discord.Interaction[FluxBot], fault: str) -> None:
        """Activate one fault and clear all others."""
        chosen = FAULTS[fault]
        self._fake.faults = replace(chosen.api_faults)
        self.discord_faults.clear()
        if chosen.forbids_posting:
            refusal = {"status": 403, "code": 50013, "message": "Missing Permissions", "times": None}
            path = f"/channels/{interaction.channel_id}/messages"
            self.discord_faults.append({"method": "POST", "path": path, **refusal})
        await self._recover()
        await interaction.response.send_message(view=cards.text(f"🔧 **{fault}**", chosen.description).view)
