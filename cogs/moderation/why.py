"""/why: show whether a member may make a picture in this channel now and, if not, which rule prevents it."""

from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.rights import ends_text, for_moderators, moderated_server, reason_text, user_text
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.core.rules.limits import LimitKind, UsedLimit
from flux_bot.core.text import timestamp
from flux_bot.locales import Translator
from flux_bot.store.rules.checks import ROLES_NAMED
from flux_bot.store.rules.explanations import Explanation
from flux_bot.store.rules.known import EVERYWHERE, Block
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.replies import Reply, requester_of, roles_of, user_translator

_LIMITS = {
    LimitKind.MEMBER_DAY: "why-member-day",
    LimitKind.USER_DAY: "why-user-day",
    LimitKind.SERVER_MONTH: "why-server-month",
}
"""The messages about limits. The bot's budgets are omitted, because moderators don't see their amounts."""


class Why(commands.Cog):
    """The /why command."""

    @for_moderators
    @app_commands.command()
    async def why(self, interaction: Interaction, user: discord.Member | discord.User) -> None:
        """Show whether the rules allow a member to make a picture here."""
        moderated_server(interaction)
        if not isinstance(user, discord.Member):
            raise RequestRejected("why-no-member", user=f"<@{user.id}>")
        requester = replace(requester_of(interaction), user_id=user.id, roles=roles_of(user))
        reply = Reply(interaction, private=True)
        found = await reply.wait_for(interaction.client.workflow.explain(requester))
        translate = user_translator(interaction)
        title = translate("why-allowed" if found.is_allowed else "why-not-allowed", user=user_text(user.id))
        await reply.send(cards.text("\n".join((title, *_lines(interaction.client, translate, found)))))


def _lines(bot: FluxBot, translate: Translator, found: Explanation) -> Iterator[str]:
    for block in found.blocks:
        yield f"❌ {_block(translate, block)}"
    if not found.has_role:
        roles = " ".join(f"<@&{role}>" for role in found.settings.allowed_roles[:ROLES_NAMED])
        yield f"❌ {translate('why-role', roles=roles)}"
    if found.request is None:
        yield f"❌ {translate('why-no-model')}"
    elif found.settings.models:
        offered = tuple(
            model.label for model in bot.catalogue.models_for(Action.GENERATE) if found.settings.offers(model.name)
        )
        yield f"• {translate('why-models', models=offered)}"
    for limit in found.limits:
        yield from _limit(translate, limit, is_reached=limit in found.reached)
    if not any(limit.limit.kind in _LIMITS for limit in found.limits):
        yield f"✅ {translate('why-no-limits')}"
    if found.request is not None and found.request.private:
        yield f"• {translate('why-private')}"
    elif found.request is not None and found.request.spoiler:
        yield f"• {translate('why-spoiler')}"


def _block(translate: Translator, block: Block) -> str:
    ends = ends_text(block.ends_at)
    if block.guild_id == EVERYWHERE:
        return translate("why-blocked-everywhere", ends=ends)
    moderator, reason = user_text(block.blocked_by), reason_text(block.reason)
    return translate("why-blocked", moderator=moderator, when=timestamp(block.blocked_at), reason=reason, ends=ends)


def _limit(translate: Translator, limit: UsedLimit, *, is_reached: bool) -> Iterator[str]:
    sign, message, resets = (
        "❌" if is_reached else "✅",
        _LIMITS.get(limit.limit.kind),
        timestamp(limit.limit.period.end),
    )
    if message is not None:
        allowed = limit.limit.allowed
        yield f"{sign} {translate(message, used=limit.used, allowed=allowed, left=limit.left, resets=resets)}"
    elif is_reached:
        yield f"{sign} {translate('why-budget', resets=resets)}"


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Why())
