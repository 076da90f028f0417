"""/sandbox: switch on what can go wrong, and watch the bot cope. It exists in the sandbox only."""

from collections.abc import Callable
from dataclasses import dataclass

import discord
from discord import app_commands
from discord.ext import commands

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, FILES, Faults
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to let things go wrong."""

    words: str
    """What to expect, for the person who tries it."""
    at_the_api: Callable[[], Faults] = Faults
    forbids_posting: bool = False


FAULTS = {
    "nothing": Fault("Nothing goes wrong any more."),
    "slow API": Fault("Pictures take five times as long.", lambda: Faults(slowness=5)),
    "lost callback": Fault(
        "No callback arrives: after a while the bot looks the picture up by itself.",
        lambda: Faults(callbacks=0),
    ),
    "double callback": Fault(
        "Each callback comes twice: the picture is posted once.",
        lambda: Faults(callbacks=2),
    ),
    "lost answer": Fault(
        "The API takes each request but its answer gets lost. The bot does not ask and pay twice: "
        "the callback brings the picture.",
        lambda: Faults(submit=ANSWERS["accepted_cut"]),
    ),
    "moderation refusal": Fault(
        "Every prompt is refused. (A prompt with the word “forbidden” always is.)",
        lambda: Faults(submit=ANSWERS["moderation"]),
    ),
    "painting fails": Fault(
        "The API takes each request and fails while painting.",
        lambda: Faults(failure=Failure("api_error", "fetch failed")),
    ),
    "API down": Fault(
        "The API answers 503. Requests wait, and go on by themselves within a minute after `/sandbox nothing`.",
        lambda: Faults(submit=ANSWERS["down"]),
    ),
    "empty balance": Fault(
        "The operator's balance is used up. The next request finds out, later ones are refused at once. "
        "After `/sandbox nothing` one request a minute is let through until one succeeds.",
        lambda: Faults(submit=ANSWERS["used_up"]),
    ),
    "pictures gone": Fault(
        "The pictures are gone from their host: links to them are posted instead.",
        lambda: Faults(file=FILES["gone"]),
    ),
    "channel forbidden": Fault(
        "The bot may not post in this channel any more: the reply to the command itself becomes the picture.",
        forbids_posting=True,
    ),
}


class FaultCommand(commands.Cog):
    """Sets one fault at a time."""

    def __init__(self, fake: FakeFlux, forbid_posting: Callable[[bool], None]) -> None:
        """Take the fake API and a function that forbids the bot to post in the channel, or allows it again."""
        self._fake = fake
        self._forbid_posting = forbid_posting

    @app_commands.command(description="Sandbox only: choose what goes wrong")
    @app_commands.describe(fault="What goes wrong from now on")
    @app_commands.choices(fault=[app_commands.Choice(name=name, value=name) for name in FAULTS])
    async def sandbox(self, interaction: discord.Interaction[FluxBot], fault: str) -> None:
        """Switch one fault on and all others off."""
        chosen = FAULTS[fault]
        self._fake.faults = chosen.at_the_api()
        self._forbid_posting(chosen.forbids_posting)
        await interaction.response.send_message(view=cards.text(f"🔧 **{fault}**", chosen.words).view)
