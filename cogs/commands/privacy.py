"""/privacy: show what data is stored about the user and for how long, export it, and open the form that erases it.

All data is that of the user who clicks: no custom_id contains the id of a user.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import discord
from discord import ButtonStyle, app_commands, ui
from discord.ext import commands

from cogs.forms import privacy as privacy_form
from cogs.presses import reject_other_version
from flux_bot.core.errors import RequestRejected
from flux_bot.core.text import timestamp
from flux_bot.locales import Translator
from flux_bot.store.users.archive import ArchiveTooLarge, write_archive
from flux_bot.store.users.overview import DataOverview
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.discord_errors import TooLarge, discord_errors
from flux_bot.ui.interactions.replies import Reply, user_translator

PRIVACY = "privacy"
"""The action of the buttons; the rest of each custom_id is a key of ``_STARTS``."""
FILES_LIMIT = 10
"""Maximum number of files in a message, and so in an export. The operator has to send anything larger."""
EXPORT_LIMIT = 50 * 2**20
"""Maximum size of all files of an export, in bytes. They share the temporary folder with pictures."""
EXPORTS_AT_ONCE = 2
_exporting: set[int] = set()
"""The users whose exports this process is writing."""


class Privacy(commands.Cog):
    """The /privacy command."""

    @app_commands.command()
    async def privacy(self, interaction: Interaction) -> None:
        """Show what data is stored about the user."""
        reply, bot = Reply(interaction, private=True), interaction.client
        found = await reply.wait_for(bot.store.users.overviews.of(interaction.user.id, now=bot.clock.now()))
        await reply.send(panel(user_translator(interaction), bot, found))


def panel(translate: Translator, bot: FluxBot, found: DataOverview) -> cards.Card:
    """Return the panel."""
    days, contact, url = bot.settings.retention_days, bot.settings.operator_contact, _policy_url(bot)
    lines = list(_stored(translate, found))
    listed = "\n".join(f"- {line}" for line in lines) or translate("privacy-nothing")
    paragraphs = [f"{translate('privacy-title')}\n{listed}"]
    if found.messages is not None:
        done, total = found.messages.done, found.messages.total
        paragraphs.append(f"🗑️ {translate('privacy-progress', done=done, total=total)}")
    paragraphs.append(translate("privacy-kept", count=days) if days else translate("privacy-kept-forever"))
    paragraphs += [translate("privacy-costs-kept"), translate("privacy-shared")]
    if contact:
        paragraphs.append(translate("privacy-contact", contact=contact))
    if url:
        paragraphs.append(translate("privacy-policy", url=url))
    buttons = (
        cards.button(translate("button-export"), CustomId(PRIVACY, "export")),
        cards.button(translate("button-erase-all"), CustomId(PRIVACY, "erase"), style=ButtonStyle.danger),
    )
    return cards.with_buttons(cards.text(*paragraphs), *buttons)


def _stored(translate: Translator, found: DataOverview) -> Sequence[str]:
    lines = []
    if found.jobs:
        since = timestamp(found.oldest_at) if found.oldest_at else ""
        lines.append(translate("privacy-requests", count=found.jobs, since=since))
    counts = {"privacy-starred": found.starred, "privacy-undelivered": found.undelivered}
    counts |= {"privacy-costs": found.costs, "privacy-blocks": found.blocks}
    lines += [translate(message, count=count) for message, count in counts.items() if count]
    return [*lines, translate("privacy-preferences")] if found.has_preferences else lines


def _policy_url(bot: FluxBot) -> str:
    """Return the address of the privacy policy that the operator has entered in the Developer Portal, or ""."""
    url = (bot.application and bot.application.privacy_policy_url) or ""
    return url if url.startswith(("https://", "http://")) else ""


async def press(interaction: Interaction, name: str) -> None:
    """Export the data of the user who clicked, or open the form that erases it."""
    await _STARTS.get(name, reject_other_version)(interaction)


async def _open_form(interaction: Interaction) -> None:
    await privacy_form.open_form(interaction)


async def _export(interaction: Interaction) -> None:
    """Send the user's data as private files."""
    reply, user_id = Reply(interaction, private=True), interaction.user.id
    if user_id in _exporting or len(_exporting) >= EXPORTS_AT_ONCE:
        raise RequestRejected("privacy-export-busy")
    _exporting.add(user_id)
    try:
        await reply.defer()
        folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="flux-bot-export-")
        try:
            await _send_export(interaction, reply, Path(folder.name))
        finally:
            await asyncio.to_thread(folder.cleanup)
    finally:
        _exporting.discard(user_id)


async def _send_export(interaction: Interaction, reply: Reply, folder: Path) -> None:
    bot, translate = interaction.client, user_translator(interaction)
    contact = bot.settings.operator_contact
    too_large = translate("privacy-export-too-large") + (
        f" {translate('privacy-contact', contact=contact)}" if contact else ""
    )
    pages, limit = bot.store.users.export.pages(interaction.user.id), interaction.filesize_limit
    try:
        paths = await write_archive(pages, folder, "flux-bot-data", limit, total=min(FILES_LIMIT * limit, EXPORT_LIMIT))
    except ArchiveTooLarge:
        await reply.send(cards.text(too_large))
        return
    if not paths:
        await reply.send(cards.text(translate("privacy-nothing")))
        return
    if len(paths) > FILES_LIMIT:
        await reply.send(cards.text(too_large))
        return
    files = [discord.File(path) for path in paths]
    items: list[cards.Item] = [ui.TextDisplay(translate("privacy-exported", count=len(files)))]
    items += [ui.File(file) for file in files]
    try:
        with discord_errors():
            await reply.send(cards.Card(cards.layout(*items), files))
    except TooLarge:
        await reply.send(cards.text(too_large))
    finally:
        for file in files:
            file.close()


_STARTS: dict[str, Callable[[Interaction], Awaitable[None]]] = {"export": _export, "erase": _open_form}
"""The handlers of the buttons, by the rest of the custom_id."""


async def setup(bot: FluxBot) -> None:
    """Add the command (discord.py calls this)."""
    await bot.add_cog(Privacy())
