"""/blocked: list and unblock the users who are blocked in this server or, for the operator, everywhere."""

from discord import app_commands, ui
from discord.ext import commands

from cogs.moderation.rights import ends_text, for_moderators, note_unblock, place_of_blocks, reason_text, user_text
from cogs.presses import chosen
from flux_bot.core.text import timestamp
from flux_bot.locales import Translator
from flux_bot.store.rules.blocks import BlockedUser, BlocksPage
from flux_bot.store.rules.known import EVERYWHERE
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.replies import Reply, user_translator

PAGE = "blocked"
"""The action of the buttons that show a page; the rest of the custom_id is ``<scope>:<number>``."""
UNBLOCK = "unblock"
"""The action of the list of users to unblock, with the same rest of the custom_id; its values are ids of blocks."""
_EVERYWHERE, _HERE = "everywhere", "here"
PAGE_SIZE = 8
_REASON_LIMIT = 100
"""Maximum length of a displayed reason, in characters. All texts of a page must stay below 4,000."""


class Blocked(commands.Cog):
    """The /blocked command."""

    @for_moderators
    @app_commands.command()
    async def blocked(self, interaction: Interaction, everywhere: bool = False) -> None:
        """Show the first page."""
        guild_id = place_of_blocks(interaction, everywhere=everywhere)
        await _show(interaction, Reply(interaction, private=True), guild_id, 1)


async def show_page(interaction: Interaction, rest: str) -> None:
    """Show the page that a button leads to."""
    guild_id, number = _place_and_number(interaction, rest)
    await _show(interaction, Reply(interaction, private=True, updates=True), guild_id, number)


async def unblock(interaction: Interaction, rest: str) -> None:
    """Remove the chosen block if the user may remove it, and show the remaining blocks."""
    guild_id, number = _place_and_number(interaction, rest)
    reply, block_id = Reply(interaction, private=True, updates=True), chosen(interaction)
    if block_id.isdecimal() and len(block_id) < 10:
        removed = await reply.wait_for(interaction.client.store.blocks.remove(guild_id, int(block_id)))
        if removed is not None:
            note_unblock(interaction, guild_id, removed.user_id)
    await _show(interaction, reply, guild_id, number)


def _place_and_number(interaction: Interaction, rest: str) -> tuple[int, int]:
    scope, number = parse_custom_id(rest)
    guild_id = place_of_blocks(interaction, everywhere=scope == _EVERYWHERE)
    return guild_id, int(number) if number.isdecimal() and len(number) < 7 else 1


async def _show(interaction: Interaction, reply: Reply, guild_id: int, number: int) -> None:
    bot = interaction.client
    page = await reply.wait_for(bot.store.blocks.page(guild_id, number, PAGE_SIZE, now=bot.clock.now()))
    await reply.send(_card(user_translator(interaction), guild_id, page))


def _card(translate: Translator, guild_id: int, page: BlocksPage) -> cards.Card:
    everywhere = guild_id == EVERYWHERE
    if not page.users:
        return cards.text(translate("blocked-nobody-everywhere" if everywhere else "blocked-nobody"))
    title = translate("blocked-title-everywhere" if everywhere else "blocked-title", page=page.number, pages=page.pages)
    numbered = dict(enumerate(page.users, (page.number - 1) * PAGE_SIZE + 1))
    lines = [_line(translate, number, user) for number, user in numbered.items()]
    scope = _EVERYWHERE if everywhere else _HERE
    labels = {
        str(user.block_id): translate("blocked-option", number=str(number), reason=reason_text(user.block.reason))
        for number, user in numbered.items()
    }
    pick: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=str(CustomId(UNBLOCK, f"{scope}:{page.number}")),
        placeholder=translate("blocked-unblock"),
        options=cards.options(labels),
    )
    items: list[cards.Item] = [ui.TextDisplay("\n".join((title, *lines))), ui.ActionRow(pick)]
    if page.pages > 1:
        items.append(ui.ActionRow(*(_arrow(translate, scope, page, step) for step in (-1, 1))))
    return cards.Card(cards.layout(*items))


def _line(translate: Translator, number: int, user: BlockedUser) -> str:
    return translate(
        "blocked-line",
        number=str(number),
        user=user_text(user.user_id),
        moderator=user_text(user.block.blocked_by),
        when=timestamp(user.block.blocked_at),
        ends=ends_text(user.block.ends_at),
        reason=reason_text(user.block.reason, _REASON_LIMIT),
    )


def _arrow(translate: Translator, scope: str, page: BlocksPage, step: int) -> ui.Button[ui.LayoutView]:
    number, label = page.number + step, translate("button-previous" if step < 0 else "button-next")
    return cards.button(label, CustomId(PAGE, f"{scope}:{number}"), disabled=not 1 <= number <= page.pages)


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Blocked())
