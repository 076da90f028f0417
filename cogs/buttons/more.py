"""*More* is the list below the buttons of a result."""

from collections.abc import Awaitable, Callable

from cogs.buttons import erase, info, remove, star
from cogs.commands import show
from cogs.presses import chosen, reject_other_version
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import Verb

CHOICES: dict[str, Callable[[Interaction, str], Awaitable[None]]] = {
    Verb.INFO: info.show_info,
    Verb.STAR: star.star,
    Verb.UNSTAR: star.unstar,
    Verb.SHOW: show.show_here,
    Verb.REMOVE: remove.ask,
    Verb.ERASE: erase.ask,
}


async def choose(interaction: Interaction, job_id: str) -> None:
    """Run the action that was chosen."""
    await CHOICES.get(chosen(interaction), reject_other_version)(interaction, job_id)
