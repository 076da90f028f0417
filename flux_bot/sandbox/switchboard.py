"""/sandbox: switch on what can go wrong, and watch the bot cope. It exists in the sandbox only."""

from collections.abc import Callable
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from flux_bot import cards
from flux_bot.discord_bot import FluxBot
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.sandbox.faults import ANSWERS, Faults

NOTHING = "nothing"

FAULTS: dict[str, tuple[str, Callable[[], Faults]]] = {
    NOTHING: ("Nothing goes wrong any more.", Faults),
    "slow API": ("Pictures take five times as long.", lambda: Faults(slowness=5)),
    "lost callback": ("Callbacks get lost: the bot looks the pictures up.", lambda: Faults(callbacks=0)),
    "double callback": (
        "Callbacks come three times: each picture is posted once.",
        lambda: Faults(callbacks=3),
    ),
    "moderation refusal": (
        "Every prompt is refused. (A prompt with the word “forbidden” always is.)",
        lambda: Faults(submit=ANSWERS["moderation"]),
    ),
    "API down": (
        "The API answers 503: requests wait and go on by themselves.",
        lambda: Faults(submit=ANSWERS["down"]),
    ),
    "empty balance": ("The operator's balance is used up.", lambda: Faults(submit=ANSWERS["used_up"])),
    "channel forbidden": ("The bot may not post here any more: it edits its reply instead.", Faults),
}
"""By name: what it means for the person who tries it, and what it does to the image API."""

CHANNEL_FORBIDDEN = "channel forbidden"

FaultName = Literal[
    "nothing",
    "slow API",
    "lost callback",
    "double callback",
    "moderation refusal",
    "API down",
    "empty balance",
    "channel forbidden",
]


class Switchboard(commands.Cog):
    """Sets one fault at a time."""

    def __init__(self, fake: FakeFlux, forbid_posting: Callable[[bool], None]) -> None:
        """Take the image API's stand-in, and how to take the channel away from the bot."""
        self._fake = fake
        self._forbid_posting = forbid_posting

    @app_commands.command(description="Sandbox only: choose what goes wrong")
    @app_commands.describe(fault="What goes wrong from now on")
    async def sandbox(self, interaction: discord.Interaction[FluxBot], fault: FaultName) -> None:
        """Switch one fault on and all others off."""
        words, faults = FAULTS[fault]
        self._fake.faults = faults()
        self._forbid_posting(fault == CHANNEL_FORBIDDEN)
        await interaction.response.send_message(view=cards.text(words).view, ephemeral=True)
