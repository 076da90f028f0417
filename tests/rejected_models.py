"""Models that the image API has rejected, as the database remembers it."""

import time

from flux_bot.core.jobs import Action
from tests.flux.caller import eventually
from tests.harness import BotHarness


async def reject_model(harness: BotHarness, *names: str, action: Action = Action.GENERATE) -> None:
    """Record that the image API has just rejected models, as another process would, and wait until the bot knows."""
    for name in names:
        values = (name, action, time.time())
        await harness.change(
            "INSERT OR REPLACE INTO capabilities (model, action, is_accepted, rejected_at) VALUES (?, ?, 0, ?)", *values
        )
    bot = harness.app.bot
    await eventually(lambda: not {model.name for model in bot.catalogue.models_for(action)} & {*names})
