"""*Fetch* delivers an undelivered result where its user is now."""

from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.interactions.replies import Reply, origin_of, user_translator


async def fetch(interaction: Interaction, job_id: str) -> None:
    """Deliver the result privately, as an edit of the reply to this click."""
    reply, translate = Reply(interaction, private=True), user_translator(interaction)
    message_id = await reply.send(cards.text(translate("fetching")))
    if not await interaction.client.workflow.fetch_undelivered(job_id, origin_of(interaction), message_id or 0):
        await reply.send(cards.text(translate("nothing-undelivered")))
